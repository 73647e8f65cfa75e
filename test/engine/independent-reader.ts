/** Call events as the Arrow library reads them, to compare with what our reader makes of the same bytes. */
import { zstdDecompressSync } from 'node:zlib';
import { compressionRegistry, type Data, DataType, RecordBatchReader, TimeUnit } from 'apache-arrow';
import { decompressFrameSync } from 'lz4-napi';
import { callEventColumns } from '../../signalling/events/events.ts';

/** Text as its bytes in latin1, so that nothing is lost of what is not UTF-8; numbers; null. */
export type Value = string | number | bigint | null;

/** A batch column by column; columns the file lacks are absent. */
export type Batch = ReadonlyMap<string, readonly Value[]>;

/**
 * The batches the library reads, up to where it throws.
 *
 * @returns whether it came to the end, too
 */
export function readIndependently(bytes: Uint8Array): { batches: Batch[]; whole: boolean } {
  const batches: Batch[] = [];
  try {
    for (const { schema, data } of RecordBatchReader.from(bytes)) {
      const columns = callEventColumns.map(({ name }) => [name, schema.fields.findIndex((one) => one.name === name)]);
      const present = columns.filter(([, place]) => (place as number) >= 0) as [string, number][];
      batches.push(new Map(present.map(([name, place]) => [name, valuesOf(data.children[place], data.length)])));
    }
    return { batches, whole: true };
  } catch {
    return { batches, whole: false };
  }
}

function valuesOf(data: Data, rows: number): Value[] {
  if (data.length !== rows) throw new Error('a column of another length');
  return Array.from({ length: rows }, (_, row) => (data.getValid(row) ? valueAt(data, row) : null));
}

function valueAt(data: Data, row: number): Value {
  const { type } = data;
  if (DataType.isDictionary(type)) {
    let index = Number(data.values[row]);
    for (const chunk of data.dictionary?.data ?? []) {
      if (index >= 0 && index < chunk.length) return valueAt(chunk, index);
      index -= chunk.length;
    }
    throw new RangeError('an index beyond its dictionary');
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    const [from, to] = [Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1])];
    if (from < 0 || to < from || to > data.values.length) throw new RangeError('text beyond its bytes');
    return Buffer.from(data.values.subarray(from, to)).toString('latin1');
  }
  if (DataType.isTimestamp(type)) return milliseconds(data.values[row] as bigint, type.unit);
  return data.values[row] as number | bigint;
}

function milliseconds(value: bigint, unit: TimeUnit): number {
  if (unit === TimeUnit.SECOND) return Number(value) * 1000;
  const perMs = 1000n ** BigInt(unit - TimeUnit.MILLISECOND);
  const rest = ((value % perMs) + perMs) % perMs;
  return Number((value - rest) / perMs);
}

for (const [type, decode] of [
  [0, (frame: Uint8Array) => new Uint8Array(decompressFrameSync(Buffer.from(frame)))],
  [1, (frame: Uint8Array) => new Uint8Array(zstdDecompressSync(frame, { maxOutputLength: 1 << 24 }))],
] as const) {
  const encode = compressionRegistry.get(type)?.encode;
  compressionRegistry.set(type, { ...(encode === undefined ? {} : { encode }), decode });
}
