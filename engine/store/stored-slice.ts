import duckdb from '@duckdb/node-bindings';
import type { TextColumn } from '../../rating/columns.ts';
import { type CallColumn, callColumns, type RatedBatch } from './call-columns.ts';
import { StringVectorWriter } from './string-vector.ts';

/** Rows DuckDB takes at a time. */
const CHUNK_ROWS = duckdb.vector_size();

/** The rows of a rated batch which a table of calls keeps, gathered in the form DuckDB stores, and given out in chunks. */
export class StoredSlice {
  readonly #keeps: Uint8Array;
  readonly #select: Int32Array;
  readonly #gathered: readonly Gathered[];
  readonly #strings = new StringVectorWriter(CHUNK_ROWS);
  readonly #bits = new Uint8Array(CHUNK_ROWS / 8);
  #count = 0;
  #given = 0;

  /**
   * @param rows most rows of a batch
   * @param keeps 1 for the codes of statuses whose calls the table keeps
   */
  constructor(rows: number, runId: number, keeps: Uint8Array) {
    this.#keeps = keeps;
    this.#select = new Int32Array(rows);
    this.#gathered = callColumns.map((column) => room(column, rows, runId));
  }

  /** Rows not yet given out. */
  get left(): number {
    return this.#count - this.#given;
  }

  /** Takes the rows of a batch that the table keeps; what was taken before must have been given out. @returns how many they are */
  take(source: RatedBatch): number {
    const { status } = source.rated;
    const select = this.#select;
    const keeps = this.#keeps;
    let count = 0;
    for (let row = 0; row < source.batch.rows; row++) {
      select[count] = row;
      count += keeps[status[row]];
    }
    for (const gathered of this.#gathered) gathered.take(source, select, count);
    this.#count = count;
    this.#given = 0;
    return count;
  }

  /** Fills a chunk of the table with the next rows. */
  give(chunk: duckdb.DataChunk): void {
    const from = this.#given;
    const to = Math.min(from + CHUNK_ROWS, this.#count);
    duckdb.data_chunk_set_size(chunk, to - from);
    this.#gathered.forEach((gathered, place) => {
      const vector = duckdb.data_chunk_get_vector(chunk, place);
      if (gathered.text !== undefined) {
        this.#strings.write(vector, gathered.text, this.#select, from, to);
      } else {
        const { data, width } = gathered;
        duckdb.copy_data_to_vector(vector, 0, data.buffer, from * width, (to - from) * width);
      }
      if (gathered.nulls > 0) this.#setValidity(vector, gathered.valid, from, to);
    });
    this.#given = to;
  }

  #setValidity(vector: duckdb.Vector, valid: Uint8Array, from: number, to: number): void {
    const bits = this.#bits;
    for (let byte = 0, row = from; row < to; byte++) {
      let eight = 0;
      for (let bit = 0; bit < 8; bit++, row++) eight |= valid[row] << bit;
      bits[byte] = eight;
    }
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.length);
  }
}

/** A column gathered for the selected rows: `width` bytes each in `data`, or the text they are picked from. */
interface Gathered {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly width: number;
  /** 1 for values, 0 for nulls; meaningful when `nulls` is above 0. */
  readonly valid: Uint8Array;
  nulls: number;
  text: TextColumn | undefined;
  take(source: RatedBatch, select: Int32Array, count: number): void;
}

