import { TimeUnit } from 'apache-arrow';
import type { CallBatch, TextColumn } from '../../rating/columns.ts';
import { faultCode } from '../../rating/malformed.ts';
import type { NameKind, Names } from '../names.ts';
import { BatchBuffers, Scratch } from './batch-buffers.ts';
import type { CallSchema, LocatedColumn } from './call-schema.ts';
import type { MessageFile, MessagePlace } from './message-file.ts';
import { nullText, readTexts, type Texts, viewOf } from './text.ts';

/** Rows handed on at a time: large batches are cut so that all columns of rating stay in the second-level cache. */
export const SLICE_ROWS = 4096;

export type NameTables = Readonly<Record<NameKind, Names>>;

/** A dictionary of a file: its texts, and the id of each in the tables of names, -1 until it is used. */
interface FileDictionary {
  readonly texts: Texts;
  readonly ids: Map<NameKind, Int32Array>;
}

/**
 * Turns the messages of one file into batches of calls. Messages must be given in their order: dictionaries come before
 * the batches that refer to them.
 *
 * What is handed out shares memory with the reader and is good until the next batch is asked for.
 */
export class CallBatchReader {
  readonly #file: MessageFile;
  readonly #schema: CallSchema;
  readonly #names: NameTables;
  readonly #dictionaries = new Map<number, FileDictionary>();
  readonly #onRead: ((bytes: Uint8Array) => void) | undefined;
  readonly #message = new Scratch();
  readonly #parts = new Map<number, Scratch>();
  readonly #room = new Map<string, Int32Array>();
  readonly #times = new Map<string, Float64Array>();

  /** @param onRead is given the bytes of every message that is read whole, in the order of reading */
  constructor(file: MessageFile, schema: CallSchema, names: NameTables, onRead?: (bytes: Uint8Array) => void) {
    this.#file = file;
    this.#schema = schema;
    this.#names = names;
    this.#onRead = onRead;
  }

