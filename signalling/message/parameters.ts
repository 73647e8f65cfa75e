import { quotedEnd, skipSpace, tokenEnd } from './byte-string.ts';

/**
 * Parameters of a header value or URI in their order: names in lower case, values as written, in quotes when they came in
 * quotes; undefined for a parameter without a value.
 */
export type Parameters = ReadonlyMap<string, string | undefined>;

/**
 * Parameters `;name=value;name` from `at` to the end of a header value (RFC 3261, generic-param), spaces allowed around
 * each part; undefined when there is anything else, an empty parameter, or one that comes twice (7.3.1).
 */
export function headerParameters(value: string, at: number): Parameters | undefined {
  let place = skipSpace(value, at);
  if (place === value.length) return NONE;
  const parameters = new Map<string, string | undefined>();
  while (place < value.length) {
    if (value.charCodeAt(place) !== SEMICOLON) return undefined;
    const from = skipSpace(value, place + 1);
    const nameEnd = tokenEnd(value, from);
    const name = value.slice(from, nameEnd).toLowerCase();
    if (name === '' || parameters.has(name)) return undefined;
    place = skipSpace(value, nameEnd);
    let text: string | undefined;
    if (value.charCodeAt(place) === EQUALS) {
      const start = skipSpace(value, place + 1);
      const end = valueEnd(value, start);
      if (end <= start) return undefined;
      text = value.slice(start, end);
      place = skipSpace(value, end);
    }
    parameters.set(name, text);
  }
  return parameters;
}

/** `;name=value` of each. */
export function writeParameters(parameters: Parameters): string {
  let text = '';
  for (const [name, value] of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/**
 * Place behind a value: a quoted string, or anything up to a space or semicolon but quotes, which is more than a token, as
 * IPv6 addresses and URIs are sent there, too; -1 when it is neither.
 */
function valueEnd(value: string, from: number): number {
  if (value.charCodeAt(from) === QUOTE) return quotedEnd(value, from);
  for (let at = from; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === SEMICOLON || code === SPACE || code === TAB) return at;
    if (code === QUOTE) return -1;
  }
  return value.length;
}

const TAB = 9;
const SPACE = 32;
const NONE: Parameters = new Map();
const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
