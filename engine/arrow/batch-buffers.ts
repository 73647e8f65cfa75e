import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, type Message, type MessageHeader } from 'apache-arrow';
import { decompressFrameSync } from 'lz4-napi';
import { FileFault } from './file-fault.ts';
import { headerOf, type MessageFile, type MessagePlace, messageBytes, readHeader, readInto } from './message-file.ts';

/** The header of a record batch or of a dictionary's values, as far as it says where values lie. */
export interface BatchHeader {
  readonly rows: number;
  readonly nodes: readonly { readonly length: number; readonly nullCount: number }[];
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
  readonly compression: CompressionType | undefined;
  readonly dictionary?: { readonly id: number; readonly isDelta: boolean };
}

/** Memory that is used again for message after message. It grows to the largest. */
export class Scratch {
  #bytes = new Uint8Array(0);

  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(Math.ceil(length * 1.25));
    return this.#bytes.subarray(0, length);
  }
}

/**
 * The buffers of one message: the whole message read in one go, or only those asked for, each on its own. They are
 * decompressed when the message says so, and always lie within the body.
 */
export class BatchBuffers {
  readonly header: BatchHeader;
  readonly #file: MessageFile;
  readonly #place: MessagePlace;
  readonly #body: Uint8Array<ArrayBuffer> | undefined;
  readonly #scratch: Map<number, Scratch> | undefined;

  private constructor(
    file: MessageFile,
    place: MessagePlace,
    header: Message,
    body: Uint8Array<ArrayBuffer> | undefined,
    scratch: Map<number, Scratch> | undefined,
  ) {
    this.#file = file;
    this.#place = place;
    this.header = batchHeader(file, place, header);
    this.#body = body;
    this.#scratch = scratch;
  }

  /** Reads a whole message. @param onRead is given all its bytes, in the order of the file */
  static whole(
    file: MessageFile,
    place: MessagePlace,
    scratch: Scratch,
    onRead?: (bytes: Uint8Array) => void,
  ): BatchBuffers {
    const bytes = scratch.take(messageBytes(place));
    readInto(file, place.headerAt - 8, bytes);
    onRead?.(bytes);
    const body = bytes.subarray(8 + place.headerLength);
    return new BatchBuffers(
      file,
      place,
      headerOf(file, place, bytes.subarray(8, 8 + place.headerLength)),
      body,
      undefined,
    );
  }

  /** Reads the header; buffers as they are asked for, each into scratch of its own. */
  static parts(file: MessageFile, place: MessagePlace, scratch: Map<number, Scratch>): BatchBuffers {
    return new BatchBuffers(file, place, readHeader(file, place), undefined, scratch);
  }

  /** Bytes of the buffer at `index`, at least `bytes` of them, on a boundary of 8. @throws FileFault when it is shorter */
  buffer(index: number, bytes: number, column: string): Uint8Array<ArrayBuffer> {
    const { offset, length } = this.header.buffers[index] ?? { offset: 0, length: 0 };
    if (offset < 0 || length < 0 || offset + length > this.#place.bodyLength) {
      throw this.fault(column, `has a buffer at ${offset} of ${length} bytes, outside its batch`);
    }
    let found = this.#slice(index, offset, length);
    if (this.header.compression !== undefined && length > 0) found = this.#decompressed(found, column);
    if (found.length < bytes)
      throw this.fault(column, `has a buffer of ${found.length} bytes where ${bytes} are needed`);
    return found.byteOffset % 8 === 0 ? found : found.slice();
  }

  fault(column: string, what: string): FileFault {
    return new FileFault(this.#file.path, `column ${column} ${what} (batch at byte ${this.#place.headerAt - 8})`);
  }

  #slice(index: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (this.#body !== undefined) return this.#body.subarray(offset, offset + length);
    const scratch = this.#scratch?.get(index) ?? new Scratch();
    this.#scratch?.set(index, scratch);
    const bytes = scratch.take(length);
    readInto(this.#file, this.#place.headerAt + this.#place.headerLength + offset, bytes);
    return bytes;
  }

  /** A compressed buffer begins with its length in 64 bits, -1 when it was left as it is (Arrow IPC, BodyCompression). */
  #decompressed(packed: Uint8Array<ArrayBuffer>, column: string): Uint8Array<ArrayBuffer> {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    const length = packed.length < 8 ? -2n : view.getBigInt64(0, true);
    if (length === -1n) return packed.subarray(8);
    if (length < 0n || length > 2n ** 31n) throw this.fault(column, `says it unpacks to ${length} bytes`);
    try {
      const frame = packed.subarray(8);
      const plain = Uint8Array.from(
        this.header.compression === CompressionType.ZSTD
          ? zstdDecompressSync(frame, { maxOutputLength: Number(length) })
          : decompressFrameSync(Buffer.from(frame)),
      );
      if (plain.length === Number(length)) return plain;
    } catch {
      // Said below: whatever the decompressor calls it, the buffer is damaged.
    }
    throw this.fault(column, 'has a compressed buffer that does not unpack');
  }
}

function batchHeader(file: MessageFile, place: MessagePlace, message: Message): BatchHeader {
  if (message.isDictionaryBatch()) {
    const { id, isDelta, data } = message.header();
    return { ...valuesHeader(file, place, data), dictionary: { id, isDelta } };
  }
  if (message.isRecordBatch()) return valuesHeader(file, place, message.header());
  throw new FileFault(file.path, `no batch stands at byte ${place.headerAt - 8}`);
}

type RecordBatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

function valuesHeader(file: MessageFile, place: MessagePlace, header: RecordBatchHeader): BatchHeader {
  const { length: rows, nodes, buffers, compression } = header;
  if (!Number.isSafeInteger(rows) || rows < 0 || rows > 2 ** 31) {
    throw new FileFault(file.path, `a batch of ${rows} rows stands at byte ${place.headerAt - 8}`);
  }
  return { rows, nodes, buffers, compression: compression?.type };
}
