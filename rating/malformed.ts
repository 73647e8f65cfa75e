import type { CallBatch, RatedColumns } from './columns.ts';
import { statusCode } from './status.ts';

/**
 * Why a row is rejected, in the order in which the tests are made: code = place in this list, 0 = no fault.
 * The reader finds missing and unreadable values; what can be told from the values alone is told here.
 */
export const faults = [
  { name: 'none', sentence: '' },
  { name: 'missing_flow_no', sentence: 'flow_no is null' },
  { name: 'missing_softswitch', sentence: 'softswitch is null' },
  { name: 'missing_caller_e164', sentence: 'caller_e164 is null' },
  { name: 'missing_callee_e164', sentence: 'callee_e164 is null' },
  { name: 'missing_start_at', sentence: 'start_at is null' },
  { name: 'missing_ended_at', sentence: 'ended_at is null' },
  { name: 'missing_end_direction', sentence: 'end_direction is null' },
  { name: 'missing_end_reason', sentence: 'end_reason is null' },
  { name: 'missing_billing_mode', sentence: 'billing_mode is null' },
  { name: 'missing_attempts', sentence: 'attempts is null' },
  { name: 'not_utf8', sentence: 'a text of the row is not UTF-8' },
  { name: 'year_out_of_range', sentence: 'a time of the row is outside the years 2000 to 2059' },
  { name: 'answered_before_start', sentence: 'answered_at is before start_at' },
  { name: 'ended_before_answered', sentence: 'ended_at is before answered_at' },
  { name: 'ended_before_start', sentence: 'ended_at is before start_at' },
  { name: 'end_direction_unknown', sentence: 'end_direction is not 0, 1 or 2' },
  { name: 'billing_mode_unknown', sentence: 'billing_mode is not -1, 0, 1, 2 or 3' },
  { name: 'fee_out_of_range', sentence: 'the fee is 1,000,000,000,000 or more' },
] as const;

export type FaultName = (typeof faults)[number]['name'];

export const faultCode = Object.fromEntries(faults.map(({ name }, code) => [name, code])) as Record<FaultName, number>;

/** The years a call may lie in: [2000, 2060) keeps the longest possible hold time within 31 bits of seconds. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1);
export const LATEST_MS = Date.UTC(2060, 0, 1);

/** Rule 1: rows which cannot be calls are `rejected`, each with the first fault that applies. */
export function rejectMalformed(batch: CallBatch, { fault, status }: RatedColumns): void {
  const { rows, startMs, ringingMs, answeredMs, endedMs, endDirection, billingMode } = batch;
  status.fill(0);
  for (let i = 0; i < rows; i++) {
    const start = startMs[i];
    const answered = answeredMs[i];
    const ended = endedMs[i];
    const ringing = ringingMs[i];
    fault[i] = batch.fault[i];
    // A comparison with NaN, a null time, is false: nulls that are allowed pass, and those that are not are known.
    if (
      start >= EARLIEST_MS &&
      start <= ended &&
      ended < LATEST_MS &&
      !(answered < start) &&
      !(ended < answered) &&
      !(ringing < EARLIEST_MS) &&
      !(ringing >= LATEST_MS) &&
      endDirection[i] <= 2 &&
      billingMode[i] >= -1 &&
      billingMode[i] <= 3 &&
      fault[i] === 0
    ) {
      continue;
    }
    status[i] = statusCode.rejected;
    if (fault[i] === 0) fault[i] = faultOf(start, ringing, answered, ended, endDirection[i]);
  }
}

/** The first fault that applies, of a row which has one. */
function faultOf(start: number, ringing: number, answered: number, ended: number, endDirection: number): number {
  const outside = (ms: number) => ms < EARLIEST_MS || ms >= LATEST_MS;
  if ([start, ringing, answered, ended].some(outside)) return faultCode.year_out_of_range;
  if (answered < start) return faultCode.answered_before_start;
  if (ended < answered) return faultCode.ended_before_answered;
  if (ended < start) return faultCode.ended_before_start;
  return endDirection > 2 ? faultCode.end_direction_unknown : faultCode.billing_mode_unknown;
}
