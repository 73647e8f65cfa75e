import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultParameters } from '../../rating/parameters.ts';
import { compilePlan } from '../../rating/plan.ts';
import { priceTariff } from '../../rating/pricing.ts';
import { reservationOf } from '../../rating/single-call.ts';

/** Terms of a rate in micros a minute, a connect fee in micros, and increments. */
const terms = (rate: number, connectFee: number, first: number, next: number) => [rate, 60 * connectFee, first, next];

test('each leg has the rates as its own precision lets them stand; all else of the terms stays', () => {
  const tariff = { terms: Float64Array.from([...terms(12_345, 7, 60, 6), ...terms(4, 0, 1, 1)]) };
  const precision = (decimals: number) => ({ ...defaultParameters, SERVER_BILLING_FEE_PRECISTION: decimals });
  const priced = priceTariff(tariff, compilePlan(precision(3), true, precision(4)));
  assert.deepEqual([...priced.clientTerms], [...terms(12_000, 7, 60, 6), ...terms(1000, 0, 1, 1)]);
  assert.deepEqual([...priced.vendorTerms], [...terms(12_300, 7, 60, 6), ...terms(100, 0, 1, 1)]);
  assert.deepEqual([...priceTariff(tariff, compilePlan(precision(3), false)).clientTerms], [...tariff.terms]);
});

test('a reservation is the fee of a call of the advance time: less free time, in increments, rounded', () => {
  const row = { rate: '0.6', connectFee: '0.05', firstIncrement: 30, nextIncrement: 7 };
  const reserve = (minutes: number, freeTime: number, unit = '0.0001') =>
    reservationOf(
      row,
      {
        ...defaultParameters,
        SERVER_BILLING_FEE_PRECISTION: 4,
        SERVER_BILLING_FEE_UNIT: unit,
        SERVER_BILLING_FREE_TIME: freeTime,
        SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: minutes,
      },
      true,
    );
  // 65 s at 30/7; 30 s; two minutes are 121 s; nothing is left of a minute.
  assert.deepEqual([reserve(1, 0), reserve(1, 40), reserve(2, 0), reserve(1, 60)], [700_000, 350_000, 1_260_000, 0]);
  assert.equal(reserve(1, 0, '0.5'), 500_000);
});
