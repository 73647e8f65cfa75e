import { trimSpace } from './byte-string.ts';
import { wholeNumber } from './whole-number.ts';

export interface HostPort {
  /** In lower case: a name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** Decodes `host:port` and `host` (RFC 3261, 25.1), spaces allowed around the colon; undefined when it is something else. */
export function hostPort(text: string): HostPort | undefined {
  const hostEnd = text.charCodeAt(0) === BRACKET ? text.indexOf(']') + 1 : nameEnd(text);
  if (hostEnd === 0) return undefined;
  const host = trimSpace(text, 0, hostEnd).toLowerCase();
  if (!isHost(host)) return undefined;
  const rest = trimSpace(text, hostEnd);
  if (rest === '') return { host, port: undefined };
  const port = rest.charCodeAt(0) === COLON ? wholeNumber(trimSpace(rest, 1), 65_535) : undefined;
  return port === undefined || port === 0 ? undefined : { host, port };
}

function nameEnd(text: string): number {
  const colon = text.indexOf(':');
  return colon < 0 ? text.length : colon;
}

/** Letters, digits, dots, hyphens and the underscore that names in use have; hexadecimal digits and colons in brackets. */
function isHost(host: string): boolean {
  const bracket = host.charCodeAt(0) === BRACKET;
  const [from, to] = bracket ? [1, host.length - 1] : [0, host.length];
  for (let at = from; at < to; at++) {
    const code = host.charCodeAt(at);
    const digit = code >= 48 && code <= 57;
    const letter = code >= 97 && code <= (bracket ? 102 : 122);
    const mark = code === 46 || (bracket ? code === COLON : code === 45 || code === 95);
    if (!digit && !letter && !mark) return false;
  }
  return to > from;
}

const COLON = 58;
const BRACKET = 91;
