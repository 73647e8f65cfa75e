import { isToken } from './byte-string.ts';
import { type KnownHeader, knownHeader } from './header-names.ts';
import type { ReceivedHeader } from './headers.ts';

/** Bytes of a message, start line to body: what a UDP datagram can hold. */
export const MAX_MESSAGE_BYTES = 65_535;
export const MAX_HEADER_LINES = 256;
/** Bytes of one line, its folded parts counted together. */
export const MAX_LINE_BYTES = 8192;

/** The header lines of a message, and the first thing wrong with them. */
export interface ScannedHeaders {
  /** Lines that are well-formed; a second line of a header field that comes once is not among them. */
  readonly lines: readonly ReceivedHeader[];
  /** Bits `single` of the header fields that are there, and of those that came again. */
  readonly present: number;
  readonly repeated: number;
  /** Where the body begins; the length of the bytes when the empty line is missing. */
  readonly bodyStart: number;
  readonly problem: string | undefined;
}

/**
 * Finds the header lines in `bytes` from `start` on, in one pass. Lines end with CR LF or, as old implementations send
 * them, LF alone; a CR elsewhere is a mistake, because some would take it for the end of a line and others not. Lines
 * that begin with a space or tab continue the one before (RFC 3261, 7.3.1).
 */
export function scanHeaders(bytes: Uint8Array, start: number): ScannedHeaders {
  const lines: ReceivedHeader[] = [];
  let present = 0;
  let repeated = 0;
  let problem: string | undefined;
  let at = start;
  while (at < bytes.length) {
    const { end, next, folded, bareReturn } = logicalLine(bytes, at);
    if (end === at) return { lines, present, repeated, bodyStart: next, problem };
    if (end - at > MAX_LINE_BYTES || lines.length === MAX_HEADER_LINES) {
      const limit =
        lines.length === MAX_HEADER_LINES ? `${MAX_HEADER_LINES} header lines` : `${MAX_LINE_BYTES} bytes a line`;
      return { lines, present, repeated, bodyStart: bytes.length, problem: problem ?? `more than ${limit}` };
    }
    const header = headerLine(bytes, at, end, folded);
    if (typeof header === 'string') {
      problem ??= header;
    } else if (bareReturn || next === 0) {
      problem ??= bareReturn ? `a CR within ${header.line.name}` : `the message ends within ${header.line.name}`;
    } else if (present & header.single) {
      problem ??= `${header.line.name} comes twice`;
      repeated |= header.single;
    } else {
      lines.push(header.line);
      present |= header.single;
    }
    at = next === 0 ? bytes.length : next;
  }
  return { lines, present, repeated, bodyStart: bytes.length, problem };
}

/** A line with those that continue it: `end` is before its line break, `next` behind it, or 0 when there is no line break. */
interface LogicalLine {
  readonly end: number;
  readonly next: number;
  readonly folded: boolean;
  readonly bareReturn: boolean;
}

function logicalLine(bytes: Uint8Array, start: number): LogicalLine {
  let folded = false;
  let bareReturn = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte > CR) continue;
    if (byte === LF) {
      const following = bytes[at + 1];
      const end = at > start && bytes[at - 1] === CR ? at - 1 : at;
      if (end === start || (following !== SPACE && following !== TAB)) return { end, next: at + 1, folded, bareReturn };
      folded = true;
    } else if (byte === CR && bytes[at + 1] !== LF) {
      bareReturn = true;
    }
  }
  return { end: bytes.length, next: 0, folded, bareReturn };
}

interface HeaderLine {
  readonly line: ReceivedHeader;
  readonly single: number;
}

/** Name, colon and value of a line, spaces allowed around the colon; or what is wrong with it. */
function headerLine(bytes: Uint8Array, start: number, end: number, folded: boolean): HeaderLine | string {
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon++;
  if (colon === end) return 'a header line has no colon';
  let nameEnd = colon;
  while (nameEnd > start && isBlank(bytes[nameEnd - 1])) nameEnd--;
  if (nameEnd === start) return 'a header line has no name';
  const known: KnownHeader | undefined = knownHeader(bytes, start, nameEnd);
  let from = colon + 1;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (to > from && isBlank(bytes[to - 1])) to--;
  const name = known?.name ?? otherName(bytes, start, nameEnd);
  if (name === undefined) return 'the name of a header line is no token';
  return { line: { name, start: from, end: to, folded }, single: known?.single ?? 0 };
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CR || byte === LF;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;

function otherName(bytes: Uint8Array, start: number, end: number): string | undefined {
  const name = String.fromCharCode(...bytes.subarray(start, end));
  return isToken(name) ? name : undefined;
}