function room(column: CallColumn, rows: number, runId: number): Gathered {
  // Eight more, so that validity can be taken in whole bytes.
  const valid = new Uint8Array(rows + 8);
  const wide = new Int32Array(2 * rows);
  const words = wide.subarray(0, rows);
  const bytes = new Uint8Array(wide.buffer, 0, rows);
  const gathered = (
    width: number,
    take: (source: RatedBatch, select: Int32Array, count: number) => number,
  ): Gathered => ({
    data: new Uint8Array(wide.buffer),
    width,
    valid,
    nulls: 0,
    text: undefined,
    take(source, select, count) {
      this.nulls = take(source, select, count);
    },
  });
  switch (column.form) {
    case 'run':
      words.fill(runId);
      return gathered(4, () => 0);
    case 'set':
      return gathered(2, ({ parameterSet }, _select, count) => {
        new Uint16Array(wide.buffer, 0, count).fill(parameterSet);
        return 0;
      });
    case 'zero':
      return gathered(8, () => 0);
    case 'words':
      return gathered(4, (source, select, count) => {
        gatherWords(column.values(source), select, count, words);
        return column.absent === undefined ? 0 : markAbsent(words, column.absent, count, valid);
      });
    case 'vendor-words':
      return gathered(4, (source, select, count) => {
        gatherWords(column.values(source), select, count, words);
        return markWithoutRate(source.rated.vendorRate, select, count, valid);
      });
    case 'vendor-pairs':
      return gathered(8, (source, select, count) => {
        gatherPairs(column.values(source), select, count, wide);
        return markWithoutRate(source.rated.vendorRate, select, count, valid);
      });
    case 'bytes':
      return gathered(1, (source, select, count) => gatherBytes(column.values(source), select, count, bytes));
    case 'pairs':
      return gathered(8, (source, select, count) => gatherPairs(column.values(source), select, count, wide));
    case 'micros':
      return gathered(8, (source, select, count) => {
        const nulls = gatherMicros(column.values(source), select, count, wide, valid);
        return column.nullable ? nulls : 0;
      });
    case 'text':
      return {
        ...gathered(16, () => 0),
        take(source, select, count) {
          this.text = column.values(source);
          this.nulls = column.nullable ? markMissing(this.text.starts, select, count, valid) : 0;
        },
      };
  }
}

function gatherWords(values: Int32Array, select: Int32Array, count: number, out: Int32Array): void {
  for (let at = 0; at < count; at++) out[at] = values[select[at]];
}

function gatherBytes(values: Uint8Array | Int8Array, select: Int32Array, count: number, out: Uint8Array): number {
  for (let at = 0; at < count; at++) out[at] = values[select[at]];
  return 0;
}

function gatherPairs(values: Int32Array | Uint32Array, select: Int32Array, count: number, out: Int32Array): number {
  for (let at = 0; at < count; at++) {
    const from = 2 * select[at];
    out[2 * at] = values[from];
    out[2 * at + 1] = values[from + 1];
  }
  return 0;
}

/** Milliseconds become 64-bit microseconds; NaN is null. */
function gatherMicros(ms: Float64Array, select: Int32Array, count: number, out: Int32Array, valid: Uint8Array): number {
  let nulls = 0;
  for (let at = 0; at < count; at++) {
    const micros = ms[select[at]] * 1000;
    const isNull = Number.isNaN(micros) ? 1 : 0;
    valid[at] = 1 - isNull;
    nulls += isNull;
    // NaN becomes 0 in both words.
    out[2 * at] = micros;
    out[2 * at + 1] = micros / 2 ** 32;
  }
  return nulls;
}

function markAbsent(values: Int32Array, absent: number, count: number, valid: Uint8Array): number {
  let nulls = 0;
  for (let at = 0; at < count; at++) {
    valid[at] = values[at] === absent ? 0 : 1;
    nulls += 1 - valid[at];
  }
  return nulls;
}

function markWithoutRate(rate: Int32Array, select: Int32Array, count: number, valid: Uint8Array): number {
  let nulls = 0;
  for (let at = 0; at < count; at++) {
    valid[at] = rate[select[at]] === 0 ? 0 : 1;
    nulls += 1 - valid[at];
  }
  return nulls;
}

function markMissing(starts: Int32Array, select: Int32Array, count: number, valid: Uint8Array): number {
  let nulls = 0;
  for (let at = 0; at < count; at++) {
    valid[at] = starts[select[at]] < 0 ? 0 : 1;
    nulls += 1 - valid[at];
  }
  return nulls;
}