  /** Takes up a dictionary, a delta to one, or its replacement. */
  readDictionary(place: MessagePlace): void {
    // Dictionaries stay, so each is read into memory of its own.
    const buffers = BatchBuffers.whole(this.#file, place, new Scratch(), this.#onRead);
    const { rows, dictionary } = buffers.header;
    const declared = dictionary && this.#schema.dictionaries.get(dictionary.id);
    // Dictionaries of columns that are not read stay unread.
    if (dictionary === undefined || declared === undefined) return;
    let texts = readTexts(buffers, 1, rows, declared.large, `dictionary ${dictionary.id}`);
    const valid = this.#validity(buffers, 0, 0, rows, `dictionary ${dictionary.id}`);
    if (valid !== undefined) throw buffers.fault(`dictionary ${dictionary.id}`, 'holds a null');
    const earlier = this.#dictionaries.get(dictionary.id);
    if (dictionary.isDelta && earlier === undefined) {
      throw buffers.fault(`dictionary ${dictionary.id}`, 'is added to before it has come');
    }
    if (!dictionary.isDelta && earlier !== undefined && this.#file.form === 'file') {
      throw buffers.fault(`dictionary ${dictionary.id}`, 'stands twice: the file form has each once');
    }
    if (dictionary.isDelta && earlier !== undefined) texts = joined(earlier.texts, texts);
    this.#dictionaries.set(dictionary.id, { texts, ids: new Map() });
  }

  /** The calls of a batch, all columns, in slices. */
  *calls(place: MessagePlace): Generator<CallBatch> {
    const buffers = BatchBuffers.whole(this.#file, place, this.#message, this.#onRead);
    const { rows } = buffers.header;
    const read = this.#columns(buffers);
    for (let from = 0; from < rows; from += SLICE_ROWS) yield read(from, Math.min(from + SLICE_ROWS, rows));
  }

  /** Only what the survey of the input needs: the keys of a batch and the times of answer. */
  keys(place: MessagePlace): Pick<CallBatch, 'rows' | 'fault' | 'flowNo' | 'softswitch' | 'answeredMs'> {
    const buffers = BatchBuffers.parts(this.#file, place, this.#parts);
    const { rows } = buffers.header;
    const { flowNo, fault } = this.#flowNumbers(buffers);
    return {
      rows,
      fault,
      flowNo: flowNo(0, rows),
      softswitch: this.#nameIds(buffers, 'softswitch', 'softswitch', fault, faultCode.missing_softswitch)(0, rows),
      answeredMs: this.#timesOf(buffers, 'answered_at', fault, 0)(0, rows),
    };
  }

  /** Opens all columns of a batch; what it returns cuts slices out of them. */
  #columns(buffers: BatchBuffers): (from: number, to: number) => CallBatch {
    // In the order of the faults: of several missing values the first is named.
    const { flowNo, fault } = this.#flowNumbers(buffers);
    const softswitch = this.#nameIds(buffers, 'softswitch', 'softswitch', fault, faultCode.missing_softswitch);
    const callerE164 = this.#text(buffers, 'caller_e164', fault, faultCode.missing_caller_e164);
    const calleeE164 = this.#text(buffers, 'callee_e164', fault, faultCode.missing_callee_e164);
    const startMs = this.#timesOf(buffers, 'start_at', fault, faultCode.missing_start_at);
    const endedMs = this.#timesOf(buffers, 'ended_at', fault, faultCode.missing_ended_at);
    const endDirection = this.#bytes(buffers, 'end_direction', fault, faultCode.missing_end_direction);
    const endReason = this.#integers(buffers, 'end_reason', fault, faultCode.missing_end_reason);
    const billingMode = this.#bytes(buffers, 'billing_mode', fault, faultCode.missing_billing_mode);
    const attempts = this.#bytes(buffers, 'attempts', fault, faultCode.missing_attempts);
    const sipCallId = this.#text(buffers, 'sip_call_id', fault, 0);
    const calleeToGatewayE164 = this.#text(buffers, 'callee_to_gateway_e164', fault, 0);
    const ringingMs = this.#timesOf(buffers, 'ringing_at', fault, 0);
    const answeredMs = this.#timesOf(buffers, 'answered_at', fault, 0);
    const account = this.#nameIds(buffers, 'account', 'account', fault, 0);
    const callerGateway = this.#nameIds(buffers, 'caller_gateway', 'gateway', fault, 0);
    const calleeGateway = this.#nameIds(buffers, 'callee_gateway', 'gateway', fault, 0);
    const callerIp = this.#nameIds(buffers, 'caller_ip', 'ip', fault, 0);
    const calleeIp = this.#nameIds(buffers, 'callee_ip', 'ip', fault, 0);
    return (from, to) => ({
      rows: to - from,
      fault: fault.subarray(from, to),
      flowNo: flowNo(from, to),
      softswitch: softswitch(from, to),
      sipCallId: sipCallId(from, to),
      callerE164: callerE164(from, to),
      calleeE164: calleeE164(from, to),
      calleeToGatewayE164: calleeToGatewayE164(from, to),
      callerGateway: callerGateway(from, to),
      calleeGateway: calleeGateway(from, to),
      callerIp: callerIp(from, to),
      calleeIp: calleeIp(from, to),
      account: account(from, to),
      startMs: startMs(from, to),
      ringingMs: ringingMs(from, to),
      answeredMs: answeredMs(from, to),
      endedMs: endedMs(from, to),
      endDirection: endDirection(from, to),
      endReason: endReason(from, to),
      billingMode: new Int8Array(...viewOf(billingMode(from, to), to - from)),
      attempts: attempts(from, to),
    });
  }

  /** Opened first: only when a batch has bytes for the flow numbers of all its rows, room is made for their faults. */
  #flowNumbers(buffers: BatchBuffers) {
    const rows = buffers.header.rows;
    const column = this.#located(buffers, 'flow_no');
    const words = new Uint32Array(...viewOf(buffers.buffer(column.buffer + 1, rows * 8, column.name), rows * 2));
    const fault = new Uint8Array(rows);
    this.#markNulls(buffers, column, fault, faultCode.missing_flow_no);
    return { flowNo: (from: number, to: number) => words.subarray(2 * from, 2 * to), fault };
  }

  #integers(buffers: BatchBuffers, name: string, fault: Uint8Array, missing: number) {
    const rows = buffers.header.rows;
    const column = this.#located(buffers, name);
    this.#markNulls(buffers, column, fault, missing);
    const values = new Int32Array(...viewOf(buffers.buffer(column.buffer + 1, rows * 4, name), rows));
    return (from: number, to: number) => values.subarray(from, to);
  }

