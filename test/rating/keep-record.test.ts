import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratedColumns } from '../../rating/columns.ts';
import { dropDuplicates, endIllegal, endListed, keepRecord, withhold } from '../../rating/keep-record.ts';
import { compilePatterns } from '../../rating/number-pattern.ts';
import { statusCode } from '../../rating/status.ts';
import { stripPrefix } from '../../rating/strip-prefix.ts';
import { calls, codes, named } from './calls.ts';

const all = { illegalCall: 1, zeroHoldTime: 1, serverHangUp: 1 };

test('repeated calls are duplicates, unless they are rejected; without marks there are none', () => {
  const out = ratedColumns(3);
  out.status.set(codes('-', 'rejected', '-'));
  const batch = calls({ repeated: 1 }, { repeated: 1 }, {});
  dropDuplicates({ ...batch, repeated: undefined }, out);
  assert.deepEqual(named(out.status), ['-', 'rejected', '-']);
  dropDuplicates(batch, out);
  assert.deepEqual(named(out.status), ['duplicate', 'rejected', '-']);
});

test('numbers on a list end with its status, those that are ended already keep theirs', () => {
  const batch = calls(
    { callee: '00800' },
    { callee: '008001' },
    { callee: '0099' },
    { callee: '0099' },
    { callee: '00' },
  );
  const out = ratedColumns(5);
  out.status.set(codes('-', '-', '-', 'duplicate', '-'));
  stripPrefix(batch, 2, out);
  endListed(5, batch.calleeE164, compilePatterns(['800', '99*']), statusCode.toll_free, out);
  assert.deepEqual(named(out.status), ['toll_free', '-', 'toll_free', 'duplicate', '-']);
});

/** A call an hour long, one without hold time, illegal ones, and two which the server hung up. */
const some = [
  {},
  { answered: null },
  { billingMode: -1, answered: null, endDirection: 2 },
  { endDirection: 2 },
  { endDirection: 2, answered: null },
  { billingMode: -1, endDirection: 2 },
];

function kept(switches: Partial<typeof all>): { status: string[]; withheld: number[] } {
  const out = ratedColumns(some.length);
  out.holdSeconds.set([3600, 0, 0, 3600, 0, 3600]);
  keepRecord(calls(...some), { ...all, ...switches }, out);
  return { status: named(out.status), withheld: [...out.withheld] };
}

test('with all switches on every call is kept', () => {
  assert.deepEqual(kept({}), { status: ['-', '-', '-', '-', '-', '-'], withheld: [0, 0, 0, 0, 0, 0] });
});

test('each switch alone suppresses its calls', () => {
  assert.deepEqual(kept({ illegalCall: 0 }).status, ['-', '-', 'suppressed_illegal', '-', '-', 'suppressed_illegal']);
  const zero = 'suppressed_zero_hold';
  assert.deepEqual(kept({ zeroHoldTime: 0 }).status, ['-', zero, zero, '-', zero, '-']);
  assert.deepEqual(kept({ serverHangUp: 0 }), {
    status: ['-', '-', '-', '-', '-', '-'],
    withheld: [0, 0, 0, 1, 1, 0],
  });
});

test('of several switches the first named ends the call', () => {
  const { status, withheld } = kept({ illegalCall: 0, zeroHoldTime: 0, serverHangUp: 0 });
  const [illegal, zero] = ['suppressed_illegal', 'suppressed_zero_hold'];
  assert.deepEqual(status, ['-', zero, illegal, '-', zero, illegal]);
  assert.deepEqual(withheld, [0, 0, 0, 1, 0, 0]);
});

test('a withheld call ends as suppressed_server_hang_up once its fee is known, unless it is rejected', () => {
  const out = ratedColumns(4);
  out.withheld.set([1, 1, 0, 1]);
  out.status.set(codes('charged', 'rejected', 'charged', 'no_rate'));
  withhold(4, { ...all, serverHangUp: 0 }, out);
  const hangUp = 'suppressed_server_hang_up';
  assert.deepEqual(named(out.status), [hangUp, 'rejected', 'charged', hangUp]);
});

test('illegal calls end as such', () => {
  const out = ratedColumns(3);
  out.status.set(codes('-', 'no_cdr', '-'));
  endIllegal(calls({ billingMode: -1 }, { billingMode: -1 }, { billingMode: 3 }), out);
  assert.deepEqual(named(out.status), ['illegal', 'no_cdr', '-']);
});
