import { durationText } from './duration-text.ts';
import type { SignallingParameters } from './parameters.ts';

type CapParameters = Pick<
  SignallingParameters,
  'SS_SIP_NO_TIMER_REINVITE_INTERVAL' | 'SS_MAX_CALL_DURATION' | 'SS_SIP_SESSION_TTL'
>;

/** What is allowed and yet probably not meant, a sentence each. */
export function signallingWarnings(parameters: CapParameters): string[] {
  const {
    SS_SIP_NO_TIMER_REINVITE_INTERVAL: noTimer,
    SS_MAX_CALL_DURATION: longest,
    SS_SIP_SESSION_TTL: ttl,
  } = parameters;
  if (noTimer === null) {
    if (longest !== null) return [];
    return [
      'SS_SIP_NO_TIMER_REINVITE_INTERVAL and SS_MAX_CALL_DURATION are null: a call of a caller without session timer whose end is lost is billed without end; set one of them',
    ];
  }
  const ratio = capRatio(noTimer, ttl);
  if (ratio >= LEAST_CAP_RATIO) return [];
  return [
    `SS_SIP_NO_TIMER_REINVITE_INTERVAL ${durationText(noTimer)} is ${Math.floor(100 * ratio) / 100} times SS_SIP_SESSION_TTL ${durationText(ttl)}: ` +
      `callers without session timer are hung up that soon, however well they are; ${durationText(LEAST_CAP_RATIO * ttl)} or more is advised`,
  ];
}

/** How often the time of a confirmation goes into the longest call of a caller without session timer. */
export function capRatio(noTimerSeconds: number, ttlSeconds: number): number {
  return noTimerSeconds / ttlSeconds;
}

/** Below, the hard limit meets ordinary conversations (vectors/signalling.json, cap-ratio). */
export const LEAST_CAP_RATIO = 3;
