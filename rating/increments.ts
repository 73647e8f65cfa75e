import { type CompiledTariff, TERM_FIRST, TERM_NEXT, TERMS } from './tariff.ts';

/**
 * Fee time: with first increment f and next increment n, f when the seconds do not exceed it, else f plus as many n as
 * cover the rest. 0 for rows without a rate.
 */
export function increments(
  rows: number,
  seconds: Int32Array,
  rate: Int32Array,
  { terms }: CompiledTariff,
  feeSeconds: Int32Array,
): void {
  for (let i = 0; i < rows; i++) {
    if (rate[i] < 0) {
      feeSeconds[i] = 0;
      continue;
    }
    const at = rate[i] * TERMS;
    const first = terms[at + TERM_FIRST];
    const next = terms[at + TERM_NEXT];
    const rest = seconds[i] - first;
    feeSeconds[i] = rest > 0 ? first + Math.ceil(rest / next) * next : first;
  }
}
