import { isToken, quotedEnd, skipSpace, trimSpace } from './byte-string.ts';

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
    const start = place + 1;
    while (++place < value.length) {
      const code = value.charCodeAt(place);
      if (code === SEMICOLON || code === EQUALS) break;
    }
    const name = trimSpace(value, start, place).toLowerCase();
    if (!isToken(name) || parameters.has(name)) return undefined;
    if (value.charCodeAt(place) === EQUALS) {
      const from = skipSpace(value, place + 1);
      place = valueEnd(value, from);
      if (place < 0) return undefined;
      const text = trimSpace(value, from, place);
      if (text === '') return undefined;
      parameters.set(name, text);
      place = skipSpace(value, place);
    } else {
      parameters.set(name, undefined);
    }
  }
  return parameters;
}

/** `;name=value` of each. */
export function writeParameters(parameters: Parameters): string {
  let text = '';
  for (const [name, value] of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** Place behind a value: a quoted string, or what reaches to the next semicolon; -1 for a quoted string without end. */
function valueEnd(value: string, from: number): number {
  if (value.charCodeAt(from) === QUOTE) return quotedEnd(value, from);
  const end = value.indexOf(';', from);
  const text = end < 0 ? value.length : end;
  const quote = value.indexOf('"', from);
  return quote >= 0 && quote < text ? -1 : text;
}

const NONE: Parameters = new Map();
const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
