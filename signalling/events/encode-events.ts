import {
  type Field as ArrowField,
  DataType,
  Field,
  Message,
  MessageHeader,
  MetadataVersion,
  Schema,
  Utf8,
} from 'apache-arrow';
import { BufferRegion, FieldNode, RecordBatch } from 'apache-arrow/ipc/metadata/message';
import type { CallEvent } from './call-event.ts';
import {
  CHECKSUM_ROOM,
  checksumKey,
  segmentKey,
  sequenceKey,
  softswitchKey,
  writeChecksum,
} from './checked-message.ts';
import { type CallEventColumn, callEventColumns, callEventSchema } from './events.ts';

/**
 * Call events as messages of an Arrow IPC stream, one batch for each group that is committed. Text is plain Utf8 and not
 * dictionary-encoded, so that each batch stands for itself: whatever is cut off behind it, its rows are whole. Written
 * here and not by the library, which takes 0.2 ms for a batch however small, and cannot write a checksum.
 */

/** The end of a stream. */
export const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** The first message of a segment: the columns, and whose it is. */
export function encodeSchema(softswitch: string, segment: number): Buffer {
  const fields: ArrowField[] = callEventSchema().fields.map((field) =>
    DataType.isDictionary(field.type) ? new Field(field.name, new Utf8(), field.nullable) : field,
  );
  return encapsulated(new Schema(fields), MessageHeader.Schema, NOTHING, [
    [softswitchKey, softswitch],
    [segmentKey, String(segment)],
  ]);
}

/** @param sequence place of the batch in its segment, from 0 */
export function encodeEvents(events: readonly CallEvent[], sequence: number): Buffer {
  const nodes: FieldNode[] = [];
  const regions: BufferRegion[] = [];
  const pieces: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array) => {
    regions.push(new BufferRegion(length, bytes.length));
    pieces.push(bytes);
    const padding = -bytes.length & 7;
    if (padding > 0) pieces.push(ZEROS.subarray(0, padding));
    length += bytes.length + padding;
  };
  for (const column of callEventColumns) {
    const values = events.map((event) => event[column.name]);
    const nulls = values.filter((value) => value === null).length;
    if (nulls > 0 && !column.nullable) throw new TypeError(`${column.name} must not be null`);
    nodes.push(new FieldNode(events.length, nulls));
    add(nulls === 0 ? NOTHING : validity(values));
    for (const bytes of buffersOf(column.kind, values)) add(bytes);
  }
  const header = new RecordBatch(events.length, nodes, regions, null);
  return encapsulated(header, MessageHeader.RecordBatch, Buffer.concat(pieces), [[sequenceKey, String(sequence)]]);
}

type Value = CallEvent[keyof CallEvent];

function buffersOf(kind: CallEventColumn['kind'], values: readonly Value[]): Uint8Array[] {
  switch (kind) {
    case 'uint64':
      return [bytesOf(BigUint64Array.from(values, (value) => BigInt(value ?? 0)))];
    case 'timestamp':
      return [bytesOf(BigInt64Array.from(values, (value) => BigInt(value ?? 0)))];
    case 'uint8':
      return [Uint8Array.from(values, Number)];
    case 'int8':
      return [bytesOf(Int8Array.from(values, Number))];
    case 'int32':
      return [bytesOf(Int32Array.from(values, Number))];
    case 'text':
    case 'dictionary': {
      const texts = values.map((value) => Buffer.from(String(value ?? ''), 'utf8'));
      const offsets = new Int32Array(texts.length + 1);
      texts.forEach(({ length }, row) => {
        offsets[row + 1] = offsets[row] + length;
      });
      return [bytesOf(offsets), Buffer.concat(texts)];
    }
  }
}

function validity(values: readonly Value[]): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value !== null) bits[row >> 3] |= 1 << (row & 7);
  });
  return bits;
}

/** The message with its length in front, header and body each a multiple of eight bytes. */
function encapsulated(
  header: Schema | RecordBatch,
  type: MessageHeader,
  body: Uint8Array,
  metadata: readonly (readonly [string, string])[],
): Buffer {
  const about = new Map([...metadata, [checksumKey, CHECKSUM_ROOM] as const]);
  const message = new Message(body.length, MetadataVersion.V5, type, header, about);
  const encoded = Message.encode(message);
  const padded = new Uint8Array((encoded.length + 7) & ~7);
  padded.set(encoded);
  writeChecksum(padded, body);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(0xffffffff, 0);
  prefix.writeInt32LE(padded.length, 4);
  return Buffer.concat([prefix, padded, body]);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const NOTHING = new Uint8Array(0);
const ZEROS = new Uint8Array(8);
