import { hostPort } from './host-port.ts';
import type { Parameters } from './parameters.ts';

/** A sip, sips or tel URI (RFC 3261, 19.1; RFC 3966), its parts as written: escapes (`%40`) are still there. */
export interface Uri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** User part, of a tel URI the number; undefined when the URI names a host only. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** In lower case: a name, an IPv4 address, or an IPv6 address in brackets; empty in a tel URI. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
  /** Header fields `?name=value&…` as written, with the names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Decodes a URI; undefined when it is malformed or of another scheme, which `uriScheme` tells apart. */
export function parseUri(text: string): Uri | undefined {
  const scheme = uriScheme(text);
  if (scheme === 'tel') return telUri(text);
  return scheme === 'sip' || scheme === 'sips' ? sipUri(text, scheme) : undefined;
}

/** Scheme of any URI in lower case; undefined when the text is no URI (spaces and control characters, <, > and " are none). */
export function uriScheme(text: string): string | undefined {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1 || !isScheme(text, colon)) return undefined;
  for (let at = colon + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 127 || code === 34 || code === 60 || code === 62) return undefined;
  }
  return text.slice(0, colon).toLowerCase();
}

export function writeUri({ scheme, user, password, host, port, parameters, headers }: Uri): string {
  const userPart = user === undefined ? '' : password === undefined ? user : `${user}:${password}`;
  let text = scheme === 'tel' ? `tel:${userPart}` : `${scheme}:${userPart}${user === undefined ? '' : '@'}${host}`;
  if (port !== undefined) text += `:${port}`;
  for (const [name, value] of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  let mark = '?';
  for (const [name, value] of headers) {
    text += `${mark}${name}=${value}`;
    mark = '&';
  }
  return text;
}

/** Characters that `%` escapes stand for, in a user part before it is compared or called; a broken escape stays as it is. */
export function unescapeUri(text: string): string {
  let at = text.indexOf('%');
  if (at < 0) return text;
  let plain = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf('%', at + 1)) {
    const high = hexDigit(text.charCodeAt(at + 1));
    const low = hexDigit(text.charCodeAt(at + 2));
    if (high < 0 || low < 0) continue;
    plain += text.slice(from, at) + String.fromCharCode(high * 16 + low);
    from = at + 3;
    at += 2;
  }
  return plain + text.slice(from);
}

/** Characters of a user part stay; others become escapes (RFC 3261, 25.1). */
export function escapeUser(number: string): string {
  let escaped = '';
  for (const character of number) {
    const isPlain = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]$/.test(character);
    escaped += isPlain ? character : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function isScheme(text: string, colon: number): boolean {
  for (let at = 0; at < colon; at++) {
    const code = text.charCodeAt(at) | 32;
    const letter = code >= 97 && code <= 122;
    const other = text.charCodeAt(at);
    if (!letter && (at === 0 || !((other >= 48 && other <= 57) || other === 43 || other === 45 || other === 46))) {
      return false;
    }
  }
  return true;
}

/** The user part may hold semicolons and question marks, but no @: the host begins behind the first (RFC 3261, 25.1). */
function sipUri(text: string, scheme: 'sip' | 'sips'): Uri | undefined {
  const from = scheme.length + 1;
  const at = text.indexOf('@', from);
  const colon = at < 0 ? -1 : text.indexOf(':', from);
  const userEnd = colon >= 0 && colon < at ? colon : at;
  const user = at < 0 ? undefined : text.slice(from, userEnd);
  if (user === '') return undefined;
  const hostFrom = at < 0 ? from : at + 1;
  const question = text.indexOf('?', hostFrom);
  const end = question < 0 ? text.length : question;
  const semicolon = text.indexOf(';', hostFrom);
  const hostEnd = semicolon < 0 || semicolon > end ? end : semicolon;
  const place = hostPort(text.slice(hostFrom, hostEnd));
  const parameters = uriParameters(text.slice(hostEnd, end));
  const headers = question < 0 ? NO_HEADERS : uriHeaders(text.slice(question + 1));
  if (place === undefined || parameters === undefined || headers === undefined) return undefined;
  const password = userEnd < at ? text.slice(userEnd + 1, at) : undefined;
  return { scheme, user, password, host: place.host, port: place.port, parameters, headers };
}

function telUri(text: string): Uri | undefined {
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const parameters = uriParameters(text.slice(end));
  const user = text.slice(4, end);
  if (parameters === undefined || user === '') return undefined;
  return { scheme: 'tel', user, password: undefined, host: '', port: undefined, parameters, headers: NO_HEADERS };
}

/** `;name=value;name`, or undefined when one is empty or comes twice (RFC 3261, 19.1.1). */
function uriParameters(text: string): Parameters | undefined {
  if (text === '') return NO_PARAMETERS;
  const parameters = new Map<string, string | undefined>();
  for (const part of text.slice(1).split(';')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (name === '' || parameters.has(name)) return undefined;
    parameters.set(name, equals < 0 ? undefined : part.slice(equals + 1));
  }
  return parameters;
}

function uriHeaders(text: string): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    if (equals < 1) return undefined;
    headers.set(part.slice(0, equals).toLowerCase(), part.slice(equals + 1));
  }
  return headers;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

const NO_PARAMETERS: Parameters = new Map();
const NO_HEADERS: ReadonlyMap<string, string> = new Map();