  #bytes(buffers: BatchBuffers, name: string, fault: Uint8Array, missing: number) {
    const column = this.#located(buffers, name);
    this.#markNulls(buffers, column, fault, missing);
    const values = buffers.buffer(column.buffer + 1, buffers.header.rows, name);
    return (from: number, to: number) => values.subarray(from, to);
  }

  /** Times of any unit as whole milliseconds; a part of a millisecond is cut off. */
  #timesOf(buffers: BatchBuffers, name: string, fault: Uint8Array, missing: number) {
    const rows = buffers.header.rows;
    const column = this.#schema.columns.get(name);
    if (column === undefined) return (from: number, to: number) => new Float64Array(to - from).fill(Number.NaN);
    const valid = this.#markNulls(buffers, column, fault, missing);
    const words = new Uint32Array(...viewOf(buffers.buffer(column.buffer + 1, rows * 8, name), rows * 2));
    const unit = column.unit ?? TimeUnit.MILLISECOND;
    return (from: number, to: number) => {
      const ms = this.#timesRoom(name, to - from);
      toMilliseconds(words, from, unit, ms);
      if (valid !== undefined) for (let i = from; i < to; i++) if (!isSet(valid, i)) ms[i - from] = Number.NaN;
      return ms;
    };
  }

  #text(
    buffers: BatchBuffers,
    name: string,
    fault: Uint8Array,
    missing: number,
  ): (from: number, to: number) => TextColumn {
    const rows = buffers.header.rows;
    const column = this.#schema.columns.get(name);
    if (column === undefined) return (from, to) => nullText(to - from);
    const valid = this.#markNulls(buffers, column, fault, missing);
    if (column.layout.form === 'dictionary') {
      const { texts } = this.#dictionary(buffers, column);
      const indices = this.#indices(buffers, column, valid, texts.count);
      markNotUtf8(texts, indices, fault);
      return (from, to) => spread(texts, indices.subarray(from, to));
    }
    const texts = readTexts(
      buffers,
      column.buffer + 1,
      rows,
      column.layout.form === 'text' && column.layout.large,
      name,
    );
    if (texts.notUtf8 !== undefined) {
      // What a null leaves in the bytes says nothing.
      for (let i = 0; i < rows; i++) {
        if (texts.notUtf8[i] === 1 && (valid === undefined || isSet(valid, i))) fault[i] ||= faultCode.not_utf8;
      }
    }
    const { bytes, offsets } = texts;
    return (from, to) => {
      const ends = offsets.subarray(from + 1, to + 1);
      if (valid === undefined) return { bytes, starts: offsets.subarray(from, to), ends };
      const starts = offsets.slice(from, to);
      for (let i = from; i < to; i++) if (!isSet(valid, i)) starts[i - from] = -1;
      return { bytes, starts, ends };
    };
  }

  #nameIds(buffers: BatchBuffers, name: string, kind: NameKind, fault: Uint8Array, missing: number) {
    const rows = buffers.header.rows;
    const column = this.#schema.columns.get(name);
    if (column === undefined) return (from: number, to: number) => new Int32Array(to - from);
    const names = this.#names[kind];
    const valid = this.#markNulls(buffers, column, fault, missing);
    const ids = this.#integersRoom(name, rows).fill(0);
    if (column.layout.form === 'dictionary') {
      const dictionary = this.#dictionary(buffers, column);
      const { texts } = dictionary;
      const indices = this.#indices(buffers, column, valid, texts.count);
      markNotUtf8(texts, indices, fault);
      const known = idsOf(dictionary, kind);
      for (let i = 0; i < rows; i++) {
        const index = indices[i];
        if (index < 0 || texts.notUtf8?.[index] === 1) continue;
        // Names of entries that no call uses are never taken up.
        if (known[index] < 0)
          known[index] = names.idOfBytes(texts.bytes, texts.offsets[index], texts.offsets[index + 1]);
        ids[i] = known[index];
      }
    } else {
      const large = column.layout.form === 'text' && column.layout.large;
      const texts = readTexts(buffers, column.buffer + 1, rows, large, name);
      for (let i = 0; i < rows; i++) {
        if (valid !== undefined && !isSet(valid, i)) continue;
        if (texts.notUtf8?.[i] === 1) fault[i] ||= faultCode.not_utf8;
        else ids[i] = names.idOfBytes(texts.bytes, texts.offsets[i], texts.offsets[i + 1]);
      }
    }
    return (from: number, to: number) => ids.subarray(from, to);
  }

  /** Positions in the dictionary, -1 for null. */
  #indices(buffers: BatchBuffers, column: LocatedColumn, valid: Uint8Array | undefined, entries: number): Int32Array {
    const rows = buffers.header.rows;
    const width = column.layout.form === 'dictionary' ? column.layout.indexBytes : 4;
    const raw = buffers.buffer(column.buffer + 1, rows * width, column.name);
    const words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Uint32Array }[width] ?? Uint32Array;
    const values = new words(raw.buffer, raw.byteOffset, width === 8 ? rows * 2 : rows);
    const indices = this.#integersRoom(`${column.name} index`, rows);
    for (let i = 0; i < rows; i++) {
      const value = width === 8 ? (values[2 * i + 1] === 0 ? values[2 * i] : entries) : values[i];
      if (valid !== undefined && !isSet(valid, i)) indices[i] = -1;
      else if (value < entries) indices[i] = value;
      else throw buffers.fault(column.name, `refers to entry ${value} of a dictionary of ${entries}`);
    }
    return indices;
  }

  #dictionary(buffers: BatchBuffers, column: LocatedColumn): FileDictionary {
    const id = column.layout.form === 'dictionary' ? column.layout.id : -1;
    const dictionary = this.#dictionaries.get(id);
    // A column of nulls may come without one.
    return dictionary ?? { texts: readTexts(buffers, 0, 0, false, column.name), ids: new Map() };
  }

  /** Room for the values of a column, used again from batch to batch. */
  #integersRoom(name: string, rows: number): Int32Array {
    let room = this.#room.get(name);
    if (room === undefined || room.length < rows) {
      room = new Int32Array(rows);
      this.#room.set(name, room);
    }
    return room.subarray(0, rows);
  }

  #timesRoom(name: string, rows: number): Float64Array {
    let room = this.#times.get(name);
    if (room === undefined || room.length < rows) {
      room = new Float64Array(Math.max(rows, SLICE_ROWS));
      this.#times.set(name, room);
    }
    return room.subarray(0, rows);
  }

  #located(buffers: BatchBuffers, name: string): LocatedColumn {
    const column = this.#schema.columns.get(name);
    if (column === undefined) throw buffers.fault(name, 'is missing');
    return column;
  }

  /** The validity bitmap if there are nulls; where `missing` is a fault, rows with a null get it. */
  #markNulls(buffers: BatchBuffers, { name, node, buffer }: LocatedColumn, fault: Uint8Array, missing: number) {
    const { rows } = buffers.header;
    const valid = this.#validity(buffers, node, buffer, rows, name);
    if (valid !== undefined && missing !== 0) {
      for (let i = 0; i < rows; i++) if (!isSet(valid, i)) fault[i] ||= missing;
    }
    return valid;
  }

  #validity(buffers: BatchBuffers, node: number, buffer: number, rows: number, name: string): Uint8Array | undefined {
    const { length, nullCount } = buffers.header.nodes[node] ?? { length: -1, nullCount: 0 };
    if (length !== rows) throw buffers.fault(name, `has ${length} values in a batch of ${rows} rows`);
    if (nullCount < 0 || nullCount > rows)
      throw buffers.fault(name, `has ${nullCount} nulls in a batch of ${rows} rows`);
    return nullCount === 0 ? undefined : buffers.buffer(buffer, Math.ceil(rows / 8), name);
  }
}

