import { trimSpace } from './byte-string.ts';
import { headerParameters } from './parameters.ts';
import { cappedNumber } from './whole-number.ts';

export interface SessionExpires {
  readonly seconds: number;
  /** Who refreshes; undefined when that is left open. */
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** Largest lifetime a header field can name, in seconds (RFC 3261, 25.1, delta-seconds). */
export const MAX_SECONDS = 2 ** 32 - 1;

/** Decodes Session-Expires `1800;refresher=uac` (RFC 4028, 4); undefined when it is something else. */
export function sessionExpires(value: string): SessionExpires | undefined {
  const lifetime = secondsWithParameters(value);
  const refresher = lifetime?.parameters.get('refresher')?.toLowerCase();
  if (lifetime === undefined || (refresher !== undefined && refresher !== 'uac' && refresher !== 'uas'))
    return undefined;
  return { seconds: lifetime.seconds, refresher };
}

/** Decodes Min-SE `90` (RFC 4028, 5), in seconds; undefined when it is something else. */
export function minSe(value: string): number | undefined {
  return secondsWithParameters(value)?.seconds;
}

export function writeSessionExpires({ seconds, refresher }: SessionExpires): string {
  return refresher === undefined ? String(seconds) : `${seconds};refresher=${refresher}`;
}

function secondsWithParameters(value: string) {
  const semicolon = value.indexOf(';');
  const end = semicolon < 0 ? value.length : semicolon;
  const seconds = cappedNumber(trimSpace(value, 0, end), MAX_SECONDS);
  const parameters = headerParameters(value, end);
  return seconds === undefined || parameters === undefined ? undefined : { seconds, parameters };
}
