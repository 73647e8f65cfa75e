import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ratedColumns } from '../../rating/columns.ts';
import { type BillingParameters, defaultParameters } from '../../rating/parameters.ts';
import { compilePlan } from '../../rating/plan.ts';
import { priceTariff } from '../../rating/pricing.ts';
import { repriceBatch } from '../../rating/reprice-batch.ts';
import { type Rerating, rerateBatch, type StoredBatch } from '../../rating/rerate-batch.ts';
import { type StatusName, statusCode } from '../../rating/status.ts';
import { compileTariff, noRates } from '../../rating/tariff.ts';

const FREE_SECONDS = 5;

/** Calls as they are stored under a free time of five seconds: each status with what only it may have. */
const call = fc
  .record({
    status: fc.constantFrom<StatusName>(
      ...(['illegal', 'toll_free', 'zero_hold', 'within_free_time', 'no_rate', 'locked_prefix'] as const),
      ...(['charged', 'charged', 'charged', 'overdraft_refused', 'overdraft_capped'] as const),
    ),
    seconds: fc.integer({ min: 1, max: 300 }),
    term: fc.nat(5),
    vendorTerm: fc.integer({ min: -1, max: 5 }),
    vendorFee: fc.nat(1_000_000),
  })
  .map(({ status, seconds, term, vendorTerm, vendorFee }) => {
    const hold = status === 'zero_hold' ? 0 : status === 'within_free_time' ? 1 + (seconds % FREE_SECONDS) : seconds;
    const isPriced = status === 'charged' || status.startsWith('overdraft');
    const isCarried = hold > 0 && status !== 'illegal' && vendorTerm >= 0;
    return {
      status: statusCode[status],
      hold: isPriced ? FREE_SECONDS + hold : hold,
      billingMode: status === 'illegal' ? -1 : 1,
      rate: isPriced || status === 'locked_prefix' ? 100 + term : 0,
      term: isPriced ? term : -1,
      vendorTerm: isCarried ? vendorTerm : -1,
      vendorFee: isCarried ? vendorFee : 0,
    };
  });

const terms = fc.array(
  fc.tuple(fc.nat(5_000_000), fc.nat(60_000_000), fc.constantFrom(1, 6, 60), fc.constantFrom(1, 6, 60)),
  { minLength: 6, maxLength: 6 },
);

const change: fc.Arbitrary<Partial<BillingParameters>> = fc.record(
  {
    SERVER_BILLING_FREE_TIME: fc.integer({ min: FREE_SECONDS, max: 40 }),
    SERVER_BILLING_FEE_PRECISTION: fc.integer({ min: 1, max: 6 }),
    SERVER_BILLING_FEE_UNIT: fc.constantFrom('0.01', '0.001', '0.25', '0.000001'),
  },
  { requiredKeys: [] },
);

test('what money is asked comes out as on the whole path, step by step', () => {
  fc.assert(
    fc.property(
      fc.array(call, { minLength: 1, maxLength: 40 }),
      terms,
      fc.array(change, { minLength: 1 }),
      (calls, tariffTerms, changes) => {
        const then = { ...defaultParameters, SERVER_BILLING_FREE_TIME: FREE_SECONDS };
        const flat = Float64Array.from(tariffTerms.flat());
        const stored = { ...batchOf(calls), vendorFee: amounts(calls) };
        // Vendor fees are those of the parameters of then, as a run has stored them.
        const asThen = ratedColumns(calls.length);
        rerateBatch(stored, rerating(flat, then, false), asThen);
        stored.vendorFee.set(asThen.vendorFee.subarray(0, 2 * calls.length));
        const [whole, short] = [ratedColumns(calls.length), ratedColumns(calls.length)];
        let last: Rerating | undefined;
        let now: BillingParameters = then;
        for (const one of changes) {
          now = { ...now, ...one };
          const newVendorFees = (['SERVER_BILLING_FEE_PRECISTION', 'SERVER_BILLING_FEE_UNIT'] as const).some(
            (name) => now[name] !== then[name],
          );
          const next = rerating(flat, now, newVendorFees);
          assert.equal(repriceBatch(stored, next, last, short), rerateBatch(stored, next, whole));
          for (const name of ['status', 'holdSeconds', 'clientRate', 'clientTerm', 'fee', 'vendorFee'] as const) {
            assert.deepEqual(short[name], whole[name], `${name} after ${JSON.stringify(one)}`);
          }
          last = next;
        }
      },
    ),
    { numRuns: 500 },
  );
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function batchOf(calls: readonly Call[]): StoredBatch {
  const column = (value: (one: Call) => number) => Int32Array.from(calls, value);
  return {
    rows: calls.length,
    status: Uint8Array.from(calls, ({ status }) => status),
    holdSeconds: column(({ hold }) => hold),
    clientRate: column(({ rate }) => rate),
    clientTerm: column(({ term }) => term),
    vendorRate: column(({ vendorTerm }) => (vendorTerm < 0 ? 0 : 200 + vendorTerm)),
    vendorTerm: column(({ vendorTerm }) => vendorTerm),
    account: column(() => 0),
    vendorAccount: column(() => 0),
    calleeGateway: column(() => 0),
    endDirection: new Uint8Array(calls.length),
    billingMode: Int8Array.from(calls, ({ billingMode }) => billingMode),
    answeredMs: new Float64Array(calls.length).fill(Number.NaN),
    endedMs: new Float64Array(calls.length).fill(Number.NaN),
  };
}

function amounts(calls: readonly Call[]): Int32Array {
  return Int32Array.from(calls.flatMap(({ vendorFee }) => [vendorFee, 0]));
}

const nobody = Int32Array.of(-1);

function rerating(terms: Float64Array, parameters: BillingParameters, newVendorFees: boolean): Rerating {
  const tariff = { ...compileTariff(noRates, { fromMs: 0, untilMs: 0 }), terms };
  return {
    pricing: priceTariff(tariff, compilePlan(parameters, false)),
    tariff,
    parties: { groupOfAccount: nobody, groupOfGateway: nobody, accountOfGateway: new Int32Array(1) },
    newHoldTime: false,
    newRates: false,
    newVendorFees,
  };
}
