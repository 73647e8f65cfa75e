import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrowFile, type Event, event, noon } from './events.ts';
import { type Rating, ratingTest } from './rating.ts';

const counted = (rows: Rating['rows']) =>
  rows(
    "SELECT run_id, status, calls FROM run_counts WHERE status IN ('duplicate', 'charged', 'rejected') ORDER BY ALL",
  );

const rejected = (rows: Rating['rows']) =>
  rows("SELECT run_id, parse_filename(file), row, reason, content->>'flow_no' FROM rejected_events ORDER BY ALL");

test('identical copies within a run: one is rated, the others are only counted', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  const paths = [
    write('a.arrow', arrowFile([event(1), event(2), event(1)])),
    write('b.arrow', arrowFile([event(3), event(1)])),
  ];
  const { differingDuplicates } = await rate(paths);
  assert.equal(differingDuplicates, 0);
  assert.deepEqual(await counted(rows), [
    ['1', 'charged', '3'],
    ['1', 'duplicate', '2'],
  ]);
  assert.deepEqual(await rejected(rows), []);
});

test('of copies that differ the one that ended first is rated, wherever it stands; the others are kept as rejected', async (t) => {
  const early = event(1, { ended_at: noon + 35_000 });
  const late = event(1);
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const { rate, rows, write } = await ratingTest(t);
    const [first, second] = order.map((one, i) => write(`${i}.arrow`, arrowFile([one, event(10 + i)])));
    const { differingDuplicates } = await rate([first, second]);
    assert.equal(differingDuplicates, 1);
    assert.deepEqual(await rows('SELECT flow_no, hold_time FROM rated_calls ORDER BY flow_no'), [
      ['1', '30'],
      ['10', '60'],
      ['11', '60'],
    ]);
    const file = order[0] === early ? '1.arrow' : '0.arrow';
    assert.deepEqual(await rejected(rows), [['1', file, '1', 'duplicate', '1']]);
    assert.deepEqual(await counted(rows), [
      ['1', 'charged', '3'],
      ['1', 'duplicate', '1'],
    ]);
  }
});

test('copies of an earlier run: identical ones are counted, differing ones kept as rejected', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1), event(2), event(3)])));
  const again = [event(1), event(2, { end_reason: 16 }), event(3, { callee_ip: '203.0.113.9' }), event(4)];
  const { differingDuplicates } = await rate(write('b.arrow', arrowFile(again)));
  assert.equal(differingDuplicates, 2);
  assert.deepEqual(await counted(rows), [
    ['1', 'charged', '3'],
    ['2', 'charged', '1'],
    ['2', 'duplicate', '3'],
  ]);
  assert.deepEqual(await rejected(rows), [
    ['2', 'b.arrow', '2', 'duplicate', '2'],
    ['2', 'b.arrow', '3', 'duplicate', '3'],
  ]);
});

test('copies of a call that waits: identical ones are counted, differing ones kept as rejected', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1, { callee_e164: '33' }), event(2, { callee_e164: '33' })])));
  const again = [event(1, { callee_e164: '33' }), event(2, { callee_e164: '33', attempts: 2 })];
  const { differingDuplicates } = await rate(write('b.arrow', arrowFile(again)));
  assert.equal(differingDuplicates, 1);
  assert.deepEqual(await rejected(rows), [['2', 'b.arrow', '2', 'duplicate', '2']]);
});

/** What may differ between two events of one number, and must be noticed. */
const changes: Partial<Event>[] = [
  { sip_call_id: null },
  { sip_call_id: 'other@ss1' },
  { caller_e164: '4420' },
  { callee_e164: '4931' },
  { callee_to_gateway_e164: '9949' },
  { caller_gateway: null },
  { callee_gateway: 'out-1' },
  { caller_ip: '192.0.2.2' },
  { callee_ip: '203.0.113.1' },
  { account: 'bob' },
  { start_at: noon - 1 },
  { ringing_at: null },
  { answered_at: noon + 5001 },
  { ended_at: noon + 65_001 },
  { end_direction: 1 },
  { end_reason: 16 },
  { billing_mode: 2 },
  { attempts: 2 },
];

test('a difference in any column is noticed, within a run and across runs', async (t) => {
  const originals = changes.map((_, i) => event(i + 1));
  const copies = changes.map((change, i) => event(i + 1, change));
  const within = await ratingTest(t);
  const both = await within.rate(within.write('a.arrow', arrowFile([...originals, ...copies])));
  assert.equal(both.differingDuplicates, changes.length);
  const across = await ratingTest(t);
  await across.rate(across.write('a.arrow', arrowFile(originals)));
  const second = await across.rate(across.write('b.arrow', arrowFile(copies)));
  assert.equal(second.differingDuplicates, changes.length);
  assert.deepEqual(await across.rows('SELECT status, calls FROM run_counts WHERE run_id = 2'), [
    ['duplicate', String(changes.length)],
  ]);
});

test('a call that was only counted is a duplicate when it comes again', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  const parameters = { SERVER_BILLING_NO_CDR_E164S: '5000*', SERVER_BILLING_RECORD_ZERO_HOLD_TIME: 0 };
  const unseen = [event(1, { callee_e164: '50001' }), event(2, { answered_at: null })];
  await rate(write('a.arrow', arrowFile(unseen)), parameters);
  await rate(write('b.arrow', arrowFile([...unseen, event(3)])));
  assert.deepEqual(await rows('SELECT run_id, status, calls FROM run_counts ORDER BY ALL'), [
    ['1', 'no_cdr', '1'],
    ['1', 'suppressed_zero_hold', '1'],
    ['2', 'charged', '1'],
    ['2', 'duplicate', '2'],
  ]);
});

test('a rejected row takes no number away: a good one of the same number is rated, in the same run or a later one', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1, { end_direction: 7 }), event(2, { end_direction: 7 }), event(2)])));
  await rate(write('b.arrow', arrowFile([event(1)])));
  assert.deepEqual(await counted(rows), [
    ['1', 'charged', '1'],
    ['1', 'rejected', '2'],
    ['2', 'charged', '1'],
  ]);
});

test('numbers are told apart in all their 64 bits, and by softswitch', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  const numbers = [
    0n,
    1n,
    65_535n,
    65_536n,
    2n ** 32n,
    2n ** 32n + 1n,
    2n ** 48n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 64n - 1n,
  ];
  const events = ['ss1', 'ss2'].flatMap((softswitch) => numbers.map((flowNo) => event(flowNo, { softswitch })));
  await rate(write('a.arrow', arrowFile(events)));
  assert.deepEqual(await counted(rows), [['1', 'charged', String(events.length)]]);
  await rate(write('b.arrow', arrowFile([...events].reverse())));
  assert.deepEqual((await counted(rows))[1], ['2', 'duplicate', String(events.length)]);
  const kept = await rows("SELECT flow_no FROM rated_calls WHERE softswitch = 'ss2' ORDER BY flow_no");
  assert.deepEqual(kept.flat(), numbers.map(String));
});

test('thousands of numbers of a page, rated before and now, are all told apart', async (t) => {
  const { rate, rows, write } = await ratingTest(t);
  const evens = Array.from({ length: 3000 }, (_, i) => event(70_000 + 2 * i));
  const all = Array.from({ length: 6000 }, (_, i) => event(70_000 + i));
  await rate(write('a.arrow', arrowFile(evens)));
  await rate(write('b.arrow', arrowFile(all, { batchRows: 1000 })));
  assert.deepEqual(await counted(rows), [
    ['1', 'charged', '3000'],
    ['2', 'charged', '3000'],
    ['2', 'duplicate', '3000'],
  ]);
});
