import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { increments } from '../../rating/increments.ts';
import { TERM_FIRST, TERM_NEXT, TERMS } from '../../rating/tariff.ts';
import { feeSeconds } from '../oracle/rules.ts';

function feeTime(seconds: number, first: number, next: number): number {
  const terms = new Float64Array(2 * TERMS);
  terms[TERMS + TERM_FIRST] = first;
  terms[TERMS + TERM_NEXT] = next;
  const out = Int32Array.of(-1, -1);
  increments(Int32Array.of(1, 0), 1, Int32Array.of(99, seconds), Int32Array.of(0, 1), terms, out);
  assert.equal(out[0], 0, 'a row without a price has no fee time');
  return out[1];
}

test('the first increment at least, then whole next ones', () => {
  assert.deepEqual(
    [1, 59, 60, 61, 120, 121].map((seconds) => feeTime(seconds, 60, 60)),
    [60, 60, 60, 120, 120, 180],
  );
  assert.deepEqual(
    [1, 30, 31, 36, 37].map((seconds) => feeTime(seconds, 30, 6)),
    [30, 30, 36, 36, 42],
  );
  assert.deepEqual(
    [1, 7].map((seconds) => feeTime(seconds, 1, 1)),
    [1, 7],
  );
});

test('any seconds and increments, as the oracle has it', () => {
  const increment = fc.integer({ min: 1, max: 3600 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), increment, increment, (seconds, first, next) => {
      assert.equal(feeTime(seconds, first, next), feeSeconds(seconds, first, next));
    }),
  );
});
