/**
 * The rules of rating.md one by one, each as short as its sentence there. Written from the text, not from the engine:
 * the two must agree because both are right. Speed is no concern here.
 */
import { Decimal } from 'decimal.js';

/** One row of a deck; times in ms since 1970, null where the window is open. */
export interface OracleRate {
  id: number;
  group: string;
  prefix: string;
  rate: string;
  first: number;
  next: number;
  connectFee: string;
  from: number | null;
  until: number | null;
  locked: boolean;
}

/** What of the settings a fee depends on. */
export interface FeeRounding {
  precision: number;
  unit: string;
  quantiseRates: boolean;
}

/**
 * A hundred digits stand for unlimited ones. The only quotient that does not end is one by 60; amounts have a few
 * decimals, so such a quotient is either exactly on a rounding tie, and then ends, or far further from it than 10^-70.
 */
export const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_UP });

/** ASCII digits, at least one: what a number must be to match anything. */
export function isDigits(number: string): boolean {
  return /^[0-9]+$/.test(number);
}

/** The number without one leading plus sign. */
export function withoutPlus(number: string): string {
  return number.startsWith('+') ? number.slice(1) : number;
}

/** Called number less one plus sign and the gateway route prefix; empty when it is no longer than that. */
export function billingNumber(callee: string, prefixLength: number): string {
  // Characters, not UTF-16 units: half of a surrogate pair is not a character.
  return Array.from(withoutPlus(callee)).slice(prefixLength).join('');
}

/** Entries of a list of numbers. Throws on any that is not digits with at most one trailing asterisk. */
export function listEntries(text: string): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const entry of entries) {
    if (!/^[0-9]+\*?$/.test(entry)) throw new Error(`'${entry}' is neither a number nor a prefix with one trailing *`);
  }
  return entries;
}

/** Whether the number is an entry of the list, or begins with one that ends in an asterisk. */
export function matchesList(list: string, number: string): boolean {
  if (!isDigits(number)) return false;
  return listEntries(list).some((entry) =>
    entry.endsWith('*') ? number.startsWith(entry.slice(0, -1)) : number === entry,
  );
}

/** Whole seconds of a duration; a rest above 0 counts as one more from `precision` ms on. */
export function holdSeconds(durationMs: number, precision: number): number {
  const rest = durationMs % 1000;
  const whole = (durationMs - rest) / 1000;
  return rest > 0 && rest >= precision ? whole + 1 : whole;
}

/** Hold time less free time, never below 0. */
export function basisSeconds(hold: number, freeTime: number): number {
  return Math.max(0, hold - freeTime);
}

/** Seconds charged for a basis under the increments `first`/`next`; nothing for nothing. */
export function feeSeconds(basis: number, first: number, next: number): number {
  if (basis === 0) return 0;
  let seconds = first;
  if (basis > first) seconds += Math.ceil((basis - first) / next) * next;
  return seconds;
}

/** Whether a row of the deck holds at an instant; its end is exclusive. */
export function isEffective(row: OracleRate, at: number): boolean {
  return (row.from === null || row.from <= at) && (row.until === null || at < row.until);
}

/** The row with the longest prefix among those effective; of several with the same prefix, the latest to begin. */
export function findRate(rates: OracleRate[], group: string, number: string, at: number): OracleRate | null {
  if (!isDigits(number)) return null;
  const candidates = rates.filter(
    (row) => row.group === group && number.startsWith(row.prefix) && isEffective(row, at),
  );
  candidates.sort((a, b) => b.prefix.length - a.prefix.length || begins(b) - begins(a));
  return candidates[0] ?? null;
}

/** Begin of a row's window as a number that can be subtracted; open windows begin before all others. */
function begins(row: OracleRate): number {
  return row.from ?? Number.MIN_SAFE_INTEGER;
}

/** The nearest multiple of `step`, halves up; an amount above 0 becomes at least one step. */
function nearestMultiple(amount: Decimal, step: Decimal): Decimal {
  if (amount.isZero()) return amount;
  const rest = amount.mod(step);
  const below = amount.minus(rest);
  const nearest = rest.times(2).gte(step) ? below.plus(step) : below;
  return nearest.isZero() ? step : nearest;
}

/** One unit of the last place kept: 10^-precision. */
function lastPlace(precision: number): Decimal {
  return new Exact(10).pow(-precision);
}

/** A rate per minute as stored under a fee precision. */
export function quantiseRate(rate: string, precision: number): string {
  return nearestMultiple(new Exact(rate), lastPlace(precision)).toFixed();
}

/** A raw fee rounded to the precision, and then to the fee unit. */
export function roundFee(raw: Decimal.Value, precision: number, unit: string): string {
  const kept = nearestMultiple(new Exact(raw), lastPlace(precision));
  return nearestMultiple(kept, new Exact(unit)).toFixed();
}

/** The fee of `seconds` of fee time at a row's rate; the connect fee is taken as it stands in the deck. */
export function feeOf(row: OracleRate, seconds: number, rounding: FeeRounding): string {
  const rate = rounding.quantiseRates ? quantiseRate(row.rate, rounding.precision) : row.rate;
  const raw = new Exact(rate).times(seconds).div(60).plus(row.connectFee);
  return roundFee(raw, rounding.precision, rounding.unit);
}

/** Whether a fee no longer fits the tables: 10^12 or more. */
export function isOutOfRange(fee: string): boolean {
  return new Exact(fee).gte('1000000000000');
}