function isSet(bits: Uint8Array, i: number): boolean {
  return ((bits[i >> 3] >> (i & 7)) & 1) === 1;
}

/**
 * 64-bit times, two words each, as milliseconds. The upper word is worth 2^32 units, which is so many milliseconds and a
 * rest: all sums stay below 2^53, where one quotient of the whole would be rounded.
 */
function toMilliseconds(words: Uint32Array, from: number, unit: TimeUnit, ms: Float64Array): void {
  const perMs = unit === TimeUnit.NANOSECOND ? 1e6 : unit === TimeUnit.MICROSECOND ? 1e3 : 1;
  const factor = unit === TimeUnit.SECOND ? 1e3 : 1;
  const whole = Math.floor(2 ** 32 / perMs);
  const rest = 2 ** 32 % perMs;
  for (let i = 0; i < ms.length; i++) {
    const high = words[2 * (from + i) + 1] | 0;
    const low = words[2 * (from + i)];
    ms[i] = perMs === 1 ? (high * 2 ** 32 + low) * factor : high * whole + Math.floor((high * rest + low) / perMs);
  }
}

function markNotUtf8({ notUtf8 }: Texts, indices: Int32Array, fault: Uint8Array): void {
  if (notUtf8 === undefined) return;
  for (let i = 0; i < indices.length; i++)
    if (indices[i] >= 0 && notUtf8[indices[i]] === 1) fault[i] ||= faultCode.not_utf8;
}

