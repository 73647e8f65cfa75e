import type { SignallingParameters } from '../parameters.ts';

/**
 * Seconds that `SS_SIP_AUTHENTICATION_TIMEOUT` should have at least, so that its answers can be given: three for each.
 * The product's own defaults (6 in 10 s) have less, so this is worth a warning and no more.
 */
export function leastTimeoutSeconds(retries: number): number {
  return SECONDS_AN_ANSWER * retries;
}

/** What to tell when the time is short; undefined when it is not. */
export function timeoutWarning({
  SS_SIP_AUTHENTICATION_RETRY: retries,
  SS_SIP_AUTHENTICATION_TIMEOUT: seconds,
}: Pick<SignallingParameters, 'SS_SIP_AUTHENTICATION_RETRY' | 'SS_SIP_AUTHENTICATION_TIMEOUT'>): string | undefined {
  const least = leastTimeoutSeconds(retries);
  if (seconds >= least) return undefined;
  return `SS_SIP_AUTHENTICATION_TIMEOUT ${seconds} s is short for SS_SIP_AUTHENTICATION_RETRY ${retries}: slow terminals need ${least} s`;
}

const SECONDS_AN_ANSWER = 3;
