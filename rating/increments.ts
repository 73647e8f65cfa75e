import { TERM_FIRST, TERM_NEXT, TERMS } from './tariff.ts';

/**
 * Fee time: with first increment f and next increment n, f when the seconds do not exceed it, else f plus as many n as
 * cover the rest.
 *
 * @param rows rows of the batch with a price, the first `count` of the array; all others get 0
 * @param term places in the tariff's terms
 */
export function increments(
  rows: Int32Array,
  count: number,
  seconds: Int32Array,
  term: Int32Array,
  terms: Float64Array,
  feeSeconds: Int32Array,
): void {
  feeSeconds.fill(0);
  for (let k = 0; k < count; k++) {
    const row = rows[k];
    const at = term[row] * TERMS;
    const first = terms[at + TERM_FIRST];
    const next = terms[at + TERM_NEXT];
    const rest = seconds[row] - first;
    feeSeconds[row] = rest > 0 ? first + Math.ceil(rest / next) * next : first;
  }
}
