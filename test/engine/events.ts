/** Call events for the tests, and Arrow files of them in every shape a switch might write. */
import { rmSync, writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import {
  type CompressionType,
  compressionRegistry,
  type Data,
  type DataType,
  Dictionary,
  Field,
  Int8,
  Int16,
  Int32,
  LargeUtf8,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint64,
  Utf8,
  Vector,
} from 'apache-arrow';
import type { BufferRegion } from 'apache-arrow/ipc/metadata/message';
import { compressFrameSync } from 'lz4-napi';
import { EventFile, type EventFileForm } from '../../signalling/events/event-file.ts';
import {
  callEventBatch,
  callEventColumns,
  type EventDictionaries,
  type EventText,
} from '../../signalling/events/events.ts';

/** Text; bytes stand for text that is not UTF-8. */
type Text = string | Uint8Array | null;
/** Milliseconds since 1970; a bigint is written as it is, whatever the unit. */
type Time = number | bigint | null;

/** A call event with the columns of interfaces.md; also nulls where none may be. */
export interface Event {
  flow_no: bigint | null;
  softswitch: Text;
  sip_call_id: Text;
  caller_access_e164: Text;
  callee_access_e164: Text;
  caller_e164: Text;
  callee_e164: Text;
  callee_to_gateway_e164: Text;
  caller_gateway: Text;
  callee_gateway: Text;
  caller_ip: Text;
  callee_ip: Text;
  account: Text;
  start_at: Time;
  ringing_at: Time;
  answered_at: Time;
  ended_at: Time;
  end_direction: number | null;
  end_reason: number | null;
  billing_mode: number | null;
  attempts: number | null;
}

/** The instant the events of the tests are about. */
export const noon = Date.UTC(2026, 2, 2, 12);

/** A call of a minute which alice makes to Germany, with changes. */
export function event(flowNo: number | bigint, changes: Partial<Event> = {}): Event {
  return {
    flow_no: BigInt(flowNo),
    softswitch: 'ss1',
    sip_call_id: `call-${flowNo}@ss1.example.net`,
    caller_access_e164: null,
    callee_access_e164: null,
    caller_e164: '442071234567',
    callee_e164: '4930123456',
    callee_to_gateway_e164: null,
    caller_gateway: 'in-1',
    callee_gateway: null,
    caller_ip: '192.0.2.1',
    callee_ip: null,
    account: 'alice',
    start_at: noon,
    ringing_at: noon + 2000,
    answered_at: noon + 5000,
    ended_at: noon + 65_000,
    end_direction: 0,
    end_reason: 200,
    billing_mode: 1,
    attempts: 1,
    ...changes,
  };
}

/** How `arrowFile` writes: unset is as the contract has it, in one batch. */
export interface Shape {
  readonly form?: EventFileForm;
  readonly batchRows?: number;
  /** How text columns are written: by the contract, or all in one way. */
  readonly text?: 'plain' | 'large' | 'dictionary' | 'large-dictionary';
  readonly indices?: 8 | 16 | 32;
  readonly unit?: TimeUnit;
  /** Whether a dictionary grows with the batches instead of being complete at the start. */
  readonly delta?: boolean;
  readonly compression?: CompressionType;
  /** Whether the file form begins with the schema, as most writers have it; the library does not. */
  readonly schemaInFront?: boolean;
  /** Names of columns in the order they are written. */
  readonly columns?: readonly string[];
  /** Columns the contract does not know, or of types it does not have: made for any number of rows. */
  readonly others?: Readonly<Record<string, (rows: number) => Data>>;
}

/** Events as an Arrow file, written with the library; what must not be null may be. */
export function arrowFile(events: readonly Event[], shape: Shape = {}): Buffer {
  const { form = 'file', batchRows = Math.max(1, events.length), others = {} } = shape;
  const names = shape.columns ?? [...new Set([...callEventColumns.map(({ name }) => name), ...Object.keys(others)])];
  const columns = names.map((name, position) => column(name, position, events, shape));
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, type, true)));
  const options = { compressionType: shape.compression ?? null };
  const writer = form === 'file' ? new FileWriter(options, shape.schemaInFront ?? false) : new StreamWriter(options);
  writer.reset(undefined, schema);
  for (let from = 0; from < events.length; from += batchRows) {
    const to = Math.min(from + batchRows, events.length);
    const children = columns.map(({ slice }) => slice(from, to));
    const type = new Struct(schema.fields);
    writer.write(new RecordBatch(schema, makeData({ type, length: to - from, nullCount: 0, children })));
  }
  writer.finish();
  return Buffer.from(writer.toUint8Array(true));
}

