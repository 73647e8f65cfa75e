import { charge } from './client-leg.ts';
import type { RatedColumns } from './columns.ts';
import { fees } from './fee.ts';
import { freeTime } from './free-time.ts';
import { increments } from './increments.ts';
import { isCarried, type Rerating, type StoredBatch } from './rerate-batch.ts';
import { isWaiting, statusCode } from './status.ts';

/** Stored calls of which only money is asked anew. */
export interface PricedBatch
  extends Pick<StoredBatch, 'rows' | 'status' | 'holdSeconds' | 'clientRate' | 'clientTerm' | 'vendorTerm'> {
  /** Micros, two words a row. */
  readonly vendorFee: Int32Array;
}

/**
 * The path of a call from rule 10 on, for calls that were rated before under parameters which differ in nothing that comes
 * before it: `rerateBatch` for free time, precision and unit, without the steps that cannot come out otherwise. Fills the
 * columns money depends on: status, hold time, rate and term of the client, both fees.
 *
 * @param last the rerating these columns are filled by already, if there was one: what both have in common is not done again
 * @returns calls whose fee no amount of the database holds: they are `rejected`
 */
export function repriceBatch(
  batch: PricedBatch,
  rerating: Rerating,
  last: Rerating | undefined,
  out: RatedColumns,
): number {
  const { plan, clientTerms } = rerating.pricing;
  let rejected = 0;
  if (last?.pricing.plan.freeSeconds !== plan.freeSeconds) {
    freeTime(keepDecided(batch, out), plan.freeSeconds, out);
    const priced = keepRates(batch, out);
    increments(out.selected, priced, out.basisSeconds, out.clientTerm, clientTerms, out.feeSeconds);
    charge(priced, out);
  }
  const charged = select(batch.rows, out.status, statusCode.charged, out.selected);
  fees(out.selected, charged, out.clientTerm, out.feeSeconds, clientTerms, plan.rounding, out.fee, (row) => {
    out.status[row] = statusCode.rejected;
    rejected++;
  });
  vendorFees(batch, rerating, last, out);
  return rejected;
}

/** The statuses of rules before rule 10, and of calls that wait. @returns how many calls have hold time: `connected` */
function keepDecided({ rows, status: stored, holdSeconds: hold }: PricedBatch, out: RatedColumns): number {
  const { status, holdSeconds, connected } = out;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    status[row] = stored[row] * isDecided[stored[row]];
    holdSeconds[row] = hold[row];
    connected[count] = row;
    count += hold[row] > 0 ? 1 : 0;
  }
  // A call that waits, and would now be within its free time, waits no more.
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    if (isWaiting[stored[row]] === 1) status[row] = 0;
  }
  return count;
}

/** 1 for the codes of statuses that rules before rule 10 give. */
const isDecided = Uint8Array.from({ length: 256 }, (_, code) => (code < statusCode.within_free_time ? 1 : 0));

/** Rates as they were, of calls still on their way. @returns how many these are: `selected` */
function keepRates(
  { rows, status: stored, clientRate: rate, clientTerm: term }: PricedBatch,
  out: RatedColumns,
): number {
  const { status, holdSeconds, clientRate, clientTerm, selected } = out;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const waits = isWaiting[stored[row]] & ((status[row] - 1) >>> 31);
    status[row] |= stored[row] & -waits;
    const isPriced = status[row] === 0 && holdSeconds[row] > 0;
    clientRate[row] = isPriced || waits === 1 ? rate[row] : 0;
    clientTerm[row] = isPriced ? term[row] : -1;
    if (isPriced && term[row] < 0) throw new RangeError('a call that is priced again has a rate');
    selected[count] = row;
    count += isPriced ? 1 : 0;
  }
  return count;
}

/** Vendor fees, as they were where nothing changes them. */
function vendorFees(batch: PricedBatch, rerating: Rerating, last: Rerating | undefined, out: RatedColumns): void {
  const { rows, vendorTerm: term } = batch;
  const { pricing, newVendorFees } = rerating;
  if (!newVendorFees) {
    if (last?.newVendorFees !== false) out.vendorFee.set(batch.vendorFee);
    return;
  }
  const { selected, holdSeconds, status, vendorFeeSeconds } = out;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    selected[count] = row;
    count += term[row] >= 0 && holdSeconds[row] > 0 && isCarried[status[row]] === 1 ? 1 : 0;
  }
  const { vendorTerms, plan } = pricing;
  increments(selected, count, holdSeconds, term, vendorTerms, vendorFeeSeconds);
  fees(selected, count, term, vendorFeeSeconds, vendorTerms, plan.vendorRounding, out.vendorFee, () => undefined);
}

function select(rows: number, status: Uint8Array, wanted: number, selected: Int32Array): number {
  let count = 0;
  for (let row = 0; row < rows; row++) {
    selected[count] = row;
    count += status[row] === wanted ? 1 : 0;
  }
  return count;
}
