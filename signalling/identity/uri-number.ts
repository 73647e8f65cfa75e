import { parseUri, type Uri, unescapeUri } from '../message/uri.ts';

/** The number a URI names; empty when it names none, or is malformed. Those of telephones without what is only to be read. */
export function uriNumber(text: string): string {
  const uri = parseUri(text);
  if (uri === undefined || isAnonymous(uri)) return '';
  const { scheme, user = '', parameters } = uri;
  if (scheme === 'tel') return plainNumber(user);
  return parameters.get('user')?.toLowerCase() === 'phone' ? plainNumber(telephonePart(user)) : unescapeUri(user);
}

/** A URI that hides who calls: with the host of RFC 3323, 4.1.1.3, or as some do with the user part alone. */
export function isAnonymous({ user, host }: Uri): boolean {
  return host === 'anonymous.invalid' || user?.toLowerCase() === 'anonymous';
}

/** A number without visual separators (RFC 3966, 5.1.1). */
export function plainNumber(number: string): string {
  let plain = '';
  for (const character of unescapeUri(number)) if (!SEPARATORS.includes(character)) plain += character;
  return plain;
}

/** RFC 3261, 19.1.6: parameters of the number may stand in the user part. */
function telephonePart(user: string): string {
  const semicolon = user.indexOf(';');
  return semicolon < 0 ? user : user.slice(0, semicolon);
}

const SEPARATORS = '-.()';
