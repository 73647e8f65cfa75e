import { charge, matchClientRates, matchPrefixes } from './client-leg.ts';
import { type CallBatch, type RatedColumns, textColumn } from './columns.ts';
import { fees } from './fee.ts';
import { endZeroHold, freeTime } from './free-time.ts';
import { holdTime } from './hold-time.ts';
import { increments } from './increments.ts';
import { endIllegal, endListed, keepRecord, withhold } from './keep-record.ts';
import type { Parties } from './parties.ts';
import type { Pricing } from './pricing.ts';
import { isStored, isWaiting, statusCode } from './status.ts';
import { stripPrefix } from './strip-prefix.ts';
import type { CompiledTariff } from './tariff.ts';
import { matchVendorRates } from './vendor-leg.ts';

type EventColumns = 'rows' | 'account' | 'calleeGateway' | 'answeredMs' | 'endedMs' | 'endDirection' | 'billingMode';

/**
 * Calls that were rated before, as columns: of the event what is needed to rate them again, and what came out then.
 * Rates are ids and 0 for none; terms are places in the terms of `Lookup.tariff`, -1 for none. Times of answer and end
 * may be left out (NaN) where the precision of hold times stays and no rate is looked up.
 */
export interface StoredBatch extends Pick<CallBatch, EventColumns> {
  /** The numbers, when one of them may have to be looked at. */
  readonly numbers?: StoredNumbers;
  readonly status: Uint8Array;
  readonly holdSeconds: Int32Array;
  readonly clientRate: Int32Array;
  readonly clientTerm: Int32Array;
  readonly vendorAccount: Int32Array;
  readonly vendorRate: Int32Array;
  readonly vendorTerm: Int32Array;
}

export interface StoredNumbers extends Pick<CallBatch, 'calleeE164' | 'calleeToGatewayE164'> {
  readonly strippedCharacters: Uint8Array;
}

/** How stored calls are rated again. */
export interface Rerating {
  readonly pricing: Pricing;
  readonly tariff: CompiledTariff;
  readonly parties: Parties;
  /** Whether the hold time is worked out anew, or stays as it is. */
  readonly newHoldTime: boolean;
  /** Whether all rates are looked up anew, or only those of calls that had no need of one or have another number now. */
  readonly newRates: boolean;
  /** Whether vendor fees are rounded otherwise than they were. */
  readonly newVendorFees: boolean;
}

/**
 * The path of a call once more, for calls that were rated before: the steps of `rateBatch` in their order. A rate that was
 * found then is kept as long as the number it was found for is; so under the parameters of then all comes out as it was.
 * Without numbers nothing is looked up: then no call may need it.
 *
 * @returns calls whose fee no amount of the database holds: they are `rejected`
 */
export function rerateBatch(batch: StoredBatch, rerating: Rerating, out: RatedColumns): number {
  const { rows, numbers } = batch;
  const { plan, clientTerms, vendorTerms } = rerating.pricing;
  let rejected = 0;
  const reject = (row: number) => {
    out.status[row] = statusCode.rejected;
    rejected++;
  };
  out.status.fill(0);
  if (numbers !== undefined) {
    stripPrefix({ rows, calleeE164: numbers.calleeE164 }, plan.routePrefixDigits, out);
    endListed(rows, numbers.calleeE164, plan.noCdr, statusCode.no_cdr, out);
  }
  const connected = rerating.newHoldTime ? holdTime(batch, plan.holdTimePrecisionMs, out) : keepHoldTime(batch, out);
  keepRecord(batch, plan.record, out);
  endIllegal(batch, out);
  if (numbers === undefined) keepTollFree(batch, out);
  else endListed(rows, numbers.calleeE164, plan.free, statusCode.toll_free, out);
  endZeroHold(rows, out);
  freeTime(connected, plan.freeSeconds, out);
  keepWaiting(batch, rerating, connected, out);
  const priced = clientRates(batch, rerating, connected, out);
  increments(out.selected, priced, out.basisSeconds, out.clientTerm, clientTerms, out.feeSeconds);
  fees(out.selected, priced, out.clientTerm, out.feeSeconds, clientTerms, plan.rounding, out.fee, reject);
  charge(priced, out);
  const carried = vendorRates(batch, rerating, connected, out);
  increments(out.selected, carried, out.holdSeconds, out.vendorTerm, vendorTerms, out.vendorFeeSeconds);
  fees(
    out.selected,
    carried,
    out.vendorTerm,
    out.vendorFeeSeconds,
    vendorTerms,
    plan.vendorRounding,
    out.vendorFee,
    (row) => {
      out.vendorRate[row] = 0;
    },
  );
  withhold(rows, plan.record, out);
  return rejected;
}

/** The hold time as it was; the same list of `connected` rows as `holdTime` makes. */
function keepHoldTime({ rows, holdSeconds: stored }: StoredBatch, { holdSeconds, connected }: RatedColumns): number {
  let count = 0;
  for (let i = 0; i < rows; i++) {
    holdSeconds[i] = stored[i];
    connected[count] = i;
    count += stored[i] > 0 ? 1 : 0;
  }
  return count;
}

