import { MICROS } from './money.ts';

/** How amounts are rounded: decimals of the precision, the fee unit in micros, and whether rates are rounded too. */
export interface Rounding {
  readonly precision: number;
  readonly unit: number;
  readonly quantiseRates: boolean;
}

/** A rate per minute, in micros, as the precision lets it stand: half up, and a rate above 0 stays above 0. */
export function quantise(ratePerMinute: number, { precision, quantiseRates }: Rounding): number {
  if (!quantiseRates || ratePerMinute === 0) return ratePerMinute;
  const last = MICROS / 10 ** precision;
  return Math.max(1, Math.floor((2 * ratePerMinute + last) / (2 * last))) * last;
}
