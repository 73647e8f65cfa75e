/** Absurd values in every column, and damages found by mutants: each row ends in its status, and its neighbours unharmed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dictionary, Int32, makeData, Timestamp, type TimeUnit, Utf8, Vector } from 'apache-arrow';
import { callEventColumns } from '../../signalling/events/events.ts';
import { arrowFile, type Event, event, noon, type Shape } from './events.ts';
import { ratingTest } from './rating.ts';

const broken = Uint8Array.of(0x34, 0xff, 0x39, ...Buffer.from(' and more than twelve bytes'));
const long = '4930'.padEnd(10_000, '1');
const last = 2n ** 63n - 1n;
const dawn = Date.UTC(2000, 0, 1);

/** Column, value, and the status or the reason of rejection; names that nobody has leave the call as it was. */
const absurd: readonly (readonly [keyof Event, Event[keyof Event], string])[] = [
  ['flow_no', null, 'missing_flow_no'],
  ['flow_no', 0n, 'charged'],
  ['flow_no', 2n ** 53n + 1n, 'charged'],
  ['flow_no', 2n ** 63n, 'charged'],
  ['flow_no', 2n ** 64n - 1n, 'charged'],
  ...texts('softswitch', 'missing_softswitch', 'charged'),
  ...texts('sip_call_id', 'charged', 'charged'),
  ...texts('caller_access_e164', 'charged', 'charged', 'charged'),
  ...texts('callee_access_e164', 'charged', 'charged', 'charged'),
  ...texts('caller_e164', 'missing_caller_e164', 'charged'),
  ...texts('callee_e164', 'missing_callee_e164', 'invalid_number').filter(([, value]) => value !== long),
  ['callee_e164', long, 'charged'],
  ...texts('callee_to_gateway_e164', 'charged', 'charged'),
  ...texts('caller_gateway', 'charged', 'charged'),
  ...texts('callee_gateway', 'charged', 'charged'),
  ...texts('caller_ip', 'charged', 'charged'),
  ...texts('callee_ip', 'charged', 'charged'),
  ...texts('account', 'unknown_account', 'unknown_account'),
  ...times('start_at', 'missing_start_at'),
  ['start_at', noon + 5001, 'answered_before_start'],
  ['start_at', dawn, 'charged'],
  ...times('ringing_at', 'charged'),
  ['ringing_at', dawn, 'charged'],
  ...times('answered_at', 'zero_hold'),
  ['answered_at', dawn, 'answered_before_start'],
  ...times('ended_at', 'missing_ended_at'),
  ['ended_at', noon, 'ended_before_answered'],
  ['ended_at', Date.UTC(2060, 0, 1) - 1, 'charged'],
  ['end_direction', null, 'missing_end_direction'],
  ['end_direction', 3, 'end_direction_unknown'],
  ['end_direction', 255, 'end_direction_unknown'],
  ['end_reason', null, 'missing_end_reason'],
  ['end_reason', 2 ** 31 - 1, 'charged'],
  ['end_reason', -(2 ** 31), 'charged'],
  ['billing_mode', null, 'missing_billing_mode'],
  ['billing_mode', -128, 'billing_mode_unknown'],
  ['billing_mode', 127, 'billing_mode_unknown'],
  ['attempts', null, 'missing_attempts'],
  ['attempts', 255, 'charged'],
];

for (const [title, shape] of Object.entries<Shape>({
  'as the contract has it': {},
  'plain text': { text: 'plain', form: 'stream', batchRows: 7 },
  'all dictionaries': { text: 'large-dictionary', batchRows: 50 },
})) {
  test(`absurd values, ${title}`, async (t) => {
    const { write, rate, rows } = await ratingTest(t);
    const all = absurd.flatMap(([column, value], i) => [
      event(1_000_000 + i, { [column]: value }),
      event(2_000_000 + i),
    ]);
    const { leftOut, totals } = await rate(write('a.arrow', arrowFile(all, shape)));
    assert.deepEqual(leftOut, []);
    assert.equal(
      totals.reduce((sum, { calls }) => sum + calls, 0),
      all.length,
    );
    const rejected = new Map((await rows('SELECT row, reason FROM rejected_events')) as [string, string][]);
    const stored = await rows(`SELECT flow_no, status, sip_call_id, caller_e164, callee_e164, callee_to_gateway_e164,
      softswitch, end_reason, epoch_ms(start_at), epoch_ms(ended_at) FROM named_calls`);
    const found = new Map(stored.map((row) => [row[0], row]));
    for (const [i, [column, value, status]] of absurd.entries()) {
      const why = `${column} ${String(value).slice(0, 30)}`;
      const row = found.get(String(all[2 * i].flow_no ?? 'none'));
      assert.equal(rejected.get(String(2 * i + 1)) ?? row?.[1], status, why);
      if (row !== undefined) assert.deepEqual(row.slice(2), storedOf(all[2 * i]), why);
      const neighbour = found.get(String(2_000_000 + i));
      assert.deepEqual(neighbour?.slice(1), ['charged', ...storedOf(all[2 * i + 1])], `the row after ${why}`);
    }
    assert.equal(rejected.size + found.size, all.length);
  });
}

