import { charge, matchClientRates, matchPrefixes } from './client-leg.ts';
import type { CallBatch, RatedColumns } from './columns.ts';
import { feeFault, fees } from './fee.ts';
import { endZeroHold, freeTime } from './free-time.ts';
import { holdTime } from './hold-time.ts';
import { increments } from './increments.ts';
import { dropDuplicates, endIllegal, endListed, keepRecord, withhold } from './keep-record.ts';
import { rejectMalformed } from './malformed.ts';
import type { Parties } from './parties.ts';
import type { Pricing } from './pricing.ts';
import { statusCode } from './status.ts';
import { stripPrefix } from './strip-prefix.ts';
import type { CompiledTariff } from './tariff.ts';
import { matchVendorRates, type VendorWarnings } from './vendor-leg.ts';

/**
 * The path of a call, for a whole batch: each line is a rule of rating.md, writes its columns of `out`, and leaves rows
 * alone which an earlier rule has ended. Afterwards every row has a status, and fees are exact.
 */
export function rateBatch(
  batch: CallBatch,
  { plan, clientTerms, vendorTerms }: Pricing,
  tariff: CompiledTariff,
  parties: Parties,
  out: RatedColumns,
  warnings: VendorWarnings,
): void {
  const { rows, calleeE164 } = batch;
  const { rounding, vendorRounding } = plan;
  const reject = (row: number) => rejectFee(row, out);
  const drop = (row: number) => dropVendorFee(row, out, warnings);
  rejectMalformed(batch, out);
  dropDuplicates(batch, out);
  stripPrefix(batch, plan.routePrefixDigits, out);
  endListed(rows, calleeE164, plan.noCdr, statusCode.no_cdr, out);
  const connected = holdTime(batch, plan.holdTimePrecisionMs, out);
  keepRecord(batch, plan.record, out);
  endIllegal(batch, out);
  endListed(rows, calleeE164, plan.free, statusCode.toll_free, out);
  endZeroHold(rows, out);
  freeTime(connected, plan.freeSeconds, out);
  matchPrefixes(batch, tariff, connected, out);
  const priced = matchClientRates(batch, tariff, parties.groupOfAccount, connected, out);
  increments(out.selected, priced, out.basisSeconds, out.clientTerm, clientTerms, out.feeSeconds);
  fees(out.selected, priced, out.clientTerm, out.feeSeconds, clientTerms, rounding, out.fee, reject);
  charge(priced, out);
  const carried = matchVendorRates(batch, tariff, parties, connected, out, warnings);
  increments(out.selected, carried, out.holdSeconds, out.vendorTerm, vendorTerms, out.vendorFeeSeconds);
  fees(out.selected, carried, out.vendorTerm, out.vendorFeeSeconds, vendorTerms, vendorRounding, out.vendorFee, drop);
  withhold(rows, plan.record, out);
}

function rejectFee(row: number, { status, fault }: RatedColumns): void {
  status[row] = statusCode.rejected;
  fault[row] = feeFault;
}

function dropVendorFee(row: number, { vendorRate }: RatedColumns, warnings: VendorWarnings): void {
  vendorRate[row] = 0;
  warnings.noVendorRate++;
}
