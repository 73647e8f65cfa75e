import { isSpace, isToken, quote, quotedEnd, skipSpace, tokenEnd, trimSpace, unquote } from './byte-string.ts';

/** What WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization hold (RFC 3261, 20.7 and 20.44). */
export interface AuthParameters {
  /** As written: `Digest`. */
  readonly scheme: string;
  /** Names in lower case, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Decodes `Digest name="value", name=value`; undefined when it is something else or a parameter comes twice. */
export function authParameters(value: string): AuthParameters | undefined {
  let at = skipSpace(value, 0);
  const schemeEnd = tokenEnd(value, at);
  const scheme = value.slice(at, schemeEnd);
  if (scheme === '' || (schemeEnd < value.length && !isSpace(value.charCodeAt(schemeEnd)))) return undefined;
  const parameters = new Map<string, string>();
  for (at = skipSpace(value, schemeEnd); at < value.length; ) {
    const equals = value.indexOf('=', at);
    const name = equals < 0 ? '' : trimSpace(value, at, equals).toLowerCase();
    if (!isToken(name) || parameters.has(name)) return undefined;
    const from = skipSpace(value, equals + 1);
    const end = valueEnd(value, from);
    const text = end < 0 ? '' : trimSpace(value, from, end);
    if (text === '') return undefined;
    parameters.set(name, unquote(text));
    at = skipSpace(value, end);
    if (at === value.length) break;
    if (value.charCodeAt(at) !== COMMA) return undefined;
    at = skipSpace(value, at + 1);
  }
  return { scheme, parameters };
}

/**
 * Values in quotes, but those which RFC 3261, 25.1 wants without: algorithm, stale, nc, and the qop of an answer, which has
 * a nonce count beside it, while that of a challenge is a list.
 */
export function writeAuthParameters({ scheme, parameters }: AuthParameters): string {
  const bare = (name: string) => BARE.has(name) || (name === 'qop' && parameters.has('nc'));
  const parts = [...parameters].map(([name, value]) => `${name}=${bare(name) ? value : quote(value)}`);
  return `${scheme} ${parts.join(', ')}`;
}

const BARE = new Set(['algorithm', 'stale', 'nc']);

function valueEnd(value: string, from: number): number {
  if (value.charCodeAt(from) === QUOTE) return quotedEnd(value, from);
  const comma = value.indexOf(',', from);
  return comma < 0 ? value.length : comma;
}

const QUOTE = 34;
const COMMA = 44;
