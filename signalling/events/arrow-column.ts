import {
  type Data,
  type Dictionary,
  type Field,
  type Int8,
  type Int32,
  makeData,
  makeVector,
  type TimestampMillisecond,
  type Uint8,
  type Uint64,
  Utf8,
  type Vector,
} from 'apache-arrow';
import type { CallEventBatch, CallEventColumn, EventDictionaries, EventText } from './events.ts';

/**
 * Turns one column of a batch of call events into Arrow data over the same bytes where it can be, and over buffers of its
 * own, used for every batch, where nulls and times are written otherwise.
 */
export class ArrowColumn {
  readonly #name: keyof EventValuesByName;
  readonly #kind: CallEventColumn['kind'];
  readonly #nullable: boolean;
  readonly #field: Field;
  readonly #dictionary: Vector<Utf8> | undefined;
  #validity = new Uint8Array(0);
  #words = new Int32Array(0);

  constructor(column: CallEventColumn, field: Field, dictionaries: EventDictionaries) {
    this.#name = column.name as keyof EventValuesByName;
    this.#kind = column.kind;
    this.#nullable = column.nullable;
    this.#field = field;
    // One vector for the whole file: the library compares it by identity to know whether to write it again.
    if (column.kind === 'dictionary') {
      this.#dictionary = dictionaryVector(dictionaries[column.name as keyof EventDictionaries]);
    }
  }

  /** The first `rows` of the column, as Arrow data which is good until the next call. */
  data(batch: CallEventBatch): Data {
    const { rows } = batch;
    const values: unknown = batch[this.#name];
    const { type } = this.#field;
    switch (this.#kind) {
      case 'text':
        return this.#textData(values as EventText, rows);
      case 'dictionary':
        return this.#dictionaryData(values as Int32Array, rows);
      case 'timestamp':
        return this.#timestampData(values as Float64Array, rows);
      case 'uint64': {
        const { buffer, byteOffset } = values as Uint32Array<ArrayBuffer>;
        return makeData({ type: type as Uint64, length: rows, data: new BigUint64Array(buffer, byteOffset, rows) });
      }
      case 'uint8':
        return makeData({ type: type as Uint8, length: rows, data: (values as Uint8Array).subarray(0, rows) });
      case 'int8':
        return makeData({ type: type as Int8, length: rows, data: (values as Int8Array).subarray(0, rows) });
      case 'int32':
        return makeData({ type: type as Int32, length: rows, data: (values as Int32Array).subarray(0, rows) });
    }
  }

  #textData({ bytes, offsets, missing }: EventText, rows: number): Data {
    this.#makeRoom(rows, 0);
    const validity = this.#validity;
    let nullCount = 0;
    for (let i = 0; i < rows; i++) {
      if (missing[i] === 0) validity[i >> 3] |= 1 << (i & 7);
      else nullCount++;
    }
    return makeData({
      type: this.#field.type as Utf8,
      length: rows,
      ...this.#nulls(nullCount),
      valueOffsets: offsets.subarray(0, rows + 1),
      data: bytes,
    });
  }

  #dictionaryData(positions: Int32Array, rows: number): Data {
    this.#makeRoom(rows, rows);
    const validity = this.#validity;
    const indices = this.#words;
    let nullCount = 0;
    for (let i = 0; i < rows; i++) {
      const position = positions[i];
      if (position >= 0) {
        indices[i] = position;
        validity[i >> 3] |= 1 << (i & 7);
      } else {
        indices[i] = 0;
        nullCount++;
      }
    }
    return makeData({
      type: this.#field.type as Dictionary<Utf8, Int32>,
      length: rows,
      ...this.#nulls(nullCount),
      data: indices.subarray(0, rows),
      dictionary: this.#dictionary,
    });
  }

  #timestampData(times: Float64Array, rows: number): Data {
    this.#makeRoom(rows, 2 * rows);
    const validity = this.#validity;
    const words = this.#words;
    let nullCount = 0;
    for (let i = 0; i < rows; i++) {
      const time = times[i];
      if (!Number.isNaN(time)) {
        const high = Math.floor(time / 2 ** 32);
        words[2 * i] = time - high * 2 ** 32;
        words[2 * i + 1] = high;
        validity[i >> 3] |= 1 << (i & 7);
      } else {
        words[2 * i] = 0;
        words[2 * i + 1] = 0;
        nullCount++;
      }
    }
    return makeData({
      type: this.#field.type as TimestampMillisecond,
      length: rows,
      ...this.#nulls(nullCount),
      data: new BigInt64Array(words.buffer as ArrayBuffer, 0, rows),
    });
  }

  #makeRoom(rows: number, words: number): void {
    const bytes = (rows + 7) >> 3;
    if (this.#validity.length < bytes) this.#validity = new Uint8Array(bytes);
    else this.#validity.fill(0, 0, bytes);
    if (this.#words.length < words) this.#words = new Int32Array(words);
  }

  #nulls(nullCount: number): { nullCount: number; nullBitmap?: Uint8Array } {
    if (nullCount === 0) return { nullCount };
    if (!this.#nullable) throw new Error(`${this.#name} must not be null, but is in ${nullCount} rows of a batch`);
    return { nullCount, nullBitmap: this.#validity };
  }
}

type EventValuesByName = Omit<CallEventBatch, 'rows'>;

function dictionaryVector(values: readonly string[]): Vector<Utf8> {
  // Some readers cannot stand a dictionary without a value, even when every row is null.
  const encoded = (values.length > 0 ? values : ['']).map((value) => Buffer.from(value, 'utf8'));
  const valueOffsets = new Int32Array(encoded.length + 1);
  encoded.forEach((bytes, i) => {
    valueOffsets[i + 1] = valueOffsets[i] + bytes.length;
  });
  const data = new Uint8Array(Buffer.concat(encoded));
  return makeVector(makeData({ type: new Utf8(), length: encoded.length, valueOffsets, data }));
}
