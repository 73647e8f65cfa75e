import type { CallBatch, RatedColumns } from './columns.ts';
import { longestPrefixes } from './digit-trie.ts';
import { digitBytes, isDialable, sameDigits } from './digits.ts';
import { matchRates } from './match-rate.ts';
import type { Parties } from './parties.ts';
import { isStored, statusCode } from './status.ts';
import type { CompiledTariff } from './tariff.ts';

const PLUS = 43;

/** Calls a vendor carried and no price was found for: counted, because their margin is unknown. */
export interface VendorWarnings {
  /** Calls through a gateway that is not loaded, or whose clearing account has no rate group. */
  gatewayWithoutRates: number;
  /** Calls to a number the clearing account's rates do not cover, or lock. */
  noVendorRate: number;
}

type CarriedBatch = Pick<CallBatch, 'rows' | 'calleeGateway' | 'answeredMs' | 'calleeE164' | 'calleeToGatewayE164'>;

/**
 * The rate at which the routing gateway's clearing account charges us, for every recorded call with hold time.
 * The number is callee_to_gateway_e164 without a plus sign, the billing number where that is null.
 *
 * @param count how many rows are `connected`
 * @returns how many calls have a price: their rows are `selected`
 */
export function matchVendorRates(
  batch: CarriedBatch,
  tariff: CompiledTariff,
  { groupOfGateway, accountOfGateway }: Parties,
  count: number,
  out: RatedColumns,
  warnings: VendorWarnings,
): number {
  const { rows, calleeGateway, answeredMs } = batch;
  const { status, withheld, vendorAccount, vendorPrefix, vendorRate, vendorTerm, connected, selected, scratch } = out;
  for (let i = 0; i < rows; i++) vendorAccount[i] = accountOfGateway[calleeGateway[i]];
  let carried = 0;
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    const recorded = isStored[status[row]] === 1 && status[row] !== statusCode.illegal && withheld[row] === 0;
    if (recorded && calleeGateway[row] !== 0) selected[carried++] = row;
  }
  lookUpNumbersSent(batch, tariff, carried, out);
  let known = 0;
  for (let k = 0; k < carried; k++) {
    const row = selected[k];
    scratch[row] = groupOfGateway[calleeGateway[row]];
    if (scratch[row] >= 0) selected[known++] = row;
  }
  matchRates(tariff, selected, known, scratch, vendorPrefix, answeredMs, vendorRate, vendorTerm);
  let priced = 0;
  for (let k = 0; k < known; k++) {
    const row = selected[k];
    if (vendorTerm[row] >= 0) selected[priced++] = row;
    else vendorRate[row] = 0;
  }
  warnings.gatewayWithoutRates += carried - known;
  warnings.noVendorRate += known - priced;
  return priced;
}

/** The longest prefix of the numbers vendors got; where that is the billing number, which was looked up, it is known. */
function lookUpNumbersSent(
  { calleeE164: callee, calleeToGatewayE164: sent }: CarriedBatch,
  { trie }: CompiledTariff,
  carried: number,
  { billingStart, prefix, vendorPrefix, selected, scratch, starts, others }: RatedColumns,
): void {
  const billed = digitBytes(callee.bytes);
  const other = digitBytes(sent.bytes);
  let different = 0;
  for (let k = 0; k < carried; k++) {
    const row = selected[k];
    const end = sent.ends[row];
    let start = sent.starts[row];
    vendorPrefix[row] = prefix[row];
    if (start < 0) continue;
    if (start < end && sent.bytes[start] === PLUS) start++;
    if (prefix[row] >= 0 && sameDigits(billed, billingStart[row], callee.ends[row], other, start, end)) continue;
    vendorPrefix[row] = -1;
    starts[row] = start;
    if (isDialable(other, start, end)) others[different++] = row;
  }
  longestPrefixes(trie, sent.bytes, starts, sent.ends, others, different, scratch, vendorPrefix);
}
