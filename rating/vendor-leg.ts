import type { CallBatch, RatedColumns } from './columns.ts';
import { matchRate } from './match-rate.ts';
import type { Parties } from './parties.ts';
import { isStored, statusCode } from './status.ts';
import { isDialable } from './strip-prefix.ts';
import type { CompiledTariff } from './tariff.ts';

const PLUS = 43;

/** Calls a vendor carried and no price was found for: counted, because their margin is unknown. */
export interface VendorWarnings {
  /** Calls through a gateway that is not loaded, or whose clearing account has no rate group. */
  gatewayWithoutRates: number;
  /** Calls to a number the clearing account's rates do not cover, or lock. */
  noVendorRate: number;
}

/**
 * The rate at which the routing gateway's clearing account charges us, for every recorded call with hold time.
 * The number is callee_to_gateway_e164 without a plus sign, the billing number where that is null.
 *
 * Gateway id 0 is no gateway at all.
 */
export function matchVendorRates(
  { rows, calleeE164, calleeToGatewayE164, calleeGateway, answeredMs }: CallBatch,
  tariff: CompiledTariff,
  { groupOfGateway, accountOfGateway }: Parties,
  { status, withheld, holdSeconds, strippedBytes, vendorAccount, vendorRate }: RatedColumns,
  warnings: VendorWarnings,
): void {
  for (let i = 0; i < rows; i++) {
    vendorRate[i] = -1;
    vendorAccount[i] = accountOfGateway[calleeGateway[i]];
    if (
      holdSeconds[i] === 0 ||
      calleeGateway[i] === 0 ||
      isStored[status[i]] === 0 ||
      status[i] === statusCode.illegal ||
      withheld[i] === 1
    ) {
      continue;
    }
    const group = groupOfGateway[calleeGateway[i]];
    if (group < 0) {
      warnings.gatewayWithoutRates++;
      continue;
    }
    const sent = calleeToGatewayE164.starts[i] >= 0;
    const text = sent ? calleeToGatewayE164 : calleeE164;
    const first = text.starts[i];
    const start = sent ? first + (text.bytes[first] === PLUS && first < text.ends[i] ? 1 : 0) : first + strippedBytes[i];
    const rate = isDialable(text.bytes, start, text.ends[i])
      ? matchRate(tariff, group, text, start, text.ends[i], answeredMs[i])
      : -1;
    if (rate < 0 || tariff.locked[rate] === 1) warnings.noVendorRate++;
    else vendorRate[i] = rate;
  }
}