/** Rule 8 where no list has changed. */
function keepTollFree({ rows, status: stored }: StoredBatch, { status }: RatedColumns): void {
  for (let i = 0; i < rows; i++) if (stored[i] === statusCode.toll_free && status[i] === 0) status[i] = stored[i];
}

/** A call that waits for a rate or an account waits on: what was loaded since is no change that was asked for. */
function keepWaiting(batch: StoredBatch, { newRates }: Rerating, count: number, out: RatedColumns): void {
  if (newRates) return;
  const { status, connected } = out;
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    const stored = batch.status[row];
    if (isWaiting[stored] === 1 && status[row] === 0 && hasSameNumber(batch, row, out)) status[row] = stored;
  }
}

/** Rules 11 to 14: rates kept and rates looked up. @returns how many calls have a price: they are `selected` */
function clientRates(batch: StoredBatch, { tariff, parties, newRates }: Rerating, count: number, out: RatedColumns) {
  const { status, clientRate, clientTerm, selected, connected } = out;
  const keeps = (row: number) => batch.clientTerm[row] >= 0 && hasSameNumber(batch, row, out);
  const asking = newRates ? count : askingFirst(connected, count, keeps);
  const { account, answeredMs, numbers } = batch;
  matchPrefixes({ calleeE164: numbers?.calleeE164 ?? NO_TEXT }, tariff, numbers === undefined ? 0 : asking, out);
  let priced = matchClientRates({ account, answeredMs }, tariff, parties.groupOfAccount, asking, out);
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    // A locked row of the deck is known of a call that waits for it.
    if (!newRates && isWaiting[status[row]] === 1 && status[row] === batch.status[row]) {
      clientRate[row] = batch.clientRate[row];
    }
  }
  for (let k = asking; k < count; k++) {
    const row = connected[k];
    if (status[row] !== 0) continue;
    clientRate[row] = batch.clientRate[row];
    clientTerm[row] = batch.clientTerm[row];
    selected[priced++] = row;
  }
  return priced;
}

/** The same for the vendor leg, where a call that no rate was found for goes without one again. */
function vendorRates(batch: StoredBatch, { tariff, parties, newRates }: Rerating, count: number, out: RatedColumns) {
  const { vendorAccount, vendorRate, vendorTerm, selected, connected, status, withheld } = out;
  const { numbers } = batch;
  const keeps = (row: number) => {
    if (batch.holdSeconds[row] === 0) return false;
    const sentOwn = numbers !== undefined && numbers.calleeToGatewayE164.starts[row] >= 0;
    return sentOwn || hasSameNumber(batch, row, out);
  };
  const asking = newRates ? count : askingFirst(connected, count, keeps);
  const asked = { ...batch, calleeE164: NO_TEXT, calleeToGatewayE164: NO_TEXT, ...numbers };
  // Calls without a vendor rate were counted when they were rated.
  let priced = matchVendorRates(asked, tariff, parties, asking, out, { gatewayWithoutRates: 0, noVendorRate: 0 });
  keepVendorAccounts(batch, newRates, out);
  for (let k = asking; k < count; k++) {
    const row = connected[k];
    vendorAccount[row] = batch.vendorAccount[row];
    if (batch.vendorTerm[row] < 0 || withheld[row] === 1 || isCarried[status[row]] === 0) continue;
    vendorRate[row] = batch.vendorRate[row];
    vendorTerm[row] = batch.vendorTerm[row];
    selected[priced++] = row;
  }
  return priced;
}

/** Of calls that were not connected no rate is asked, and their vendor is who he was. */
function keepVendorAccounts(
  { rows, vendorAccount: stored }: StoredBatch,
  newRates: boolean,
  { vendorAccount, holdSeconds }: RatedColumns,
): void {
  if (newRates) return;
  for (let i = 0; i < rows; i++) if (holdSeconds[i] === 0) vendorAccount[i] = stored[i];
}

const NO_TEXT = textColumn([]);

/** 1 for the codes of statuses whose calls a vendor may charge for. */
export const isCarried = isStored.map((stored, code) => (code === statusCode.illegal ? 0 : stored));

function hasSameNumber({ numbers }: StoredBatch, row: number, { strippedCharacters }: RatedColumns): boolean {
  return numbers === undefined || numbers.strippedCharacters[row] === strippedCharacters[row];
}

/** Puts the rows that do not keep what they have in front. @returns how many these are */
function askingFirst(rows: Int32Array, count: number, keeps: (row: number) => boolean): number {
  let asking = 0;
  for (let k = 0; k < count; k++) {
    const row = rows[k];
    if (keeps(row)) continue;
    rows[k] = rows[asking];
    rows[asking++] = row;
  }
  return asking;
}
