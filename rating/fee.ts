import { faultCode } from './malformed.ts';
import { MICROS, MONEY_LIMIT } from './money.ts';
import type { Rounding } from './rounding.ts';
import { TERM_CONNECT, TERM_RATE, TERMS } from './tariff.ts';

/** The least numerator for which doubles are not trusted: below it, twice the numerator plus a divisor stays exact. */
const EXACT_NUMERATOR = 2 ** 52 - 2 ** 40;

const WORD = 2 ** 32;

/**
 * The fee of each row with a price: raw = connect fee + rate × seconds / 60, rounded half up to the precision and then to
 * a multiple of the unit; in both steps an amount above 0 stays above 0.
 *
 * Exact: the numerator over 60 is a whole number of micros; where it would leave the integers a double holds, BigInt
 * takes over for that row.
 *
 * @param rows rows of the batch with a price, the first `count` of the array; all others get 0
 * @param term places in the tariff's terms
 * @param seconds fee time
 * @param fee receives micros, two words a row
 * @param overflown called with each row whose fee no DECIMAL(18,6) holds; its fee is 0
 */
export function fees(
  rows: Int32Array,
  count: number,
  term: Int32Array,
  seconds: Int32Array,
  terms: Float64Array,
  { precision, unit }: Rounding,
  fee: Int32Array,
  overflown: (row: number) => void,
): void {
  const last = MICROS / 10 ** precision;
  const divisor = 60 * last;
  // What the precision leaves is a multiple of the unit already, as long as the unit goes into its last place.
  const unitIsFiner = last % unit === 0;
  fee.fill(0);
  for (let k = 0; k < count; k++) {
    const row = rows[k];
    const at = term[row] * TERMS;
    const numerator = terms[at + TERM_CONNECT] + terms[at + TERM_RATE] * seconds[row];
    if (numerator >= EXACT_NUMERATOR) {
      if (!exactFee(terms, at, seconds[row], precision, unit, fee, row)) overflown(row);
    } else if (numerator > 0) {
      const rounded = Math.max(1, Math.floor((2 * numerator + divisor) / (2 * divisor))) * last;
      const micros = unitIsFiner ? rounded : Math.max(1, Math.floor((2 * rounded + unit) / (2 * unit))) * unit;
      fee[2 * row] = micros;
      fee[2 * row + 1] = micros / WORD;
    }
  }
}

/** The same fee in unlimited integers. Returns false, and leaves 0, when the database's type does not hold it. */
function exactFee(
  terms: Float64Array,
  at: number,
  seconds: number,
  precision: number,
  unit: number,
  fee: Int32Array,
  row: number,
): boolean {
  const numerator = BigInt(terms[at + TERM_CONNECT]) + BigInt(terms[at + TERM_RATE]) * BigInt(seconds);
  const last = BigInt(MICROS / 10 ** precision);
  const rounded = ((2n * numerator + 60n * last) / (120n * last)) * last;
  const step = BigInt(unit);
  const units = (2n * rounded + step) / (2n * step);
  const micros = (units === 0n ? 1n : units) * step;
  const fits = micros < MONEY_LIMIT;
  fee[2 * row] = fits ? Number(BigInt.asIntN(32, micros)) : 0;
  fee[2 * row + 1] = fits ? Number(micros >> 32n) : 0;
  return fits;
}

/** The fault of a row whose fee is too large to be stored. */
export const feeFault = faultCode.fee_out_of_range;
