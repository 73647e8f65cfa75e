import { type Uri, unescapeUri } from './uri.ts';

/**
 * Whether two URIs mean the same (RFC 3261, 19.1.4): user and password to the letter once `%` escapes are read, the rest
 * in any case; a port that is named is not the default one that is not. user, ttl, method, maddr and transport count when
 * either has them, other parameters when both have; header fields always. tel URIs are compared without their visual
 * separators (RFC 3966, 4).
 */
export function sameUri(one: Uri, other: Uri): boolean {
  if (one.scheme !== other.scheme) return false;
  if (one.scheme === 'tel' && dialled(one) !== dialled(other)) return false;
  return (
    (one.scheme === 'tel' || sameText(one.user, other.user)) &&
    sameText(one.password, other.password) &&
    one.host === other.host &&
    one.port === other.port &&
    sameParameters(one, other) &&
    sameHeaders(one, other)
  );
}

function dialled({ user = '' }: Uri): string {
  let digits = '';
  for (const character of user) if (!'-.()'.includes(character)) digits += character.toLowerCase();
  return digits;
}

function sameText(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && unescapeUri(one) === unescapeUri(other));
}

function sameParameters(one: Uri, other: Uri): boolean {
  for (const name of new Set([...one.parameters.keys(), ...other.parameters.keys()])) {
    const both = one.parameters.has(name) && other.parameters.has(name);
    if (!both && (one.scheme === 'tel' || COUNTING.has(name))) return false;
    if (both && !sameLetters(one.parameters.get(name), other.parameters.get(name))) return false;
  }
  return true;
}

function sameHeaders(one: Uri, other: Uri): boolean {
  if (one.headers.size !== other.headers.size) return false;
  for (const [name, value] of one.headers) {
    if (!other.headers.has(name) || !sameText(value, other.headers.get(name))) return false;
  }
  return true;
}

function sameLetters(one = '', other = ''): boolean {
  return unescapeUri(one).toLowerCase() === unescapeUri(other).toLowerCase();
}

const COUNTING = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);
