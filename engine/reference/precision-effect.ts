import { Decimal } from 'decimal.js';
import { formatMoney } from '../../rating/money.ts';
import { quantise } from '../../rating/rounding.ts';
import type { RateTable } from './kinds.ts';

/** What rounding to the precision does to the rates of a deck (rating.md, "Rate precision"). */
export interface PrecisionEffect {
  readonly precision: number;
  readonly quantiseRates: boolean;
  readonly rates: number;
  readonly changed: number;
  readonly raised: number;
  readonly lowered: number;
  /** Change of the sum of all rates, in percent with two decimals; null when they are all 0. */
  readonly percentOfSum: string | null;
  /** The largest changes first, of different rates. */
  readonly examples: readonly PrecisionExample[];
}

export interface PrecisionExample {
  readonly line: number;
  readonly rateGroup: string;
  readonly prefix: string;
  readonly rate: string;
  readonly becomes: string;
  readonly percent: string;
}

const EXAMPLES = 5;

/** Counts the rates a precision changes; without `quantiseRates` it changes none. */
export function precisionEffect(table: RateTable, precision: number, quantiseRates: boolean): PrecisionEffect {
  const { rate, rate_group, prefix } = table.columns;
  const first = new Map<number, { row: number; becomes: number; count: number }>();
  for (let row = 0; row < table.rows; row++) {
    const known = first.get(rate[row]);
    if (known) known.count++;
    else first.set(rate[row], { row, becomes: quantise(rate[row], { precision, unit: 1, quantiseRates }), count: 1 });
  }
  let [sum, sumAfter, raised, lowered] = [0n, 0n, 0, 0];
  for (const [micros, { becomes, count }] of first) {
    sum += BigInt(micros) * BigInt(count);
    sumAfter += BigInt(becomes) * BigInt(count);
    if (becomes > micros) raised += count;
    if (becomes < micros) lowered += count;
  }
  const changes = [...first].filter(([micros, { becomes }]) => becomes !== micros);
  changes.sort(([a, { becomes: afterA }], [b, { becomes: afterB }]) => change(b, afterB) - change(a, afterA));
  return {
    precision,
    quantiseRates,
    rates: table.rows,
    changed: raised + lowered,
    raised,
    lowered,
    percentOfSum: sum === 0n ? null : percent(sum, sumAfter),
    examples: changes.slice(0, EXAMPLES).map(([micros, { row, becomes }]) => ({
      line: table.line(row),
      rateGroup: rate_group[row],
      prefix: prefix[row],
      rate: formatMoney(micros, 0),
      becomes: formatMoney(becomes, 0),
      percent: percent(micros, becomes),
    })),
  };
}

/** The effect in one to six lines of text. */
export function precisionText(effect: PrecisionEffect): string {
  const { precision, quantiseRates, rates, changed, raised, lowered, percentOfSum, examples } = effect;
  if (!quantiseRates) return 'Rates are used as they stand (quantiseRates is false).\n';
  const rule = `SERVER_BILLING_FEE_PRECISTION ${precision}`;
  if (changed === 0) return `${rule} changes no rate.\n`;
  const lines = examples.map(
    ({ line, rateGroup, prefix, rate, becomes, percent: by }) =>
      `  line ${line}: ${rateGroup} ${prefix}: ${rate} becomes ${becomes} (${by} %)`,
  );
  return [
    `${rule} changes ${changed} of ${rates} rates: ${raised} up, ${lowered} down, their sum by ${percentOfSum} %.`,
    `To keep rates as they stand set ${precision < 4 ? 'it to 4, or ' : ''}quantiseRates to false. The largest changes:`,
    ...lines,
    '',
  ].join('\n');
}

/** Relative change without sign, for sorting only. */
function change(micros: number, becomes: number): number {
  return Math.abs(becomes - micros) / micros;
}

function percent(before: number | bigint, after: number | bigint): string {
  const by = new Decimal(after.toString()).div(before.toString()).minus(1).times(100).toFixed(2);
  return by.startsWith('-') ? by : `+${by}`;
}