/** Writes events the way the signalling companion does. */
export function writeEventFile(path: string, form: EventFileForm, events: readonly Event[], batchRows: number): void {
  const dictionaries = Object.fromEntries(
    callEventColumns
      .filter(({ kind }) => kind === 'dictionary')
      .map(({ name }) => [name, [...new Set(events.map((one) => one[name]).filter((text) => text !== null))]]),
  ) as unknown as EventDictionaries;
  const file = new EventFile(path, form, dictionaries);
  for (let from = 0; from < events.length; from += batchRows) {
    const some = events.slice(from, from + batchRows);
    const batch = callEventBatch(some.length, 200);
    batch.rows = some.length;
    for (const { name, kind } of callEventColumns) {
      some.forEach((one, i) => {
        const value = one[name];
        const values = batch[name] as unknown;
        if (kind === 'text') setText(values as EventText, i, value as string | null);
        else if (kind === 'uint64')
          new BigUint64Array((values as Uint32Array<ArrayBuffer>).buffer)[i] = value as bigint;
        else if (kind === 'dictionary') (values as Int32Array)[i] = dictionaries[name].indexOf(value as string);
        else if (kind === 'timestamp') (values as Float64Array)[i] = (value as number | null) ?? Number.NaN;
        else (values as Int32Array)[i] = value as number;
      });
    }
    file.write(batch);
  }
  file.close();
}

/**
 * The body of a file as a file of its own, for cutting and damaging. It is made anew each time: it then need not reach the
 * disk, as one that is written over does when it is closed.
 */
export function writeBytes(path: string, bytes: Uint8Array): string {
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  return path;
}

interface ShapedColumn {
  readonly name: string;
  readonly type: DataType;
  readonly slice: (from: number, to: number) => Data;
}

function column(name: string, position: number, events: readonly Event[], shape: Shape): ShapedColumn {
  const other = shape.others?.[name];
  if (other) return { name, type: other(0).type, slice: (from, to) => other(to - from) };
  const values = events.map((one) => one[name as keyof Event]);
  const kind = callEventColumns.find((one) => one.name === name)?.kind;
  const fixed = (
    type: DataType,
    data: (some: typeof values) => ArrayLike<number> | ArrayLike<bigint>,
  ): ShapedColumn => ({
    name,
    type,
    slice: (from, to) => {
      const some = values.slice(from, to);
      return makeData({ type: type as Int32, length: some.length, data: data(some) as Int32Array, ...nulls(some) });
    },
  });
  const numbers = (some: typeof values) => some.map((value) => Number(value ?? 0));
  switch (kind) {
    case 'text':
    case 'dictionary':
      return textColumn(name, position, values as Text[], kind, shape);
    case 'uint64':
      return fixed(new Uint64(), (some) => BigUint64Array.from(some, (value) => (value as bigint | null) ?? 0n));
    case 'timestamp': {
      const unit = shape.unit ?? TimeUnit.MILLISECOND;
      return fixed(new Timestamp(unit, 'UTC'), (some) =>
        BigInt64Array.from(some, (value) => inUnit(value as Time, unit)),
      );
    }
    case 'uint8':
      return fixed(new Uint8(), (some) => Uint8Array.from(numbers(some)));
    case 'int8':
      return fixed(new Int8(), (some) => Int8Array.from(numbers(some)));
    default:
      return fixed(new Int32(), (some) => Int32Array.from(numbers(some)));
  }
}

