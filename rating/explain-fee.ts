import { Decimal } from 'decimal.js';
import { type LegParameters, type Step, shownParameters } from './explain-step.ts';
import { formatMoney, MICROS } from './money.ts';
import { quantise } from './rounding.ts';
import { type DeckRow, microsOf } from './single-call.ts';

/** What a leg of a call was priced with: seconds before increments, and what the path made of them. */
export interface PricedLeg {
  readonly leg: Step['leg'];
  readonly row: DeckRow;
  readonly seconds: number;
  readonly feeSeconds: number;
  /** The fee the path came to, in micros. */
  readonly fee: bigint;
}

/** Enough digits for any fee: only a division by 3 does not end, and it is no tie then. */
const Exact = Decimal.clone({ precision: 100 });

/**
 * The steps from seconds to a fee. The amounts in between, which the path never writes down, are worked out in unlimited
 * decimals; they must lead to the fee the path came to.
 *
 * @throws Error when they do not: our own mistake
 */
export function feeSteps(priced: PricedLeg, under: LegParameters): Step[] {
  const { parameters, quantiseRates } = under;
  const { leg, row, seconds, feeSeconds, fee } = priced;
  const precision = parameters.SERVER_BILLING_FEE_PRECISTION;
  const unit = new Exact(parameters.SERVER_BILLING_FEE_UNIT);
  const last = new Exact(10).pow(-precision);
  const rounding = { precision, unit: Number(microsOf(unit.toFixed())), quantiseRates };
  const rateMicros = quantise(Number(microsOf(row.rate)), rounding);
  const rate = formatMoney(rateMicros, 0);
  const connectFee = formatMoney(microsOf(row.connectFee), 0);
  const sixtieths = BigInt(rateMicros) * BigInt(feeSeconds) + 60n * microsOf(row.connectFee);
  const kept = nearest(new Exact(sixtieths.toString()).div(60 * MICROS), last);
  const charged = nearest(kept, unit);
  if (!charged.times(MICROS).eq(fee.toString())) {
    throw new Error(`the steps lead to ${charged.toFixed()}, the path to ${formatMoney(fee)}`);
  }
  const decimals = shownParameters(under, 'SERVER_BILLING_FEE_PRECISTION');
  return [
    {
      leg,
      rule: 'increments',
      parameters: [],
      input: `${seconds} s at ${row.firstIncrement}/${row.nextIncrement}`,
      output: `fee time ${feeSeconds} s`,
    },
    {
      leg,
      rule: 'rate precision',
      parameters: shownParameters(under, 'SERVER_BILLING_FEE_PRECISTION', 'quantiseRates'),
      input: `${formatMoney(microsOf(row.rate), 0)} per minute`,
      output: `${rate} per minute`,
    },
    {
      leg,
      rule: 'raw fee',
      parameters: [],
      input: `${connectFee} + ${rate} × ${feeSeconds} / 60`,
      output: exactText(sixtieths),
    },
    { leg, rule: 'fee precision', parameters: decimals, input: exactText(sixtieths), output: kept.toFixed() },
    {
      leg,
      rule: 'fee unit',
      parameters: shownParameters(under, 'SERVER_BILLING_FEE_UNIT'),
      input: kept.toFixed(),
      output: charged.toFixed(),
    },
  ];
}

/** The nearest multiple of a step, half up; an amount above 0 is at least one step (rating.md, "Fee"). */
function nearest(amount: Decimal, step: Decimal): Decimal {
  if (amount.isZero()) return amount;
  return Exact.max(amount.div(step).plus('0.5').floor(), 1).times(step);
}

/** Sixtieths of a micro as a decimal; one that does not end is written with the fraction it stands for. */
function exactText(sixtieths: bigint): string {
  const denominator = 60n * BigInt(MICROS);
  const decimal = new Exact(sixtieths.toString()).div(denominator.toString());
  if (sixtieths % 3n === 0n) return decimal.toFixed();
  const divisor = greatestDivisor(sixtieths, denominator);
  return `${decimal.toFixed(10, Decimal.ROUND_DOWN)}… (${sixtieths / divisor}/${denominator / divisor})`;
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b);
}
