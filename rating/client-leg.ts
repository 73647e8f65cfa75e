import type { CallBatch, RatedColumns } from './columns.ts';
import { longestPrefixes } from './digit-trie.ts';
import { digitBytes, isDialable } from './digits.ts';
import { matchRates } from './match-rate.ts';
import { isStored, statusCode } from './status.ts';
import type { CompiledTariff } from './tariff.ts';

/**
 * Rule 11: a number that is not digits ends as `invalid_number`. The others are looked up, once for all rate groups and
 * for both legs: so also those of calls which cost the client nothing.
 *
 * @param count how many rows are `connected`
 */
export function matchPrefixes(
  { calleeE164 }: Pick<CallBatch, 'calleeE164'>,
  { trie }: CompiledTariff,
  count: number,
  { status, billingStart, prefix, connected, selected, scratch }: RatedColumns,
): void {
  const digits = digitBytes(calleeE164.bytes);
  const { ends } = calleeE164;
  let dialable = 0;
  prefix.fill(-1);
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    if (status[row] !== 0 && isStored[status[row]] === 0) continue;
    if (isDialable(digits, billingStart[row], ends[row])) selected[dialable++] = row;
    else if (status[row] === 0) status[row] = statusCode.invalid_number;
  }
  longestPrefixes(trie, digits.bytes, billingStart, ends, selected, dialable, scratch, prefix);
}

/**
 * Rules 12 to 14: the rate of the paying account, or the reason why there is none.
 *
 * @param groupOfAccount rate group by account id, -1 for an unknown account or one without a group
 * @param count how many rows are `connected`
 * @returns how many calls have a price: their rows are `selected`
 */
export function matchClientRates(
  { account, answeredMs }: Pick<CallBatch, 'account' | 'answeredMs'>,
  tariff: CompiledTariff,
  groupOfAccount: Int32Array,
  count: number,
  { status, prefix, clientRate, clientTerm, connected, selected, scratch: group }: RatedColumns,
): number {
  let known = 0;
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    if (status[row] !== 0) continue;
    group[row] = groupOfAccount[account[row]];
    if (group[row] < 0) status[row] = statusCode.unknown_account;
    else selected[known++] = row;
  }
  matchRates(tariff, selected, known, group, prefix, answeredMs, clientRate, clientTerm);
  let priced = 0;
  for (let k = 0; k < known; k++) {
    const row = selected[k];
    if (clientRate[row] === 0) status[row] = statusCode.no_rate;
    else if (clientTerm[row] < 0) status[row] = statusCode.locked_prefix;
    else selected[priced++] = row;
  }
  return priced;
}

/** Rule 17: what is still on its way has a rate and is charged. Rules 15 and 16, overdraft prevention, go before it. */
export function charge(count: number, { status, selected }: RatedColumns): void {
  for (let k = 0; k < count; k++) {
    if (status[selected[k]] === 0) status[selected[k]] = statusCode.charged;
  }
}
