import type { TextColumn } from './columns.ts';
import { longestPrefix } from './digit-trie.ts';
import type { CompiledTariff } from './tariff.ts';

/**
 * The row of the tariff that prices a number of a rate group at a time: the longest prefix among the rows effective
 * then (`effective_from` ≤ t < `effective_until`), and of one prefix the period that began last.
 *
 * @returns a row of the tariff, -1 for none
 */
export function matchRate(
  tariff: CompiledTariff,
  group: number,
  { bytes }: TextColumn,
  start: number,
  end: number,
  atMs: number,
): number {
  const prefix = longestPrefix(tariff.trie, bytes, start, end);
  if (prefix < 0) return -1;
  const head = tariff.heads[group * tariff.prefixes + prefix];
  return (head & 1) === 0 || head < 0 ? head >> 1 : firstEffective(tariff, head >> 1, atMs);
}

function firstEffective({ effectiveFromMs, effectiveUntilMs, fallback }: CompiledTariff, row: number, atMs: number) {
  let candidate = row;
  while (candidate >= 0 && !(effectiveFromMs[candidate] <= atMs && atMs < effectiveUntilMs[candidate])) {
    candidate = fallback[candidate];
  }
  return candidate;
}
