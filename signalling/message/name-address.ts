import { isToken, quote, quotedEnd, skipSpace, trimSpace, unquote } from './byte-string.ts';
import { headerParameters, type Parameters, writeParameters } from './parameters.ts';
import { uriScheme } from './uri.ts';

/** What From, To, Contact, Route, Record-Route, Refer-To and P-Asserted-Identity hold (RFC 3261, 20.10). */
export interface NameAddress {
  /** Display name without its quotes; empty when there is none. */
  readonly display: string;
  readonly uri: string;
  /** Parameters of the header field, not of the URI. */
  readonly parameters: Parameters;
}

/**
 * Decodes `"name" <uri>;parameters` or `uri;parameters`; undefined when it is neither. Without <> all parameters are those
 * of the header field, and the URI has no comma and no question mark (RFC 3261, 20.10). Lenient where RFC 4475 lets us
 * choose: a display name without quotes may hold any characters (3.1.2.15), and spaces may stand within <> (3.1.2.13).
 */
export function nameAddress(value: string): NameAddress | undefined {
  const first = skipSpace(value, 0);
  if (value.charCodeAt(first) === QUOTE) {
    const end = quotedEnd(value, first);
    if (end < 0) return undefined;
    const less = skipSpace(value, end);
    return value.charCodeAt(less) === LESS ? inBrackets(value, unquote(value.slice(first, end)), less) : undefined;
  }
  const less = value.indexOf('<', first);
  if (less < 0) return bare(value);
  const display = trimSpace(value, first, less);
  return display.includes('"') ? undefined : inBrackets(value, display, less);
}

/** The URI always in <>, so that its parameters stay its own. */
export function writeNameAddress({ display, uri, parameters }: NameAddress): string {
  return `${writeDisplay(display)}<${uri}>${writeParameters(parameters)}`;
}

function inBrackets(value: string, display: string, less: number): NameAddress | undefined {
  const greater = value.indexOf('>', less);
  if (greater < 0) return undefined;
  const parameters = headerParameters(value, greater + 1);
  return parameters && address(display, trimSpace(value, less + 1, greater), parameters);
}

function bare(value: string): NameAddress | undefined {
  const semicolon = value.indexOf(';');
  const end = semicolon < 0 ? value.length : semicolon;
  const uri = trimSpace(value, 0, end);
  if (uri.includes(',') || uri.includes('?')) return undefined;
  const parameters = headerParameters(value, end);
  return parameters && address('', uri, parameters);
}

function address(display: string, uri: string, parameters: Parameters): NameAddress | undefined {
  return uriScheme(uri) === undefined ? undefined : { display, uri, parameters };
}

function writeDisplay(display: string): string {
  if (display === '') return '';
  return isToken(display) ? `${display} ` : `${quote(display)} `;
}

const QUOTE = 34;
const LESS = 60;
