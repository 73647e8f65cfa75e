import { latin1 } from './byte-string.ts';
import { cseq } from './cseq.ts';
import { singleHeaders } from './header-names.ts';
import { SipHeaders } from './headers.ts';
import type { SipMessage } from './message.ts';
import { nameAddress } from './name-address.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { MAX_LINE_BYTES, MAX_MESSAGE_BYTES, type ScannedHeaders, scanHeaders } from './scan-headers.ts';
import { type StartLine, startLine } from './start-line.ts';
import { via } from './via.ts';
import { wholeNumber } from './whole-number.ts';

/** Bytes that are no valid SIP message. */
export interface MessageFault {
  readonly kind: 'fault';
  /** What to answer, where `answerable` is there. */
  readonly status: 400 | 505 | 513;
  readonly reason: string;
  /** What is wrong, for the log: one line, nothing in it but our own words and header names. */
  readonly problem: string;
  /** Via lines and, as far as they are there, From, To, Call-ID and CSeq; undefined for what must not be answered. */
  readonly answerable: SipHeaders | undefined;
  readonly isResponse: boolean;
}

/**
 * Decodes one datagram. Never throws, whatever the bytes; takes time in proportion to their number. The body is a view of
 * the bytes, so they must not change.
 *
 * CR LF before the start line is passed over (RFC 3261, 7.5). Bytes beyond Content-Length are dropped, and without
 * Content-Length the body reaches to the end (18.3). The empty line may be missing when nothing would follow it.
 * Mandatory header fields, those that come once, Via, From, To, CSeq and Contact are checked; what is in the others is
 * for those to judge who need it.
 */
export function parseMessage(bytes: Uint8Array): SipMessage | MessageFault {
  const from = leadingLineBreaks(bytes);
  const lineEnd = bytes.indexOf(LF, from);
  if (lineEnd < 0) return messageFault(400, 'no line ends', NO_LINES, false);
  const end = lineEnd > from && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  if (end - from > MAX_LINE_BYTES)
    return messageFault(400, `the first line has more than ${MAX_LINE_BYTES} bytes`, NO_LINES, false);
  const text = latin1(bytes, 0, bytes.length);
  const start = startLine(text.slice(from, end));
  const scanned = scanHeaders(text, lineEnd + 1);
  const headers = SipHeaders.received(text, scanned.lines);
  if (start.kind === 'fault') return messageFault(start.status, start.problem, headers, start.isResponse);
  const isResponse = start.kind === 'response';
  const fault = (status: MessageFault['status'], problem: string): MessageFault => {
    const found = messageFault(status, problem, headers, isResponse);
    return start.kind === 'request' && start.method === 'ACK' ? { ...found, answerable: undefined } : found;
  };
  if (bytes.length > MAX_MESSAGE_BYTES) return fault(513, `more than ${MAX_MESSAGE_BYTES} bytes`);
  const problem = scanned.problem ?? missing(scanned, headers) ?? invalid(headers, start);
  if (problem !== undefined) return fault(400, problem);
  const body = bodyOf(bytes, scanned.bodyStart, headers.first('Content-Length'));
  if (typeof body === 'string') return fault(400, body);
  return { ...start, headers, body };
}

/** A fault of a message with these headers. A response and an ACK are never answered (RFC 3261, 17.2.1 and 18.1.2). */
export function messageFault(
  status: MessageFault['status'],
  problem: string,
  headers: SipHeaders,
  isResponse: boolean,
): MessageFault {
  const lines = ANSWERED.flatMap((name) => headers.all(name).map((value) => ({ name, value })));
  const method = headers.first('CSeq')?.split(' ').at(-1);
  const answerable =
    isResponse || method === 'ACK' || headers.first('Via') === undefined ? undefined : new SipHeaders(lines);
  return { kind: 'fault', status, reason: reasonPhrase(status), problem, answerable, isResponse };
}

/** Place of the first byte that belongs to no line break. */
function leadingLineBreaks(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** Name of a header field every message has (RFC 3261, 8.1.1); Max-Forwards counts as 70 when it is missing. */
function missing({ present }: ScannedHeaders, headers: SipHeaders): string | undefined {
  const absent = singleHeaders.slice(0, MANDATORY).find((_, bit) => (present & (1 << bit)) === 0);
  if (absent !== undefined) return `${absent} is missing`;
  return headers.first('Via') === undefined ? 'Via is missing' : undefined;
}

function invalid(headers: SipHeaders, start: StartLine): string | undefined {
  for (const name of ['From', 'To']) {
    if (nameAddress(headers.first(name) as string) === undefined) return `${name} is malformed`;
  }
  if (headers.first('Call-ID') === '') return 'Call-ID is empty';
  const sequence = cseq(headers.first('CSeq') as string);
  if (sequence === undefined) return 'CSeq is malformed, or its number not 0 to 2147483647';
  if (start.kind === 'request' && sequence.method !== start.method)
    return 'the method of CSeq is not that of the request';
  const vias = headers.list('Via');
  if (vias.length > MAX_ELEMENTS) return `more than ${MAX_ELEMENTS} elements of Via`;
  if (vias.length === 0 || vias.some((value) => via(value) === undefined)) return 'Via is malformed';
  const contacts = headers.list('Contact');
  if (contacts.length > MAX_ELEMENTS) return `more than ${MAX_ELEMENTS} elements of Contact`;
  const contact = contacts.find((value) => value !== '*' && nameAddress(value) === undefined);
  if (contact !== undefined) return 'Contact is malformed';
  const hops = headers.first('Max-Forwards');
  return hops !== undefined && wholeNumber(hops, Number.MAX_VALUE) === undefined
    ? 'Max-Forwards is no number'
    : undefined;
}

function bodyOf(bytes: Uint8Array, start: number, contentLength: string | undefined): Uint8Array | string {
  if (contentLength === undefined) return bytes.subarray(start);
  const length = wholeNumber(contentLength, MAX_MESSAGE_BYTES);
  if (length === undefined) return 'Content-Length is no number of bytes a message can have';
  return length > bytes.length - start
    ? 'the body is shorter than Content-Length'
    : bytes.subarray(start, start + length);
}

/** Of Via, of which each hop adds one and Max-Forwards allows 255, and of Contact: thousands fit into a datagram. */
const MAX_ELEMENTS = 256;
const LF = 10;
const CR = 13;
/** Of `singleHeaders`: From, To, Call-ID, CSeq. */
const MANDATORY = 4;
const ANSWERED = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
const NO_LINES = new SipHeaders();
