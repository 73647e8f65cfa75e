/**
 * fast-check arbitraries of accounts in trouble: few instants, few amounts, and money for some of the calls only.
 *
 * Amounts are drafted as small multiples of one sum of the account, a micro more or less: so what is asked for often is
 * what is left, or a hair above it. Drafts are fitted by `map`, not by `chain`, so that failing accounts shrink.
 */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { MICROS } from '../../rating/money.ts';
import type { OracleAccount } from './overdraft.ts';

/** The sum most amounts of an account are multiples of, in micros. No double holds those beyond 2^53. */
const grain = fc.constantFrom(1n, 20_000n, 12_345n, 333_333n, 2n ** 53n + 1n, 2n ** 54n + 1n, 2n ** 54n + 3n);

/** So many grains and micros. */
interface AmountDraft {
  grains: number;
  micros: number;
}

const hair = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1);

function amountDraft(min: number, max: number): fc.Arbitrary<AmountDraft> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.record({ grains: fc.integer({ min, max }), micros: hair }) },
    { weight: 1, arbitrary: fc.record({ grains: fc.constant(0), micros: fc.integer({ min: 0, max: 3_000_000 }) }) },
  );
}

/** Milliseconds from the first instant. */
const instant = fc.integer({ min: 0, max: 6 });

/** Days and weeks as well: more milliseconds than 32 bits count. */
const lengthMs = fc.oneof(
  { weight: 19, arbitrary: fc.integer({ min: 1, max: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(86_400_000, 2 ** 31, 2 ** 32 + 1) },
);

/** Few, so that switches repeat them: of one digit and two, and some that no double tells apart. */
const flowNo = fc.constantFrom(1n, 2n, 9n, 10n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n);

const callDraft = fc.record({
  // A language, or the numbers in them, would order these otherwise.
  softswitch: fc.constantFrom('ss2', 'ss10', 'ss1', 'ss', 'SS2', 'és1', 's-20'),
  flowNo,
  answered: instant,
  lengthMs,
  fee: amountDraft(0, 4),
  reserve: amountDraft(0, 3),
});

const paymentDraft = fc.record({
  paid: fc.integer({ min: -1, max: 16 }),
  amount: fc.oneof({ weight: 5, arbitrary: amountDraft(0, 4) }, { weight: 1, arbitrary: amountDraft(-3, -1) }),
  reference: fc.string({ unit: fc.constantFrom('a', 'B', '1', '9'), minLength: 1, maxLength: 3 }),
});

/**
 * 0 to 40 calls and 0 to 6 payments within 17 ms, a few ends later. Each amount, every balance, and all that is charged or
 * reserved at a time stay below 10^12, which the tables hold; all that is asked for, or short, may be more.
 */
export const accountArbitrary: fc.Arbitrary<OracleAccount> = fc
  .record({
    grain,
    firstMs: fc.constantFrom(Date.UTC(2000, 0, 1) + 1, Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 29, 0, 59, 59, 990)),
    balance: fc.oneof(amountDraft(-3, 6), amountDraft(0, 20)),
    creditLimit: fc.oneof(fc.constant({ grains: 0, micros: 0 }), amountDraft(0, 5)),
    payments: fc.uniqueArray(paymentDraft, { maxLength: 6, size: 'max', selector: ({ reference }) => reference }),
    calls: fc.uniqueArray(callDraft, {
      maxLength: 40,
      size: 'max',
      selector: ({ softswitch, flowNo }) => `${softswitch} ${flowNo}`,
    }),
  })
  .map(({ grain, firstMs, balance, creditLimit, payments, calls }) => {
    const money = ({ grains, micros }: AmountDraft) =>
      new Decimal(String(BigInt(grains) * grain + BigInt(micros))).div(MICROS);
    const notNegative = (draft: AmountDraft) => Decimal.max(0, money(draft));
    return {
      balance: money(balance),
      creditLimit: notNegative(creditLimit),
      payments: payments.map(({ paid, amount, reference }) => {
        return { paidMs: firstMs + paid, amount: money(amount), reference };
      }),
      calls: calls.map(({ softswitch, flowNo, answered, lengthMs, fee, reserve }) => {
        const answeredMs = firstMs + answered;
        const endedMs = answeredMs + lengthMs;
        return { softswitch, flowNo, answeredMs, endedMs, fee: notNegative(fee), reserve: notNegative(reserve) };
      }),
    };
  });
