import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileFault } from '../../../engine/arrow/file-fault.ts';
import { closeMessageFile, openMessageFile, walkMessages } from '../../../engine/arrow/message-file.ts';
import { statuses } from '../../../rating/status.ts';
import { END_OF_STREAM, encodeEvents, encodeSchema } from '../../../signalling/events/encode-events.ts';
import { sampleEvent } from '../../signalling/events/sample-event.ts';
import { ratingTest } from '../rating.ts';

const schema = encodeSchema('ss1', 1);
const first = encodeEvents([sampleEvent(1n), sampleEvent(2n)], 0);
const second = encodeEvents([sampleEvent(3n)], 1);
const sealed = Buffer.concat([schema, first, second, END_OF_STREAM]);

test('a sealed segment of the event log is rated, the one still open beside it is not', async (t) => {
  const { dir, write, rate } = await ratingTest(t);
  write('ss1-20260302T100000Z-000001.arrows', sealed);
  write('ss1-20260302T110000Z-000002.arrows.open', Buffer.concat([schema, encodeEvents([sampleEvent(9n)], 0)]));
  const { totals, leftOut } = await rate(dir);
  assert.deepEqual(leftOut, []);
  assert.deepEqual(
    totals.filter(({ calls }) => calls > 0).map(({ status, calls }) => [statuses[status].name, calls]),
    [['charged', 3]],
  );
});

test('a byte that flips anywhere in a sealed segment is found', async (t) => {
  const { write } = await ratingTest(t);
  for (let at = 0; at < sealed.length; at++) {
    const bytes = Buffer.from(sealed);
    bytes[at] ^= 0x04;
    assert.ok(tornOf(write('flipped.arrows', bytes)) !== undefined, `byte ${at} flipped unseen`);
  }
});

test('a batch that is missing, twice or out of order is told with its place', async (t) => {
  const { write, rate } = await ratingTest(t);
  for (const [name, batches] of Object.entries({
    missing: [second],
    twice: [first, first],
    swapped: [second, first],
  })) {
    const path = write(`${name}.arrows`, Buffer.concat([schema, ...batches, END_OF_STREAM]));
    assert.match(
      tornOf(path) ?? '',
      /batch \d begins where batch \d should: one is missing or out of order at byte \d+ of/,
    );
  }
  const { leftOut } = await rate(join(write('none', ''), '..', 'missing.arrows'));
  assert.match(`${leftOut[0].path} ${leftOut[0].message}`, /missing\.arrows.*batch 1 begins where batch 0 should/);
});

/** What is wrong with a file, if anything. */
function tornOf(path: string): string | undefined {
  try {
    const file = openMessageFile(path);
    try {
      return walkMessages(file).torn;
    } finally {
      closeMessageFile(file);
    }
  } catch (error) {
    if (error instanceof FileFault) return error.message;
    throw error;
  }
}
