import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fees } from '../../rating/fee.ts';
import { MONEY_LIMIT } from '../../rating/money.ts';
import { quantise } from '../../rating/rounding.ts';
import { TERM_CONNECT, TERM_RATE, TERMS } from '../../rating/tariff.ts';
import { pair } from '../oracle/kernel.ts';

/** A fee in micros; -1 when it is too large for the database. Rate and connect fee are micros, and so is the unit. */
function fee(rate: number, seconds: number, precision: number, unit: number, connectFee = 0): bigint {
  const terms = new Float64Array(TERMS);
  terms[TERM_RATE] = rate;
  terms[TERM_CONNECT] = connectFee * 60;
  const out = Int32Array.of(-1, -1, -1, -1);
  let overflown = -1;
  const rounding = { precision, unit, quantiseRates: false };
  fees(Int32Array.of(1), 1, Int32Array.of(-1, 0), Int32Array.of(0, seconds), terms, rounding, out, (row) => {
    overflown = row;
  });
  assert.equal(pair(out, 0), 0n, 'a row without a price has no fee');
  if (overflown === 1) assert.equal(pair(out, 1), 0n);
  return overflown === 1 ? -1n : pair(out, 1);
}

/** The same by rating.md, in whole numbers of any size. */
function byTheBook(rate: number, seconds: number, precision: number, unit: number, connectFee: number): bigint {
  const nearest = (amount: bigint, step: bigint) => {
    const steps = (2n * amount + step) / (2n * step);
    return (steps === 0n && amount > 0n ? 1n : steps) * step;
  };
  const sixtieths = BigInt(rate) * BigInt(seconds) + 60n * BigInt(connectFee);
  const kept = nearest(sixtieths, 60n * 10n ** BigInt(6 - precision));
  const micros = nearest(kept, 60n * BigInt(unit)) / 60n;
  return micros < MONEY_LIMIT ? micros : -1n;
}

test('half up, and an amount above 0 stays above 0', () => {
  assert.equal(fee(10_000, 60, 2, 10_000), 10_000n);
  assert.equal(fee(10_000, 30, 2, 10_000), 10_000n, '0.005 becomes 0.01');
  assert.equal(fee(10_000, 89, 2, 10_000), 10_000n);
  assert.equal(fee(10_000, 90, 2, 10_000), 20_000n, '0.015 becomes 0.02');
  assert.equal(fee(1, 1, 0, 1), 1_000_000n);
  assert.equal(fee(0, 60, 4, 100), 0n);
  assert.equal(fee(0, 60, 2, 250_000, 1), 250_000n);
});

test('first the precision, then the unit', () => {
  assert.equal(fee(124_900, 60, 2, 250_000), 250_000n, '0.1249 → 0.12 → 0.25, the least there is');
  assert.equal(fee(374_999, 60, 2, 250_000), 250_000n, '0.374999 → 0.37 → 0.25');
  assert.equal(fee(374_999, 60, 1, 250_000), 500_000n, '0.374999 → 0.4 → 0.5');
  assert.equal(fee(1_234_567, 60, 4, 5000), 1_235_000n);
});

test('any fee is exact, below and beyond what doubles count', () => {
  const rate = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 999_999_999_999 }));
  const seconds = fc.oneof(fc.integer({ min: 1, max: 7200 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }));
  const unit = fc.oneof(
    fc.constantFrom(1, 100, 5000, 10_000, 250_000, 10 ** 12),
    fc.integer({ min: 1, max: 10 ** 12 }),
  );
  const connect = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999_999 }));
  fc.assert(
    fc.property(rate, seconds, fc.integer({ min: 0, max: 4 }), unit, connect, (...given) => {
      assert.equal(fee(...given), byTheBook(...given));
    }),
    { numRuns: 5000 },
  );
});

test('at the border between doubles and whole numbers both ways agree', () => {
  for (const numerator of [2 ** 52 - 2 ** 40, 2 ** 52, 2 ** 53]) {
    for (let beside = -3; beside <= 3; beside++) {
      const rate = Math.floor(numerator / 59_999) + beside;
      assert.equal(fee(rate, 59_999, 4, 7), byTheBook(rate, 59_999, 4, 7, 0));
    }
  }
});

test('the largest fee of the database, and the first beyond it', () => {
  const seconds = 60 * 1_000_000;
  assert.equal(fee(999_999_999_999, seconds, 4, 1), 999_999_999_999_000_000n);
  assert.equal(fee(999_999_999_999, seconds + 60, 4, 1), -1n);
});

test('rates are rounded in the same way, unless they are kept', () => {
  const rounding = { precision: 2, unit: 1, quantiseRates: true };
  assert.deepEqual(
    [0, 1, 4999, 5000, 14_999, 15_000].map((rate) => quantise(rate, rounding)),
    [0, 10_000, 10_000, 10_000, 10_000, 20_000],
  );
  assert.equal(quantise(4999, { ...rounding, quantiseRates: false }), 4999);
});
