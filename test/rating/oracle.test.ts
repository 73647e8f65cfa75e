/** The oracle against the worked examples of rating.json, and its generator of cases against dullness. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { statuses } from '../../rating/status.ts';
import { caseArbitrary } from '../oracle/arbitraries.ts';
import { feeOf, rateByTheBook } from '../oracle/oracle.ts';
import { deckRow, kinds, outOfReach, type Value, type Vector } from '../oracle/vectors.ts';

/** Equal as numbers where both are numbers; amounts are text in the vectors, but so are numbers that are called. */
function assertField(name: string, actual: Value | undefined, expected: Value): void {
  const isAmount = typeof expected === 'string' && /^\d+(\.\d+)?$/.test(expected) && !/number|prefix/.test(name);
  if (isAmount && (typeof actual === 'string' || typeof actual === 'number')) {
    assert.ok(new Decimal(actual).eq(expected), `${name}: ${actual} instead of ${expected}`);
  } else {
    assert.deepEqual(actual, expected, name);
  }
}

const path = new URL('../../../shared/spec/vectors/rating.json', import.meta.url);

if (existsSync(path)) {
  const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] };
  for (const { id, kind, given, expect } of vectors) {
    if (outOfReach.includes(kind)) continue;
    test(`oracle ${id}`, () => {
      assert.ok(kind in kinds, `${kind}: neither answered by the oracle nor named as out of its reach`);
      const actual = kinds[kind](given);
      for (const [name, expected] of Object.entries(expect)) assertField(name, actual[name], expected);
    });
  }
} else {
  test('oracle vectors', { skip: `no ${path.pathname}` }, () => {});
}

test('oracle fees equal those of whole numbers divided once', () => {
  const nearest = (amount: bigint, step: bigint) => {
    const units = (2n * amount + step) / (2n * step);
    return (amount > 0n && units === 0n ? 1n : units) * step;
  };
  const millionths = fc.oneof(fc.integer({ min: 0, max: 999_999_999_999 }), fc.integer({ min: 0, max: 200_000 }));
  const check = (rate: number, connect: number, seconds: number, precision: number, unit: number) => {
    // In 60ths of a millionth every raw fee is a whole number.
    const raw = BigInt(rate) * BigInt(seconds) + 60n * BigInt(connect);
    const fee = nearest(nearest(raw, 60n * 10n ** BigInt(6 - precision)), 60n * BigInt(unit));
    const text = (amount: number | bigint) => new Decimal(String(amount)).div(1_000_000).toFixed();
    const row = { ...deckRow('4', {}), rate: text(rate), connectFee: text(connect) };
    assert.equal(feeOf(row, seconds, { precision, unit: text(unit), quantiseRates: false }), text(fee / 60n));
  };
  const secondsOrYears = fc.oneof(fc.integer({ min: 0, max: 7200 }), fc.integer({ min: 0, max: 2 ** 31 }));
  const unit = fc.oneof(fc.constantFrom(1, 100, 5000, 10_000, 250_000), fc.integer({ min: 1, max: 2_500_000 }));
  fc.assert(fc.property(millionths, millionths, secondsOrYears, fc.integer({ min: 0, max: 4 }), unit, check), {
    numRuns: 2000,
  });
});

test('oracle cases reach every status in scope, large fees and vendor fees', () => {
  const outOfScope = ['undecided', 'duplicate', 'overdraft_refused', 'overdraft_capped'];
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const { setting, calls } of fc.sample(caseArbitrary, { numRuns: 300, seed: 2024 })) {
    for (const call of calls) {
      const result = rateByTheBook(call, setting);
      count(result.status);
      if (result.reason) count(result.reason);
      if (result.vendorFee !== null) count('vendor fee');
      if (result.withheldFee !== '0') count('withheld fee');
      if (Number(result.fee) * 1e6 > Number.MAX_SAFE_INTEGER) count('beyond 2^53 millionths');
    }
  }
  const wanted = [
    ...statuses.map(({ name }) => name).filter((name) => !outOfScope.includes(name)),
    ...['fee_out_of_range', 'vendor fee', 'withheld fee', 'beyond 2^53 millionths'],
  ];
  for (const what of wanted) assert.ok((seen.get(what) ?? 0) >= 10, `${what}: ${seen.get(what) ?? 0} calls`);
});
