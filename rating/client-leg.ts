import type { CallBatch, RatedColumns } from './columns.ts';
import { matchRate } from './match-rate.ts';
import { statusCode } from './status.ts';
import type { CompiledTariff } from './tariff.ts';

/**
 * Rules 11 to 14: the rate of the paying account, or the reason why there is none.
 *
 * @param groupOfAccount rate group by account id, -1 for an unknown account or one without a group
 */
export function matchClientRates(
  { rows, calleeE164, account, answeredMs }: CallBatch,
  tariff: CompiledTariff,
  groupOfAccount: Int32Array,
  { status, strippedBytes, dialable, clientRate }: RatedColumns,
): void {
  const { starts, ends } = calleeE164;
  for (let i = 0; i < rows; i++) {
    clientRate[i] = -1;
    if (status[i] !== 0) continue;
    if (dialable[i] === 0) {
      status[i] = statusCode.invalid_number;
      continue;
    }
    const group = groupOfAccount[account[i]];
    if (group < 0) {
      status[i] = statusCode.unknown_account;
      continue;
    }
    const rate = matchRate(tariff, group, calleeE164, starts[i] + strippedBytes[i], ends[i], answeredMs[i]);
    clientRate[i] = rate;
    if (rate < 0) status[i] = statusCode.no_rate;
    else if (tariff.locked[rate] === 1) status[i] = statusCode.locked_prefix;
  }
}

/** Rule 17: what is still on its way has a rate and is charged. Rules 15 and 16, overdraft prevention, go before it. */
export function charge(rows: number, { status }: RatedColumns): void {
  for (let i = 0; i < rows; i++) {
    if (status[i] === 0) status[i] = statusCode.charged;
  }
}

/** The rates that price something: those of charged calls. A locked one is known, but its fee time and fee stay 0. */
export function pricedRates(rows: number, { status, clientRate }: RatedColumns, priced: Int32Array): void {
  for (let i = 0; i < rows; i++) priced[i] = status[i] === 0 ? clientRate[i] : -1;
}
