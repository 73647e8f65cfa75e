/** A header line: name in its long form and usual case (`Via`), value unfolded and trimmed. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

/** The header lines of a message, in their order. Names are given in the long form and usual case: `Call-ID`, `CSeq`. */
export class SipHeaders {
  #lines: SipHeader[];

  constructor(lines: SipHeader[] = []) {
    this.#lines = lines;
  }

  /** Value of the first line of that name. */
  first(name: string): string | undefined {
    return this.#lines.find((line) => line.name === name)?.value;
  }

  /** Values of all lines of that name, one a line. */
  all(name: string): readonly string[] {
    return this.#lines.filter((line) => line.name === name).map(({ value }) => value);
  }

  lines(): readonly SipHeader[] {
    return this.#lines;
  }

  append(name: string, value: string): void {
    this.#lines.push({ name, value });
  }

  /** Puts a line before all others: a Via, a Record-Route. */
  prepend(name: string, value: string): void {
    this.#lines.unshift({ name, value });
  }

  /** Leaves one line of that name, at the place of the first. */
  set(name: string, value: string): void {
    const at = this.#lines.findIndex((line) => line.name === name);
    if (at < 0) {
      this.append(name, value);
    } else {
      this.#lines = this.#lines.filter((line, index) => index <= at || line.name !== name);
      this.#lines[at] = { name, value };
    }
  }

  remove(name: string): void {
    this.#lines = this.#lines.filter((line) => line.name !== name);
  }
}
