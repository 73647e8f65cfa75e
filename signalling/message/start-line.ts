import { isToken } from './byte-string.ts';
import { parseUri, uriScheme } from './uri.ts';
import { wholeNumber } from './whole-number.ts';

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'fault'; readonly status: 400 | 505; readonly problem: string; readonly isResponse: boolean };

/**
 * Decodes a start line (RFC 3261, 7.1 and 7.2): single spaces between its parts, none at its end. The Request-URI may be of
 * any scheme; one of sip, sips or tel must be well-formed.
 */
export function startLine(line: string): StartLine {
  return line.slice(0, 4).toUpperCase() === 'SIP/' ? statusLine(line) : requestLine(line);
}

function requestLine(line: string): StartLine {
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  const method = line.slice(0, Math.max(first, 0));
  const uri = line.slice(first + 1, last);
  const version = line.slice(last + 1);
  if (!isToken(method) || first === last || uri === '') return fault(400, 'the first line is no request line', false);
  if (!version.toUpperCase().startsWith('SIP/')) return fault(400, 'the first line names no version of SIP', false);
  const scheme = uriScheme(uri);
  if (scheme === undefined) return fault(400, 'the Request-URI is malformed', false);
  if (version.toUpperCase() !== VERSION) return fault(505, 'the version is not SIP/2.0', false);
  if (OWN_SCHEMES.has(scheme) && parseUri(uri) === undefined) return fault(400, 'the Request-URI is malformed', false);
  return { kind: 'request', method, uri };
}

/**
 * The reason phrase may be empty (RFC 4475, 3.1.1.13), and the space before it then missing, as old implementations leave
 * it out. A CR in it would break the line where it is passed on.
 */
function statusLine(line: string): StartLine {
  const first = line.indexOf(' ');
  if (first < 0) return fault(400, 'the first line is no status line', true);
  if (line.slice(0, first).toUpperCase() !== VERSION) return fault(505, 'the version is not SIP/2.0', true);
  const second = line.indexOf(' ', first + 1);
  const code = line.slice(first + 1, second < 0 ? line.length : second);
  const status = code.length === 3 ? wholeNumber(code, 699) : undefined;
  if (status === undefined || status < 100) return fault(400, 'the status is not 100 to 699', true);
  const reason = second < 0 ? '' : line.slice(second + 1);
  return reason.includes('\r')
    ? fault(400, 'a CR within the reason phrase', true)
    : { kind: 'response', status, reason };
}

function fault(status: 400 | 505, problem: string, isResponse: boolean): StartLine {
  return { kind: 'fault', status, problem, isResponse };
}

const VERSION = 'SIP/2.0';
const OWN_SCHEMES = new Set(['sip', 'sips', 'tel']);