test('what lies under a null is nobody’s concern', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const bytes = Buffer.from('call-of-the-first \xff\xfe garbage \xffcall-of-the-last', 'latin1');
  const ids = (count: number) =>
    makeData({
      type: new Utf8(),
      length: count,
      nullCount: count === 0 ? 0 : 1,
      nullBitmap: Uint8Array.of(0b101),
      valueOffsets: Int32Array.of(0, 17, 30, 46).subarray(0, count + 1),
      data: new Uint8Array(bytes),
    });
  await rate(write('a.arrow', arrowFile([event(1), event(2), event(3)], { others: { sip_call_id: ids } })));
  assert.deepEqual(await rows('SELECT status, sip_call_id FROM named_calls ORDER BY flow_no'), [
    ['charged', 'call-of-the-first'],
    ['charged', null],
    ['charged', 'call-of-the-last'],
  ]);
});

test('dictionaries with unused entries that are no text, and with the same entry twice', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const type = new Dictionary(new Utf8(), new Int32(), 77);
  const data = new Uint8Array(Buffer.from('a-rather-long-name\xff\xffa-rather-long-namealice', 'latin1'));
  const entries = { length: 4, nullCount: 0, valueOffsets: Int32Array.of(0, 18, 20, 38, 43), data };
  const dictionary = new Vector([makeData({ type: new Utf8(), ...entries })]);
  const column = (...indices: number[]) => {
    return (count: number) =>
      makeData({ type, length: count, nullCount: 0, data: Int32Array.from(indices.slice(0, count)), dictionary });
  };
  const others = { sip_call_id: column(0, 2, 3), account: column(3, 3, 3), caller_gateway: column(2, 0, 2) };
  await rate(write('a.arrow', arrowFile([event(1), event(2), event(3)], { others })));
  assert.deepEqual(
    await rows('SELECT status, sip_call_id, account, caller_gateway FROM named_calls ORDER BY flow_no'),
    [
      ['charged', 'a-rather-long-name', 'alice', 'a-rather-long-name'],
      ['charged', 'a-rather-long-name', 'alice', 'a-rather-long-name'],
      ['charged', 'alice', 'alice', 'a-rather-long-name'],
    ],
  );
});

test('a text that is not UTF-8 in a row with an earlier fault takes nothing down', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const all = [event(1), event(2, { flow_no: null, sip_call_id: broken }), event(3)];
  await rate(write('a.arrow', arrowFile(all)));
  assert.deepEqual(await rows('SELECT reason FROM rejected_events'), [['missing_flow_no']]);
  assert.deepEqual(await rows('SELECT sip_call_id FROM named_calls ORDER BY flow_no'), [
    ['call-1@ss1.example.net'],
    ['call-3@ss1.example.net'],
  ]);
});

test('a unit of time nobody knows is refused, not taken for milliseconds', async (t) => {
  const { write, rate } = await ratingTest(t);
  const type = new Timestamp(9 as TimeUnit, 'UTC');
  const starts = (count: number) => makeData({ type, length: count, nullCount: 0, data: new BigInt64Array(count) });
  const { leftOut } = await rate(write('a.arrow', arrowFile([event(1)], { others: { start_at: starts } })));
  assert.match(leftOut[0].message, /^column start_at is .*: expected a Timestamp of any unit$/);
});

test('a stream that breaks off behind its dictionaries has nothing to salvage', async (t) => {
  const { write, rate, rows } = await ratingTest(t);
  const stream = arrowFile([event(1)], { form: 'stream' });
  const { runId, leftOut } = await rate(write('a.arrows', stream.subarray(0, -1500)), {}, true);
  assert.equal(runId, undefined);
  assert.match(leftOut[0].message, /^it breaks off in a message header at byte \d+ of \d+$/);
  assert.deepEqual(await rows('FROM runs'), []);
});

function texts(name: keyof Event, missing: string, odd: string, notUtf8 = 'not_utf8') {
  assert.ok(callEventColumns.some((column) => column.name === name));
  return [
    [name, null, missing],
    [name, '', odd],
    [name, long, odd],
    [name, 'a\0b', odd],
    [name, '📞'.repeat(5), odd],
    [name, broken, notUtf8],
  ] as const;
}

function times(name: keyof Event, missing: string) {
  return [
    [name, null, missing],
    ...[0, -1, dawn - 1, Date.UTC(2060, 0, 1), last, -last - 1n].map(
      (time) => [name, time, 'year_out_of_range'] as const,
    ),
  ] as const;
}

function storedOf(one: Event): (string | null)[] {
  const { sip_call_id, caller_e164, callee_e164, callee_to_gateway_e164, softswitch } = one;
  const values = [sip_call_id, caller_e164, callee_e164, callee_to_gateway_e164, softswitch];
  const rest = [one.end_reason, one.start_at, one.ended_at];
  return [...values, ...rest].map((value) => (value === null ? null : String(value)));
}