function textColumn(name: string, position: number, values: Text[], kind: string, shape: Shape): ShapedColumn {
  const form = shape.text ?? (kind === 'dictionary' ? 'dictionary' : 'plain');
  const plain = form.startsWith('large') ? new LargeUtf8() : new Utf8();
  if (!form.endsWith('dictionary')) {
    return { name, type: plain, slice: (from, to) => textData(plain, values.slice(from, to)) };
  }
  const indices = { 8: new Int8(), 16: new Int16(), 32: new Int32() }[shape.indices ?? 32];
  const type = new Dictionary(plain, indices, position);
  const places = new Map<string, number>();
  const chunks: Data<Utf8>[] = [];
  const keyOf = (text: Text) => Buffer.from(text ?? '').toString('latin1');
  const takeUp = (some: readonly Text[]) => {
    const fresh = new Map(some.filter((text) => text !== null).map((text) => [keyOf(text), text]));
    for (const key of places.keys()) fresh.delete(key);
    for (const key of fresh.keys()) places.set(key, places.size);
    if (fresh.size > 0 || chunks.length === 0) chunks.push(textData(plain, [...fresh.values()]) as Data<Utf8>);
  };
  if (!shape.delta) takeUp(values);
  const Indices = { 8: Int8Array, 16: Int16Array, 32: Int32Array }[shape.indices ?? 32] as typeof Int32Array;
  return {
    name,
    type,
    slice: (from, to) => {
      const some = values.slice(from, to);
      if (shape.delta) takeUp(some);
      const data = Indices.from(some, (text) => (text === null ? 0 : (places.get(keyOf(text)) as number)));
      const dictionary = new Vector([...chunks]);
      return makeData({ type: type as Dictionary<Utf8, Int32>, length: some.length, data, dictionary, ...nulls(some) });
    },
  };
}

function textData(type: DataType, values: readonly Text[]): Data {
  const encoded = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : (value ?? Buffer.alloc(0))));
  const offsets = [0];
  for (const bytes of encoded) offsets.push((offsets.at(-1) as number) + bytes.length);
  const valueOffsets = type instanceof LargeUtf8 ? BigInt64Array.from(offsets, BigInt) : Int32Array.from(offsets);
  const data = new Uint8Array(Buffer.concat(encoded));
  return makeData({
    type: type as Utf8,
    length: values.length,
    valueOffsets: valueOffsets as Int32Array,
    data,
    ...nulls(values),
  });
}

function nulls(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = values.filter((value) => value === null).length;
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value !== null) nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  return { nullCount, nullBitmap };
}

function inUnit(time: Time, unit: TimeUnit): bigint {
  if (typeof time === 'bigint') return time;
  const ms = BigInt(time ?? 0);
  return unit === TimeUnit.SECOND ? ms / 1000n : ms * 1000n ** BigInt(unit - TimeUnit.MILLISECOND);
}

function setText(text: EventText, i: number, value: string | null): void {
  const encoded = Buffer.from(value ?? '');
  text.bytes.set(encoded, text.offsets[i]);
  text.offsets[i + 1] = text.offsets[i] + encoded.length;
  text.missing[i] = value === null ? 1 : 0;
}

/** The parts of a compressed body: before each buffer its length. */
interface CompressedBody {
  byteLength: number;
  bufferRegions: BufferRegion[];
  buffers: ArrayBufferView[];
}

/** The library (21.2.0) writes the compressed length before a buffer where the format wants the other: it is put right. */
function withPlainLengths(body: CompressedBody, plain: readonly ArrayBufferView[]): CompressedBody {
  plain.forEach(({ byteLength }, i) => {
    const prefix = body.buffers[2 * i];
    const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
    if (byteLength > 0 && view.getBigInt64(0, true) >= 0n) view.setBigInt64(0, BigInt(byteLength), true);
  });
  return body;
}

class FileWriter extends RecordBatchFileWriter {
  readonly #schemaInFront: boolean;

  constructor(options: { compressionType: CompressionType | null }, schemaInFront: boolean) {
    super(options);
    this.#schemaInFront = schemaInFront;
  }

  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return this.#schemaInFront ? this._writeMessage(Message.from(schema)) : this;
  }

  protected override _compressBodyBuffers(buffers: ArrayBufferView[]): CompressedBody {
    return withPlainLengths(super._compressBodyBuffers(buffers), buffers);
  }
}

class StreamWriter extends RecordBatchStreamWriter {
  protected override _compressBodyBuffers(buffers: ArrayBufferView[]): CompressedBody {
    return withPlainLengths(super._compressBodyBuffers(buffers), buffers);
  }
}

const decode = (): never => {
  throw new Error('the tests only write with the library');
};
compressionRegistry.set(0, { encode: (bytes) => new Uint8Array(compressFrameSync(Buffer.from(bytes))), decode });
compressionRegistry.set(1, { encode: (bytes) => new Uint8Array(zstdCompressSync(bytes)), decode });
