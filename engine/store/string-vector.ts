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

/** Scratch of one writer, for chunks of at most `rows` rows. */
export class StringVectorWriter {
  readonly #elements: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array<ArrayBuffer>;
  #joined = new Uint8Array(0);

  constructor(rows: number) {
    this.#elements = new Uint8Array(rows * STRING_T);
    this.#words = new Uint32Array(this.#elements.buffer);
  }

  /**
   * Writes the texts of the rows `select[from … to)` to a vector; nulls become empty, their validity is not set here.
   *
   * @param unclean whether bytes between the selected rows may not be UTF-8 and must not reach DuckDB
   */
  write(vector: duckdb.Vector, text: TextColumn, select: Int32Array, from: number, to: number, unclean: boolean): void {
    const { starts, ends } = text;
    let low = Number.MAX_SAFE_INTEGER;
    let high = 0;
    let length = 0;
    for (let at = from; at < to; at++) {
      const row = select[at];
      const size = sizeOf(starts[row], ends[row]);
      if (size <= INLINE) continue;
      length += size;
      if (starts[row] < low) low = starts[row];
      if (ends[row] > high) high = ends[row];
    }
    let shared = 0;
    let step: 0 | 1 = 0;
    if (length > 0) {
      // Rows in a row are handed over as they lie; scattered ones, such as dictionary entries, are joined first.
      step = unclean || high - low > 2 * length + 4096 ? 1 : 0;
      const bytes = step === 1 ? this.#join(text, select, from, to, length) : text.bytes.subarray(low, high);
      duckdb.vector_assign_string_element_len(vector, 0, bytes);
      shared = pointerOf(duckdb.vector_get_data(vector, STRING_T)) - (step === 1 ? 0 : low);
    }
    this.#fill(text, select, from, to, shared, step === 1);
    duckdb.copy_data_to_vector(vector, 0, this.#elements.buffer, 0, (to - from) * STRING_T);
  }

  /** Computes the elements; long texts lie at `shared` plus their start, or one after the other when `joined`. */
  #fill({ bytes, starts, ends }: TextColumn, select: Int32Array, from: number, to: number, shared: number, joined: boolean) {
    const elements = this.#elements;
    const words = this.#words;
    let next = shared;
    for (let at = from, word = 0; at < to; at++, word += 4) {
      const row = select[at];
      const start = starts[row];
      const size = sizeOf(start, ends[row]);
      words[word] = size;
      const first = word * 4 + 4;
      if (size > INLINE) {
        const pointer = joined ? next : shared + start;
        next += size;
        words[word + 2] = pointer;
        words[word + 3] = pointer / 2 ** 32;
        for (let k = 0; k < 4; k++) elements[first + k] = bytes[start + k];
      } else {
        words[word + 1] = 0;
        words[word + 2] = 0;
        words[word + 3] = 0;
        for (let k = 0; k < size; k++) elements[first + k] = bytes[start + k];
      }
    }
  }

  #join({ bytes, starts, ends }: TextColumn, select: Int32Array, from: number, to: number, length: number): Uint8Array {
    if (this.#joined.length < length) this.#joined = new Uint8Array(length * 2);
    let filled = 0;
    for (let at = from; at < to; at++) {
      const row = select[at];
      if (sizeOf(starts[row], ends[row]) <= INLINE) continue;
      this.#joined.set(bytes.subarray(starts[row], ends[row]), filled);
      filled += ends[row] - starts[row];
    }
    return this.#joined.subarray(0, length);
  }
}

function sizeOf(start: number, end: number): number {
  return start < 0 ? 0 : end - start;
}

function pointerOf(element: Uint8Array): number {
  const view = new DataView(element.buffer, element.byteOffset, STRING_T);
  return view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
}
