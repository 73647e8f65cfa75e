import { trimSpace } from './byte-string.ts';
import { splitList } from './split-list.ts';

/** A header line: name in its long form and usual case (`Via`), value unfolded and trimmed. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

/** A header line of a message; one that was received is cut out of its text when it is asked for. */
export interface HeaderLine {
  readonly name: string;
  /** Undefined until it is cut out. */
  value: string | undefined;
  /** The value without space around it: from `start` to before `end` of the text of the message. */
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
  #lines: HeaderLine[];
  #text = '';

  constructor(lines: readonly SipHeader[] = []) {
    this.#lines = lines.map(({ name, value }) => newLine(name, value));
  }

  /** Header lines as they were received, in the byte string of the message. */
  static received(text: string, lines: HeaderLine[]): SipHeaders {
    const headers = new SipHeaders();
    headers.#lines = lines;
    headers.#text = text;
    return headers;
  }

  /** Value of the first line of that name. */
  first(name: string): string | undefined {
    for (const line of this.#lines) if (isNamed(line, name)) return this.#value(line);
    return undefined;
  }

  /** Values of all lines of that name, one a line. */
  all(name: string): readonly string[] {
    const values: string[] = [];
    for (const line of this.#lines) if (isNamed(line, name)) values.push(this.#value(line));
    return values;
  }

  /** Elements of all lines of that name that hold lists: Via, Route, Contact, Supported. Empty elements are left out. */
  list(name: string): readonly string[] {
    const elements: string[] = [];
    for (const line of this.#lines) if (isNamed(line, name)) splitList(this.#value(line), elements);
    return elements;
  }

  lines(): readonly SipHeader[] {
    return this.#lines.map((line) => ({ name: line.name, value: this.#value(line) }));
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

  #value(line: HeaderLine): string {
    line.value ??= cut(this.#text, line);
    return line.value;
  }
}

function newLine(name: string, value: string): HeaderLine {
  return { name, value, start: 0, end: 0, folded: false };
}

/** Names of known header fields are the same string already. */
function isNamed(line: HeaderLine, name: string): boolean {
  const own = line.name;
  return own === name || (own.length === name.length && own.toLowerCase() === name.toLowerCase());
}

function cut(text: string, { start, end, folded }: HeaderLine): string {
  const value = text.slice(start, end);
  return folded ? unfold(value) : value;
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
