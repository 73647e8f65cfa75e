/** The result of a run depends on what the events say: not on files, batches, their order, or how Arrow holds a value. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { CompressionType, makeData, TimeUnit, Utf8 } from 'apache-arrow';
import { callEventColumns } from '../../signalling/events/events.ts';
import { arrowFile, type Event, noon, type Shape, writeEventFile } from './events.ts';
import { mixedCalls } from './mixed-calls.ts';
import { randomSource } from './random-source.ts';
import { type Rating, ratingTest, reference } from './rating.ts';

const CALLS = 5000;

const night = mixedCalls(CALLS);
const settings = {
  SERVER_BILLING_NO_CDR_E164S: '5000*',
  SERVER_BILLING_FREE_E164S: '800*',
  SERVER_BILLING_FREE_TIME: 3,
  SERVER_BILLING_RECORD_SERVER_HANG_UP: 0,
};

/** Alice pays in advance, and has money for some of her calls. */
async function prepaid(t: Parameters<typeof ratingTest>[0]): Promise<Rating> {
  const accounts = reference.accounts.replace('retail,100,0,allow', 'retail,9,1,prevent');
  const rating = await ratingTest(t, { ...reference, accounts });
  await rating.load(
    'payments',
    `account,paid_at,amount,reference\nalice,${new Date(noon + 50_000_000).toISOString()},4,a\n`,
  );
  return rating;
}

/** All a run leaves that must not depend on the cut. */
async function outcome({ rows }: Rating): Promise<Record<string, string[]>> {
  const lines = async (sql: string) => (await rows(sql)).map((row) => row.join('|'));
  return {
    counts: await lines('SELECT * EXCLUDE (run_id) FROM run_counts ORDER BY ALL'),
    rated: await lines('SELECT * EXCLUDE (run_id) FROM rated_calls ORDER BY softswitch, flow_no'),
    unrated: await lines('SELECT * EXCLUDE (run_id) FROM unrated_calls ORDER BY softswitch, flow_no'),
    rejected: await lines('SELECT reason, content FROM rejected_events ORDER BY ALL'),
    overdraft: await lines('SELECT * EXCLUDE (run_id) FROM run_overdraft'),
    ledger: await lines('SELECT * FROM ledger ORDER BY entry_no'),
    warnings: await lines('SELECT warning, calls FROM run_warnings ORDER BY ALL'),
  };
}

let expected: Record<string, string[]>;

before(async () => {
  const cleanUps: (() => void)[] = [];
  const rating = await prepaid({ after: (fn: () => void) => cleanUps.push(fn) } as never);
  await rating.rate(rating.write('all.arrow', arrowFile(night)), settings);
  expected = await outcome(rating);
  for (const status of ['overdraft_refused', 'overdraft_capped', 'charged']) {
    assert.match(expected.counts.join('\n'), new RegExp(`^${status}\\|`, 'm'));
  }
  for (const cleanUp of cleanUps.reverse()) cleanUp();
});

/** A test that rates the events, written in some way into the folder of the test, and compares. */
function same(title: string, write: (rating: Rating) => unknown): void {
  test(title, async (t) => {
    const rating = await prepaid(t);
    write(rating);
    const { leftOut } = await rating.rate(rating.dir, settings);
    assert.deepEqual(leftOut, []);
    const found = await outcome(rating);
    // Parts one by one: a difference of thousands of lines is not readable.
    for (const [part, lines] of Object.entries(expected)) {
      assert.deepEqual(found[part].filter((line, i) => line !== lines[i]).slice(0, 3), [], part);
      assert.equal(found[part].length, lines.length, part);
    }
  });
}

function sameInShape(title: string, shape: Shape): void {
  same(title, ({ write }) => write('all.arrow', arrowFile(night, shape)));
}

/** Cuts the events into files of random size, in random order. */
function shuffled(seed: number): Event[][] {
  const next = randomSource(seed);
  const rest = [...night];
  for (let i = rest.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  const parts: Event[][] = [];
  while (rest.length > 0) parts.push(rest.splice(0, 1 + next(700)));
  return parts;
}

test('the events come to every end there is', () => {
  const all = expected.counts.map((line) => line.split('|')[0]);
  const wanted = 'rejected duplicate no_cdr suppressed_server_hang_up illegal toll_free zero_hold within_free_time';
  for (const status of [...wanted.split(' '), 'invalid_number', 'unknown_account', 'no_rate', 'charged']) {
    assert.ok(all.includes(status), `${status}: ${all}`);
  }
  assert.ok(expected.rejected.some((line) => line.startsWith('duplicate|')));
  assert.equal(expected.warnings.length, 2);
});

same('as the signalling companion writes them, file form', ({ dir }) =>
  writeEventFile(join(dir, 'a.arrow'), 'file', night, 999),
);
same('as the signalling companion writes them, stream form', ({ dir }) =>
  writeEventFile(join(dir, 'a.arrows'), 'stream', night, 4097),
);
same('in 50 files of two batches each', ({ write }) => {
  for (let i = 0; i < 50; i++) {
    write(`${i}.arrow`, arrowFile(night.slice(i * 100, i * 100 + 100), { batchRows: 50 }));
  }
});
for (const seed of [1, 2, 3]) {
  same(`in any order, cut anywhere, both forms (${seed})`, ({ write }) =>
    shuffled(seed).map((part, i) => {
      const form = i % 2 === 0 ? 'file' : 'stream';
      return write(
        `${(i * 7919) % 1000}-${i}.${form === 'file' ? 'arrow' : 'arrows'}`,
        arrowFile(part, { form, batchRows: 1 + i * 5 }),
      );
    }),
  );
}
sameInShape('a batch for each call', { form: 'stream', batchRows: 1 });
sameInShape('plain text instead of dictionaries', { text: 'plain' });
sameInShape('dictionaries instead of plain text', { text: 'dictionary' });
sameInShape('text with 64-bit offsets', { text: 'large', batchRows: 1234 });
sameInShape('dictionaries of text with 64-bit offsets', { text: 'large-dictionary' });
sameInShape('indices of 8 bits', { indices: 8, batchRows: 1234 });
sameInShape('indices of 16 bits, for all texts', { indices: 16, text: 'dictionary' });
sameInShape('dictionaries that grow, file form', { delta: true, batchRows: 500, text: 'dictionary' });
sameInShape('dictionaries that grow, stream form', { delta: true, batchRows: 500, form: 'stream' });
sameInShape('times in seconds', { unit: TimeUnit.SECOND });
sameInShape('times in microseconds', { unit: TimeUnit.MICROSECOND });
sameInShape('times in nanoseconds', { unit: TimeUnit.NANOSECOND });
sameInShape('compressed by LZ4', { compression: CompressionType.LZ4_FRAME, batchRows: 1234 });
sameInShape('compressed by ZSTD', { compression: CompressionType.ZSTD, form: 'stream' });
sameInShape('columns in another order, between unknown ones', {
  columns: ['extra', ...callEventColumns.map(({ name }) => name).reverse(), 'more'],
  others: { extra: (rows) => textOf(rows), more: (rows) => textOf(rows) },
});

function textOf(rows: number) {
  const valueOffsets = new Int32Array(rows + 1);
  return makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data: new Uint8Array(0) });
}
