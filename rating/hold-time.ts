import type { CallBatch, RatedColumns } from './columns.ts';
import { statusCode } from './status.ts';

/**
 * Hold time: whole seconds from answer to end, one more when the rest is at least `precisionMs`
 * (SERVER_BILLING_HOLD_TIME_PRECISION, 1 to 1000); 0 for a call that was never answered or is rejected.
 *
 * @returns how many calls have hold time: their rows are `connected`, and the steps about prices look at no others
 */
export function holdTime(
  { rows, answeredMs, endedMs }: Pick<CallBatch, 'rows' | 'answeredMs' | 'endedMs'>,
  precisionMs: number,
  { status, holdSeconds, connected }: RatedColumns,
): number {
  let count = 0;
  holdSeconds.fill(0);
  for (let i = 0; i < rows; i++) {
    const ms = endedMs[i] - answeredMs[i];
    // A null answer makes ms NaN, which is not above 0.
    if (ms > 0 && status[i] !== statusCode.rejected) {
      const seconds = Math.floor(ms / 1000);
      const hold = ms - seconds * 1000 >= precisionMs ? seconds + 1 : seconds;
      holdSeconds[i] = hold;
      connected[count] = i;
      count += hold > 0 ? 1 : 0;
    }
  }
  return count;
}
