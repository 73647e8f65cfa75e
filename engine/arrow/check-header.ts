/*
 * Message headers and footers are FlatBuffers: tables that refer to others by offsets. The library's decoder follows them
 * unchecked; a length with one bit flipped sends it through two billion entries, and tables that share their children
 * through far more. So all that it will follow is walked here first.
 */

/** What a place of a table refers to: text, entries of so many bytes, a table, or a list of tables. */
type Reference = 'text' | number | (() => Table) | readonly [() => Table];

/** The references of a table by their places; a union's table depends on a number in another place. */
interface Table {
  readonly refers: Readonly<Record<number, Reference>>;
  readonly union?: { readonly kindAt: number; readonly at: number; readonly kinds: Readonly<Record<number, Table>> };
}

const keyValue: Table = { refers: { 0: 'text', 1: 'text' } };
const scalars: Table = { refers: {} };
const dictionaryEncoding: Table = { refers: { 1: () => scalars } };
const recordBatch: Table = { refers: { 1: 16, 2: 16, 3: () => scalars, 4: 8 } };
const dictionaryBatch: Table = { refers: { 1: () => recordBatch } };
const field: Table = {
  refers: { 0: 'text', 3: () => scalars, 4: () => dictionaryEncoding, 5: [() => field], 6: [() => keyValue] },
  // Of all types only a timestamp (its zone) and a union (its ids) refer further.
  union: { kindAt: 2, at: 3, kinds: { 10: { refers: { 1: 'text' } }, 14: { refers: { 1: 4 } } } },
};
const schema: Table = { refers: { 1: [() => field], 2: [() => keyValue], 3: 8 } };
const message: Table = {
  refers: { 2: () => scalars, 4: [() => keyValue] },
  union: { kindAt: 1, at: 2, kinds: { 1: schema, 2: dictionaryBatch, 3: recordBatch } },
};
const footer: Table = { refers: { 1: () => schema, 2: 24, 3: 24, 4: [() => keyValue] } };

const DEEPEST = 128;
/** Bytes of a table, and of the list of its places: the decoder reads 16 bits with a sign. */
const LARGEST = 0x7fff;
/** Metadata versions V4 and V5; those before lay buffers out in another way. */
const OLDEST_VERSION = 3;

/** What keeps a message header from being decoded, in the words of an error message; undefined when nothing does. */
export function messageFault(bytes: Uint8Array): string | undefined {
  return unlessDamaged('an unreadable message header stands', () => {
    const root = new Walk(bytes).root(message);
    if (root.int16(0) < OLDEST_VERSION) return 'a message of an Arrow version before 0.8 stands';
    const header = root.byte(1) === 1 ? root.table(2) : undefined;
    return header?.int16(0) === 1 ? 'a schema of big-endian values, which are not read, stands' : undefined;
  });
}

/** Whether a footer can be decoded, and its values are little-endian. */
export function isSoundFooter(bytes: Uint8Array): boolean {
  return unlessDamaged(false, () => new Walk(bytes).root(footer).table(1)?.int16(0) === 0);
}

function unlessDamaged<T>(damaged: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof RangeError) return damaged;
    throw error;
  }
}

/** A table in its bytes, found to lie within them. */
class Place {
  readonly #view: DataView;
  readonly #at: number;
  readonly #offsets: number;
  readonly #places: number;
  readonly #length: number;

  /** @throws RangeError when it does not lie within the bytes */
  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#offsets = at - view.getInt32(at, true);
    const size = view.getUint16(this.#offsets, true);
    this.#places = (size - 4) / 2;
    this.#length = view.getUint16(this.#offsets + 2, true);
    if (this.#offsets + size > view.byteLength || at + this.#length > view.byteLength) {
      throw new RangeError('a table reaches beyond the bytes');
    }
    // The decoder takes half a place for a whole one, and large numbers for negative ones.
    if (!Number.isInteger(this.#places) || size > LARGEST || this.#length > LARGEST) {
      throw new RangeError('a table of no possible size');
    }
  }

  int16(place: number): number {
    const at = this.at(place, 2);
    return at === undefined ? 0 : this.#view.getInt16(at, true);
  }

  byte(place: number): number {
    const at = this.at(place, 1);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  table(place: number): Place | undefined {
    const at = this.at(place, 4);
    return at === undefined ? undefined : new Place(this.#view, at + this.#view.getUint32(at, true));
  }

  /** Where the value of a place lies, undefined when it is left to its default. @throws RangeError outside the table */
  at(place: number, width: number): number | undefined {
    if (place >= this.#places) return undefined;
    const offset = this.#view.getUint16(this.#offsets + 4 + 2 * place, true);
    if (offset === 0) return undefined;
    if (offset + width > this.#length) throw new RangeError('a value reaches beyond its table');
    return this.#at + offset;
  }
}

class Walk {
  readonly #view: DataView;
  /** Bytes that may still be referred to: more than there are, as writers may share text, but not without end. */
  #left: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#left = 4 * bytes.byteLength;
  }

  /** The table the bytes begin with. @throws RangeError when it, or anything it leads to, is damaged */
  root(table: Table): Place {
    return this.#table(table, this.#reference(0), 0);
  }

  #table({ refers, union }: Table, at: number, depth: number): Place {
    if (depth > DEEPEST) throw new RangeError('tables lie too deep');
    this.#take(8);
    const place = new Place(this.#view, at);
    for (const [name, reference] of Object.entries(refers)) {
      const from = place.at(Number(name), 4);
      if (from === undefined) continue;
      const target = this.#reference(from);
      if (reference === 'text') this.#take(this.#entries(target, 1));
      else if (typeof reference === 'number') this.#entries(target, reference);
      else if (typeof reference === 'function') {
        const chosen = union?.at === Number(name) ? union.kinds[place.byte(union.kindAt)] : undefined;
        this.#table(chosen ?? reference(), target, depth + 1);
      } else {
        const count = this.#entries(target, 4);
        for (let i = 0; i < count; i++) this.#table(reference[0](), this.#reference(target + 4 + 4 * i), depth + 1);
      }
    }
    return place;
  }

  #reference(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  /** How many entries of so many bytes a list has. @throws RangeError when they do not lie within the bytes */
  #entries(at: number, bytes: number): number {
    const count = this.#view.getUint32(at, true);
    if (at + 4 + count * bytes > this.#view.byteLength) throw new RangeError('a list reaches beyond the bytes');
    return count;
  }

  #take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new RangeError('more is referred to than can be');
  }
}
