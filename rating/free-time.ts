import type { RatedColumns } from './columns.ts';
import { statusCode } from './status.ts';

/** Rule 9: a call without hold time is recorded and costs nothing. */
export function endZeroHold(rows: number, { status, holdSeconds }: RatedColumns): void {
  const { zero_hold } = statusCode;
  for (let i = 0; i < rows; i++) {
    // Half of all calls are never answered, in no order: arithmetic on signs is several times as fast as a branch.
    const zero = (holdSeconds[i] - 1) >>> 31;
    const undecided = (status[i] - 1) >>> 31;
    status[i] |= zero_hold & -(zero & undecided);
  }
}

/**
 * Rule 10: basis = hold time less SERVER_BILLING_FREE_TIME, never below 0; a call with basis 0 costs nothing.
 *
 * @param count how many rows are `connected`
 */
export function freeTime(
  count: number,
  freeSeconds: number,
  { status, holdSeconds, basisSeconds, connected }: RatedColumns,
): void {
  basisSeconds.fill(0);
  for (let k = 0; k < count; k++) {
    const row = connected[k];
    const basis = holdSeconds[row] - freeSeconds;
    basisSeconds[row] = Math.max(basis, 0);
    if (basis <= 0 && status[row] === 0) status[row] = statusCode.within_free_time;
  }
}