/** A dictionary's texts by row, without copying them. */
function spread({ bytes, offsets }: Texts, indices: Int32Array): TextColumn {
  const starts = new Int32Array(indices.length);
  const ends = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    starts[i] = indices[i] < 0 ? -1 : offsets[indices[i]];
    ends[i] = indices[i] < 0 ? -1 : offsets[indices[i] + 1];
  }
  return { bytes, starts, ends };
}

function idsOf({ texts, ids }: FileDictionary, kind: NameKind): Int32Array {
  let known = ids.get(kind);
  if (known === undefined) {
    known = new Int32Array(texts.count).fill(-1);
    ids.set(kind, known);
  }
  return known;
}

/** Bytes around the texts, such as those that fill a buffer up, are left behind. */
function joined(first: Texts, second: Texts): Texts {
  const length = first.offsets[first.count];
  const start = second.offsets[0];
  const bytes = new Uint8Array(length + second.offsets[second.count] - start);
  bytes.set(first.bytes.subarray(0, length));
  bytes.set(second.bytes.subarray(start, second.offsets[second.count]), length);
  const count = first.count + second.count;
  const offsets = new Int32Array(count + 1);
  offsets.set(first.offsets.subarray(0, first.count + 1));
  for (let i = 0; i <= second.count; i++) offsets[first.count + i] = second.offsets[i] - start + length;
  const notUtf8 = first.notUtf8 || second.notUtf8 ? new Uint8Array(count) : undefined;
  notUtf8?.set(first.notUtf8 ?? []);
  notUtf8?.set(second.notUtf8 ?? [], first.count);
  return { count, bytes, offsets, notUtf8 };
}
