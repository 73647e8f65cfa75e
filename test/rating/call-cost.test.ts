import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallCost, LONGEST_HOLD_SECONDS } from '../../rating/call-cost.ts';
import { MICROS } from '../../rating/money.ts';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import { compilePlan } from '../../rating/plan.ts';
import { priceTariff } from '../../rating/pricing.ts';

function costOf(
  { rate, connectFee = 0, first = 1, next = 1 }: { rate: number; connectFee?: number; first?: number; next?: number },
  parameters: Partial<BillingParameters> = {},
): CallCost {
  const terms = Float64Array.of(rate, 60 * connectFee, first, next);
  const plan = compilePlan(
    { ...defaultParameters, SERVER_BILLING_FEE_PRECISTION: 4, SERVER_BILLING_FEE_UNIT: '0.0001', ...parameters },
    true,
  );
  return new CallCost(priceTariff({ terms }, plan), 0);
}

test('the longest call is what a search second by second finds', () => {
  const property = fc.property(
    fc.record({
      rate: fc.integer({ min: 0, max: 90 * MICROS }),
      connectFee: fc.integer({ min: 0, max: MICROS }),
      first: fc.integer({ min: 1, max: 90 }),
      next: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ free: fc.integer({ min: 0, max: 90 }), precision: fc.integer({ min: 0, max: 4 }) }),
    fc.integer({ min: 0, max: 100 * MICROS }),
    (terms, { free, precision }, amount) => {
      const cost = costOf(terms, { SERVER_BILLING_FREE_TIME: free, SERVER_BILLING_FEE_PRECISTION: precision });
      const longest = cost.longest(amount);
      let fits = 0;
      while (fits < 400 && cost.feeOf(fits + 1) <= amount) fits++;
      assert.equal(Math.min(longest, 400), fits);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('what is reserved is the fee of the advance time, free time included', () => {
  const minutes = { SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 2, SERVER_BILLING_FREE_TIME: 30 };
  const cost = costOf({ rate: 60 * MICROS, first: 60, next: 60 }, minutes);
  assert.equal(cost.reserve, cost.feeOf(120));
  assert.deepEqual([cost.reserve, cost.longest(cost.reserve)], [120 * MICROS, 150]);
});

test('a call that costs nothing, one that costs too much, and one beyond what an amount can be', () => {
  assert.equal(costOf({ rate: 0 }).longest(0), LONGEST_HOLD_SECONDS);
  assert.equal(costOf({ rate: 0, connectFee: 2 }).longest(1), 0);
  assert.equal(costOf({ rate: MICROS }).longest(-1), 0);
  const dear = costOf({ rate: 1_000_000 * MICROS, first: 2_000_000_000 }, { SERVER_BILLING_FREE_TIME: 100 });
  assert.equal(dear.feeOf(101), Number.POSITIVE_INFINITY);
  assert.equal(dear.longest(Number.MAX_SAFE_INTEGER), 100);
});
