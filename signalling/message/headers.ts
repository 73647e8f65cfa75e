import { trimSpace } from './byte-string.ts';
import { splitList } from './split-list.ts';

/** A header line: name in its long form and usual case (`Via`), value unfolded and trimmed. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

/** Where a header line stands in the bytes of a message; its value is decoded when it is asked for. */
export interface ReceivedHeader {
  readonly name: string;
  /** The value without space around it: bytes from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  /** It goes over more than one line. */
  readonly folded: boolean;
}

/**
 * The header lines of a message, in their order. Names are given in the long form and usual case: `Call-ID`, `CSeq`; names
 * of other header fields are found in any case.
 */
export class SipHeaders {
  #lines: Line[];

  constructor(lines: readonly SipHeader[] = []) {
    this.#lines = lines.map(({ name, value }) => ({ name, value, received: undefined, bytes: undefined }));
  }

  /** Header lines as they were received. The bytes are kept, and must not change. */
  static received(bytes: Uint8Array, lines: readonly ReceivedHeader[]): SipHeaders {
    const headers = new SipHeaders();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const received of lines) {
      headers.#lines.push({ name: received.name, value: undefined, received, bytes: buffer });
    }
    return headers;
  }

  /** Value of the first line of that name. */
  first(name: string): string | undefined {
    for (const line of this.#lines) if (isNamed(line, name)) return lineValue(line);
    return undefined;
  }

  /** Values of all lines of that name, one a line. */
  all(name: string): readonly string[] {
    const values: string[] = [];
    for (const line of this.#lines) if (isNamed(line, name)) values.push(lineValue(line));
    return values;
  }

  /** Elements of all lines of that name that hold lists: Via, Route, Contact, Supported. Empty elements are left out. */
  list(name: string): readonly string[] {
    const elements: string[] = [];
    for (const line of this.#lines) if (isNamed(line, name)) splitList(lineValue(line), elements);
    return elements;
  }

  lines(): readonly SipHeader[] {
    return this.#lines.map((line) => ({ name: line.name, value: lineValue(line) }));
  }

  append(name: string, value: string): void {
    this.#lines.push(newLine(name, value));
  }

  /** Puts a line before all others: a Via, a Record-Route. */
  prepend(name: string, value: string): void {
    this.#lines.unshift(newLine(name, value));
  }

  /** Leaves one line of that name, at the place of the first. */
  set(name: string, value: string): void {
    const at = this.#lines.findIndex((line) => isNamed(line, name));
    if (at < 0) {
      this.append(name, value);
    } else {
      this.#lines = this.#lines.filter((line, index) => index <= at || !isNamed(line, name));
      this.#lines[at] = newLine(name, value);
    }
  }

  remove(name: string): void {
    this.#lines = this.#lines.filter((line) => !isNamed(line, name));
  }
}

interface Line {
  readonly name: string;
  value: string | undefined;
  readonly received: ReceivedHeader | undefined;
  readonly bytes: Buffer | undefined;
}

function newLine(name: string, value: string): Line {
  return { name, value, received: undefined, bytes: undefined };
}

/** Names of known header fields are the same string already. */
function isNamed(line: Line, name: string): boolean {
  const own = line.name;
  return own === name || (own.length === name.length && own.toLowerCase() === name.toLowerCase());
}

function lineValue(line: Line): string {
  line.value ??= decode(line.bytes as Buffer, line.received as ReceivedHeader);
  return line.value;
}

function decode(bytes: Buffer, { start, end, folded }: ReceivedHeader): string {
  const text = bytes.toString('latin1', start, end);
  return folded ? unfold(text) : text;
}

/** A line break with the space around it counts as one space (RFC 3261, 7.3.1). */
function unfold(text: string): string {
  const parts: string[] = [];
  for (const line of text.split('\n')) {
    const part = trimSpace(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (part !== '') parts.push(part);
  }
  return parts.join(' ');
}
