import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import duckdb from '@duckdb/node-bindings';
import type { TextColumn } from '../../rating/columns.ts';

/*
 * A DuckDB VARCHAR vector is an array of string_t, 16 bytes each (public C ABI): the length; then up to 12 bytes of text
 * in place, or its first 4 bytes and a pointer to all of it. The vector owns what the pointers lead to, so the texts of a
 * chunk are handed over at once, as one long string in element 0; where DuckDB put it can be read back from there, and
 * all elements are computed and copied in together. One call a value would cost more than all of rating.
 */
const STRING_T = 16;
const INLINE = 12;

/** For texts of 0 to 12 bytes, which bits of their first, second and third word belong to them. */
const MASKS = [0, 4, 8].map((from) =>
  Int32Array.from({ length: INLINE + 1 }, (_, size) => {
    const bytes = Math.min(Math.max(size - from, 0), 4);
    return bytes === 4 ? -1 : (1 << (8 * bytes)) - 1;
  }),
);

/** Scratch of one writer, for chunks of at most `rows` rows. */
export class StringVectorWriter {
  readonly #words: Int32Array<ArrayBuffer>;
  #joined = new Uint8Array(0);

  constructor(rows: number) {
    this.#words = new Int32Array((rows * STRING_T) / 4);
  }

  /**
   * Writes the texts of the rows `select[from … to)`, each of them UTF-8, to a vector; nulls become empty, their validity
   * is not set here.
   */
  write(vector: duckdb.Vector, text: TextColumn, select: Int32Array, from: number, to: number): void {
    const { starts, ends } = text;
    let low = Number.MAX_SAFE_INTEGER;
    let high = 0;
    let length = 0;
    for (let at = from; at < to; at++) {
      const row = select[at];
      if (starts[row] < 0) continue;
      length += ends[row] - starts[row];
      if (starts[row] < low) low = starts[row];
      if (ends[row] > high) high = ends[row];
    }
    let shared = 0n;
    // Rows in a row are handed over as they lie; scattered ones, such as dictionary entries, are joined first. So are
    // texts with anything between them that is not UTF-8: a rejected row, a null's leftovers, an entry nobody refers to.
    // DuckDB takes none of a text that is not UTF-8, and its pointer would lead nowhere.
    const joined = high - low > 2 * length + 4096 || !isUtf8(text.bytes.subarray(low, high));
    if (length > INLINE) {
      const bytes = joined ? this.#join(text, select, from, to, length) : text.bytes.subarray(low, high);
      duckdb.vector_assign_string_element_len(vector, 0, bytes);
      const element = duckdb.vector_get_data(vector, STRING_T);
      assert.equal(lengthOf(element), bytes.length, 'DuckDB took the texts');
      shared = pointerOf(element) - (joined ? 0n : BigInt(low));
    }
    this.#fill(text, select, from, to, shared, joined);
    duckdb.copy_data_to_vector(vector, 0, this.#words.buffer, 0, (to - from) * STRING_T);
  }

  /**
   * Computes the elements. Texts lie at `shared` plus their start, or one after the other when `joined`. Lengths around
   * twelve come in no order, so both forms are computed and one is kept: that is faster than to ask.
   */
  #fill(
    { bytes, starts, ends }: TextColumn,
    select: Int32Array,
    from: number,
    to: number,
    shared: bigint,
    joined: boolean,
  ) {
    const words = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [first, second, third] = MASKS;
    const sharedLow = Number(BigInt.asIntN(32, shared));
    const sharedHigh = Number(BigInt.asIntN(32, shared >> 32n));
    const readable = bytes.length - INLINE;
    let next = 0;
    for (let at = from, word = 0; at < to; at++, word += 4) {
      const row = select[at];
      const start = Math.max(starts[row], 0);
      const size = starts[row] < 0 ? 0 : ends[row] - start;
      const place = joined ? next : start;
      next += size;
      words[word] = size;
      if (start > readable) {
        this.#fillAtEnd(bytes, start, size, word);
        if (size <= INLINE) continue;
      } else {
        const inline = size + ((INLINE - size) & ((INLINE - size) >> 31));
        words[word + 1] = view.getInt32(start, true) & first[inline];
        words[word + 2] = view.getInt32(start + 4, true) & second[inline];
        words[word + 3] = view.getInt32(start + 8, true) & third[inline];
      }
      const long = (INLINE - size) >> 31;
      const low = (sharedLow + place) | 0;
      const carry = low >>> 0 < sharedLow >>> 0 ? 1 : 0;
      words[word + 2] = (words[word + 2] & ~long) | (low & long);
      words[word + 3] = (words[word + 3] & ~long) | ((sharedHigh + carry) & long);
    }
  }

  /** The last texts of the bytes: twelve cannot be read at once from where they begin. */
  #fillAtEnd(bytes: Uint8Array, start: number, size: number, word: number): void {
    const element = new Uint8Array(this.#words.buffer, word * 4 + 4, INLINE);
    element.fill(0);
    element.set(bytes.subarray(start, start + Math.min(size, INLINE)));
  }

  #join({ bytes, starts, ends }: TextColumn, select: Int32Array, from: number, to: number, length: number): Uint8Array {
    if (this.#joined.length < length) this.#joined = new Uint8Array(length * 2);
    let filled = 0;
    for (let at = from; at < to; at++) {
      const row = select[at];
      if (starts[row] < 0) continue;
      this.#joined.set(bytes.subarray(starts[row], ends[row]), filled);
      filled += ends[row] - starts[row];
    }
    return this.#joined.subarray(0, length);
  }
}

function lengthOf(element: Uint8Array): number {
  return new DataView(element.buffer, element.byteOffset, STRING_T).getUint32(0, true);
}

function pointerOf(element: Uint8Array): bigint {
  return new DataView(element.buffer, element.byteOffset, STRING_T).getBigUint64(8, true);
}
