/** When a message without an answer is sent again (`SS_SIP_RESEND_INTERVAL`, `SS_SIP_SEND_RETRY`). */
export interface ResendSchedule {
  /** Milliseconds before each resend, counted from the one before; up to ten. */
  readonly waitsMs: readonly number[];
  /** After the last one nothing is waited for: the message is given up so many milliseconds after it was sent first. */
  readonly windowMs: number;
}

/**
 * RFC 3261 doubles timer A without cap, and ends after 64 × T1; the list of the product is kept instead, for all requests
 * and for final responses to INVITE. Its default is that of timers E and G.
 *
 * @param retries `SS_SIP_SEND_RETRY`: intervals beyond it stay unused; null for no further limit
 */
export function resendSchedule(intervalsMs: readonly number[], retries: number | null): ResendSchedule {
  const waitsMs = retries === null ? intervalsMs : intervalsMs.slice(0, retries);
  return { waitsMs, windowMs: waitsMs.reduce((sum, wait) => sum + wait, 0) };
}

/** Milliseconds of `0.5,1,2`: one to ten waits above 0, in seconds, up to three decimals; undefined when it is something else. */
export function parseResendIntervals(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > MOST_INTERVALS) return undefined;
  const waits = parts.map((part) => (/^\d{1,5}(\.\d{1,3})?$/.test(part) ? Math.round(Number(part) * 1000) : 0));
  return waits.every((wait) => wait > 0) ? waits : undefined;
}

const MOST_INTERVALS = 10;

/** The schedule of the parameters' defaults. */
export const defaultSchedule = resendSchedule(parseResendIntervals('0.5,1,2,4,4,4,4,4,4,4') as number[], null);
