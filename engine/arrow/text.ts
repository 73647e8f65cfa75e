import { isAscii, isUtf8 } from 'node:buffer';
import type { TextColumn } from '../../rating/columns.ts';
import type { BatchBuffers } from './batch-buffers.ts';

/** Texts one after the other: entry i is `bytes[offsets[i] … offsets[i + 1])`. */
export interface Texts {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offsets: Int32Array<ArrayBuffer>;
  /** 1 for entries which are not UTF-8; absent when all are. */
  readonly notUtf8?: Uint8Array;
}

/**
 * Reads the offsets and bytes of `count` texts, and makes sure that each lies within the bytes.
 *
 * @param buffer place of the offsets' buffer; the bytes' is the next
 * @param large whether offsets have 64 bits
 */
export function readTexts(buffers: BatchBuffers, buffer: number, count: number, large: boolean, column: string): Texts {
  if (count === 0) return { count, bytes: new Uint8Array(0), offsets: new Int32Array(1) };
  const offsets = readOffsets(buffers, buffer, count, large, column);
  let before = offsets[0];
  if (before < 0) throw buffers.fault(column, `has a text at offset ${before}`);
  for (let i = 1; i <= count; i++) {
    if (offsets[i] < before) throw buffers.fault(column, `has a text of ${offsets[i] - before} bytes`);
    before = offsets[i];
  }
  const bytes = buffers.buffer(buffer + 1, before, column);
  return { count, bytes, offsets, notUtf8: findNotUtf8(bytes, offsets, count) };
}

/** Marks the texts which are not UTF-8. ASCII, which numbers and names are, is told by one look at all bytes. */
function findNotUtf8(bytes: Uint8Array, offsets: Int32Array, count: number): Uint8Array | undefined {
  if (isAscii(bytes.subarray(offsets[0], offsets[count]))) return undefined;
  const marks = new Uint8Array(count);
  let found = false;
  for (let i = 0; i < count; i++) {
    if (isUtf8(bytes.subarray(offsets[i], offsets[i + 1]))) continue;
    marks[i] = 1;
    found = true;
  }
  return found ? marks : undefined;
}

function readOffsets(buffers: BatchBuffers, buffer: number, count: number, large: boolean, column: string) {
  if (!large) return new Int32Array(...viewOf(buffers.buffer(buffer, (count + 1) * 4, column), count + 1));
  const words = new Int32Array(...viewOf(buffers.buffer(buffer, (count + 1) * 8, column), (count + 1) * 2));
  const offsets = new Int32Array(count + 1);
  for (let i = 0; i <= count; i++) {
    if (words[2 * i + 1] !== 0) throw buffers.fault(column, 'has texts beyond 2 GiB of bytes');
    offsets[i] = words[2 * i];
  }
  return offsets;
}

/** Arguments for a typed array over the same memory. */
export function viewOf(bytes: Uint8Array<ArrayBuffer>, length: number): [ArrayBuffer, number, number] {
  return [bytes.buffer, bytes.byteOffset, length];
}

/** A column of nothing but nulls. */
export function nullText(rows: number): TextColumn {
  return { bytes: new Uint8Array(0), starts: new Int32Array(rows).fill(-1), ends: new Int32Array(rows).fill(-1) };
}
