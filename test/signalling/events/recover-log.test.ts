import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CallJournal } from '../../../signalling/events/call-journal.ts';
import { END_OF_STREAM, encodeEvents, encodeSchema } from '../../../signalling/events/encode-events.ts';
import { LogFolder } from '../../../signalling/events/log-folder.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { DamagedSegment, recoverLog } from '../../../signalling/events/recover-log.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';
import { sampleEvent } from './sample-event.ts';

// Thousands of segments are sealed, each with two fsync: in memory where there is such a folder.
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folderPath = mkdtempSync(join(place, 'ratemill-recover-'));
const folder = LogFolder.open(folderPath, 'ss1');
after(() => rmSync(folderPath, { recursive: true }));

const events = [1n, 2n, 3n, 4n, 5n].map((flowNo) => sampleEvent(flowNo));
const messages = [
  encodeSchema('ss1', 1),
  encodeEvents(events.slice(0, 2), 0),
  encodeEvents(events.slice(2, 3), 1),
  encodeEvents(events.slice(3), 2),
];
/** Bytes up to the end of each message, and events up to there. */
const ends = messages.map((_, i) => messages.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
const rowsTo = [0, 2, 3, 5];
const segment = Buffer.concat(messages);

test('an open segment cut off at any byte is sealed with the events of its whole batches', () => {
  for (let length = 0; length <= segment.length; length++) {
    const { sealed, read } = recovered(segment.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length;
    if (whole === 0) assert.equal(read, undefined, 'without a schema there is no segment');
    else assert.deepEqual(read?.events, events.slice(0, rowsTo[whole - 1]));
    assert.deepEqual(
      sealed.map(({ events, cutBytes }) => ({ events, cutBytes })),
      [{ events: whole === 0 ? 0 : rowsTo[whole - 1], cutBytes: length - (whole === 0 ? 0 : ends[whole - 1]) }],
    );
  }
});

test('zeros behind any cut are a tail that was not written before the power went', () => {
  for (const length of [...ends, ends[1] + 8, ends[2] + 100]) {
    const whole = ends.filter((end) => end <= length).length;
    const { read } = recovered(Buffer.concat([segment.subarray(0, length), Buffer.alloc(4096)]));
    assert.deepEqual(read?.events, events.slice(0, rowsTo[whole - 1]));
  }
});

test('a byte that flips, one in 61, is an error in the middle, and in the last batch an error or a tail that is told', () => {
  // A prime step meets all places within a word.
  for (let at = 0; at < segment.length; at += 61) {
    const bytes = Buffer.from(segment);
    bytes[at] ^= 0x10;
    try {
      const { sealed, read } = recovered(bytes);
      assert.ok(at >= ends[2], `byte ${at} flipped in the middle`);
      assert.ok(sealed[0].cutBytes > 0);
      assert.deepEqual(read?.events, events.slice(0, 3));
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      assert.match(error.message, /ss1-.*\.open is damaged from byte \d+ on/);
    }
  }
});

test('a stream that was ended but not renamed is sealed as it is', () => {
  const { sealed, read } = recovered(Buffer.concat([segment, END_OF_STREAM]));
  assert.deepEqual(read?.events, events);
  assert.equal(sealed[0].cutBytes, 0);
});

test('calls without an event in a segment are lost at the last sign of life, however often recovery is begun', () => {
  clear();
  const upAt = events[0].ended_at;
  const journal = begin({ segment: 1, start: 7 });
  journal.call({ event: sampleEvent(1n), isOver: true });
  journal.call({ event: sampleEvent(8n), isOver: true });
  journal.call({ event: sampleEvent(9n), isOver: false });
  journal.alive(upAt + 60_000);
  journal.close();
  writeFileSync(folder.segmentPath(1, 0), segment);
  const missing = [
    sampleEvent(8n),
    sampleEvent(9n, {
      ended_at: upAt + 60_000,
      end_direction: 2,
      end_reason: serverReasonCode.lost_at_restart,
    }),
  ];
  for (let times = 0; times < 3; times++) {
    const recovery = recoverLog(folder);
    assert.deepEqual(recovery.events, missing);
    assert.equal(recovery.nextSegment, 2);
    assert.equal(recovery.nextStart, 8);
  }
});

test('a journal with lines that are damaged gives the others, and says so', () => {
  clear();
  const journal = begin({ segment: 1, start: 7 });
  journal.call({ event: sampleEvent(8n), isOver: true });
  journal.call({ event: sampleEvent(9n), isOver: true });
  journal.close();
  const bytes = readFileSync(folder.journal);
  bytes[bytes.indexOf('call-8@')] = 0;
  writeFileSync(folder.journal, Buffer.concat([bytes, Buffer.from('12345678 {"over":')]));
  const { events: found, damagedLines } = recoverLog(folder);
  assert.deepEqual(
    found.map(({ flow_no }) => flow_no),
    [9n],
  );
  assert.equal(damagedLines, 1);
});

test('without a journal, no flow number is given again', () => {
  clear();
  const given = (12n << 32n) + 5n;
  writeFileSync(
    folder.segmentPath(3, 0).replace('.open', ''),
    Buffer.concat([encodeSchema('ss1', 3), encodeEvents([sampleEvent(given)], 0), END_OF_STREAM]),
  );
  assert.equal(recoverLog(folder).nextStart, 13);
  assert.equal(recoverLog(folder).nextSegment, 4);
});

/** What recovery makes of a segment that was left open. */
function recovered(bytes: Buffer) {
  clear();
  const open = folder.segmentPath(1, 0);
  writeFileSync(open, bytes);
  const { sealed } = recoverLog(folder);
  assert.ok(!existsSync(open));
  const path = open.replace('.open', '');
  if (!existsSync(path)) return { sealed, read: undefined };
  const read = readSegment(readFileSync(path));
  assert.ok(read.isSealed);
  return { sealed, read };
}

function begin(numbers: { segment: number; start: number }): CallJournal {
  return CallJournal.begin(folder.journal, { ...numbers, aliveMs: 0, calls: [] });
}

function clear(): void {
  for (const name of readdirSync(folderPath)) if (!name.endsWith('.lock')) rmSync(join(folderPath, name));
}
