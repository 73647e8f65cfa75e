import type { RatedColumns } from './columns.ts';
import { statusCode } from './status.ts';

/** Rule 9: a call without hold time is recorded and costs nothing. */
export function endZeroHold(rows: number, { status, holdSeconds }: RatedColumns): void {
  for (let i = 0; i < rows; i++) {
    if (status[i] === 0 && holdSeconds[i] === 0) status[i] = statusCode.zero_hold;
  }
}

/** Rule 10: basis = hold time less SERVER_BILLING_FREE_TIME, never below 0; a call with basis 0 costs nothing. */
export function freeTime(rows: number, freeSeconds: number, { status, holdSeconds, basisSeconds }: RatedColumns): void {
  for (let i = 0; i < rows; i++) {
    const basis = holdSeconds[i] - freeSeconds;
    basisSeconds[i] = basis > 0 ? basis : 0;
    if (status[i] === 0 && basis <= 0) status[i] = statusCode.within_free_time;
  }
}
