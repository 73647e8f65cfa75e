import { type CompiledTariff, LOOK } from './tariff.ts';

/**
 * The rates that price numbers of rate groups at their times: the longest prefix among the rows effective then
 * (`effective_from` ≤ t < `effective_until`), and of one prefix the period that began last.
 *
 * @param rows the rows of the batch to look up, the first `count` of the array
 * @param group rate group by row
 * @param prefix place of the longest prefix any group has for the number, -1 for none
 * @param rateId receives the id of the rate, 0 for none and for rows not looked up
 * @param term receives the place of its terms, -1 where it is locked or there is none
 */
export function matchRates(
  tariff: CompiledTariff,
  rows: Int32Array,
  count: number,
  group: Int32Array,
  prefix: Int32Array,
  atMs: Float64Array,
  rateId: Int32Array,
  term: Int32Array,
): void {
  const { offer, offers, groups } = tariff;
  rateId.fill(0);
  term.fill(-1);
  for (let k = 0; k < count; k++) {
    const row = rows[k];
    if (prefix[row] < 0) continue;
    const slot = prefix[row] * groups + group[row];
    const asked = offers[offer[prefix[row]] * groups + group[row]];
    if (asked === LOOK) {
      const effective = firstEffective(tariff, tariff.head[slot], atMs[row]);
      if (effective < 0) continue;
      rateId[row] = tariff.rowRateId[effective];
      term[row] = tariff.rowTerm[effective];
    } else {
      rateId[row] = tariff.rateId[slot];
      term[row] = asked;
    }
  }
}

function firstEffective({ effectiveFromMs, effectiveUntilMs, fallback }: CompiledTariff, row: number, atMs: number) {
  let candidate = row;
  while (candidate >= 0 && !(effectiveFromMs[candidate] <= atMs && atMs < effectiveUntilMs[candidate])) {
    candidate = fallback[candidate];
  }
  return candidate;
}
