import { isSpace, isToken } from './byte-string.ts';
import { knownHeader } from './header-names.ts';
import type { HeaderLine } from './headers.ts';

/** Bytes of a message, start line to body: what a UDP datagram can hold. */
export const MAX_MESSAGE_BYTES = 65_535;
export const MAX_HEADER_LINES = 256;
/** Bytes of one line, its folded parts counted together. */
export const MAX_LINE_BYTES = 8192;

/** The header lines of a message, and the first thing wrong with them. */
export interface ScannedHeaders {
  /** Lines that are well-formed; a second line of a header field that comes once is not among them. */
  readonly lines: HeaderLine[];
  /** Bits `single` of the header fields that are there, and of those that came again. */
  readonly present: number;
  readonly repeated: number;
  /** Where the body begins; the length of the text when the empty line is missing. */
  readonly bodyStart: number;
  readonly problem: string | undefined;
}

/**
 * Finds the header lines in the byte string of a message from `start` on, in one pass. Lines end with CR LF or, as old implementations send
 * them, LF alone; a CR elsewhere is a mistake, because some would take it for the end of a line and others not. Lines
 * that begin with a space or tab continue the one before (RFC 3261, 7.3.1).
 */
export function scanHeaders(text: string, start: number): ScannedHeaders {
  const scanner = new HeaderScanner(text);
  scanner.run(start);
  return scanner;
}

/** Keeps what is known of the line at hand in fields, so that a line costs no object but its own. */
class HeaderScanner implements ScannedHeaders {
  readonly lines: HeaderLine[] = [];
  present = 0;
  repeated = 0;
  bodyStart: number;
  problem: string | undefined;
  readonly #text: string;
  /** Place of a CR: the first one that is not before the part at hand; the length of the text when there is none. */
  #return = -1;
  /** Of the line at hand, with those that continue it: the place before its line break. */
  #end = 0;
  /** The place behind its line break; 0 when there is none. */
  #next = 0;
  #folded = false;
  #bareReturn = false;

  constructor(text: string) {
    this.#text = text;
    this.bodyStart = text.length;
  }

  run(start: number): void {
    const length = this.#text.length;
    for (let at = start; at < length; at = this.#next === 0 ? length : this.#next) {
      this.#findEnd(at);
      if (this.#end === at) {
        this.bodyStart = this.#next;
        return;
      }
      if (this.lines.length === MAX_HEADER_LINES) this.problem ??= `more than ${MAX_HEADER_LINES} header lines`;
      if (this.#end - at > MAX_LINE_BYTES) this.problem ??= `more than ${MAX_LINE_BYTES} bytes a line`;
      if (this.lines.length === MAX_HEADER_LINES || this.#end - at > MAX_LINE_BYTES) return;
      this.#take(at);
    }
  }

  #findEnd(start: number): void {
    const text = this.#text;
    this.#folded = false;
    this.#bareReturn = false;
    let from = start;
    for (let feed = text.indexOf('\n', from); feed >= 0; feed = text.indexOf('\n', from)) {
      const end = this.#returnFrom(from) === feed - 1 ? feed - 1 : feed;
      if (this.#return < end) this.#bareReturn = true;
      if (end === start || !isSpace(text.charCodeAt(feed + 1))) {
        this.#end = end;
        this.#next = feed + 1;
        return;
      }
      this.#folded = true;
      from = feed + 1;
    }
    if (this.#returnFrom(from) < text.length) this.#bareReturn = true;
    this.#end = text.length;
    this.#next = 0;
  }

  /** Looks no further than the next CR, and not again before it is passed. */
  #returnFrom(place: number): number {
    if (this.#return < place) {
      const found = this.#text.indexOf('\r', place);
      this.#return = found < 0 ? this.#text.length : found;
    }
    return this.#return;
  }

  /** Name, colon and value, spaces allowed around the colon. */
  #take(start: number): void {
    const text = this.#text;
    let colon = start;
    while (colon < this.#end && text.charCodeAt(colon) !== COLON) colon++;
    let nameEnd = colon;
    while (nameEnd > start && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd--;
    const known = knownHeader(text, start, nameEnd);
    const name = known?.name ?? text.slice(start, nameEnd);
    const single = known?.single ?? 0;
    if (colon === this.#end) this.problem ??= 'a header line has no colon';
    else if (known === undefined && !isToken(name)) this.problem ??= 'the name of a header line is no token';
    else if (this.#bareReturn) this.problem ??= `a CR within ${name}`;
    else if (this.#next === 0) this.problem ??= `the message ends within ${name}`;
    else if ((this.present & single) !== 0) {
      this.problem ??= `${name} comes twice`;
      this.repeated |= single;
    } else {
      let from = colon + 1;
      let to = this.#end;
      while (from < to && isBlank(text.charCodeAt(from))) from++;
      while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
      this.lines.push({ name, value: undefined, start: from, end: to, folded: this.#folded });
      this.present |= single;
    }
  }
}

function isBlank(code: number): boolean {
  return isSpace(code) || code === CR || code === LF;
}

const LF = 10;
const CR = 13;
const COLON = 58;
