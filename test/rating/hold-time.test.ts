import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ratedColumns } from '../../rating/columns.ts';
import { holdTime } from '../../rating/hold-time.ts';
import * as oracle from '../oracle/rules.ts';
import { calls, codes } from './calls.ts';

function hold(ms: number | null, precisionMs: number): number {
  const out = ratedColumns(1);
  const connected = holdTime(calls({ answered: ms === null ? null : 0, ended: ms ?? 60_000 }), precisionMs, out);
  assert.equal(connected, out.holdSeconds[0] > 0 ? 1 : 0);
  return out.holdSeconds[0];
}

test('a rest counts from the precision on; 1 rounds up, 1000 cuts off', () => {
  assert.deepEqual(
    [5049, 5050, 5999, 5000].map((ms) => hold(ms, 50)),
    [5, 6, 6, 5],
  );
  assert.deepEqual(
    [1, 999, 1000, 1001].map((ms) => hold(ms, 1)),
    [1, 1, 1, 2],
  );
  assert.deepEqual(
    [1, 999, 1000, 1999].map((ms) => hold(ms, 1000)),
    [0, 0, 1, 1],
  );
  assert.equal(hold(null, 50), 0);
  assert.equal(hold(0, 1), 0);
});

test('any duration, up to the whole range of years', () => {
  const duration = fc.oneof(
    fc.integer({ min: 0, max: 10_000 }),
    fc.integer({ min: 0, max: 34 * 365 * 86_400_000 - 1 }),
  );
  fc.assert(
    fc.property(duration, fc.integer({ min: 1, max: 1000 }), (ms, precision) => {
      assert.equal(hold(ms, precision), oracle.holdSeconds(ms, precision));
    }),
  );
});

test('the rows with hold time are listed, rejected ones have none', () => {
  const out = ratedColumns(4);
  out.status.set(codes('-', 'rejected', 'no_cdr', '-'));
  const count = holdTime(calls({}, {}, {}, { answered: null }), 50, out);
  assert.deepEqual([...out.holdSeconds], [60, 0, 60, 0]);
  assert.deepEqual([...out.connected.subarray(0, count)], [0, 2]);
});
