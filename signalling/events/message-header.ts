/** What checking a message needs of its header. */
export interface HeaderFacts {
  /** `MessageHeader` of Arrow: 1 a schema, 3 a record batch. */
  readonly type: number;
  /** Bytes. */
  readonly bodyLength: number;
  /** Custom metadata, of which there are few. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads from the header of an Arrow IPC message, a flatbuffer, what says whether it is as it was written; undefined when
 * that is not to be found. The library decodes all of a header, and takes a damaged count of fields for millions of fields;
 * here each step stays within the bytes, and there are few of them.
 */
export function headerFacts(header: Buffer): HeaderFacts | undefined {
  try {
    const message = new Table(header, header.readUInt32LE(0));
    const type = message.at(HEADER_TYPE);
    const length = message.at(BODY_LENGTH);
    const bodyLength = length === 0 ? 0 : Number(header.readBigInt64LE(length));
    if (type === 0 || bodyLength < 0 || !Number.isSafeInteger(bodyLength)) return undefined;
    return { type: header.readUInt8(type), bodyLength, metadata: metadataOf(header, message.at(CUSTOM_METADATA)) };
  } catch (error) {
    // A place outside of the header.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A table of a flatbuffer: where its fields are stands in front of them, as distances of two bytes. */
class Table {
  readonly #bytes: Buffer;
  readonly #start: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  /** Where a field stands; 0 when it has its default. */
  at(field: number): number {
    const distances = this.#start - this.#bytes.readInt32LE(this.#start);
    const place = 4 + 2 * field;
    if (place >= this.#bytes.readUInt16LE(distances)) return 0;
    const distance = this.#bytes.readUInt16LE(distances + place);
    return distance === 0 ? 0 : this.#start + distance;
  }

  text(field: number): string {
    const at = this.at(field);
    if (at === 0) return '';
    const start = at + this.#bytes.readUInt32LE(at);
    const length = this.#bytes.readUInt32LE(start);
    return this.#bytes.toString('utf8', start + 4, start + 4 + Math.min(length, LONGEST_TEXT));
  }
}

function metadataOf(bytes: Buffer, at: number): Map<string, string> {
  const metadata = new Map<string, string>();
  if (at === 0) return metadata;
  const list = at + bytes.readUInt32LE(at);
  const length = Math.min(bytes.readUInt32LE(list), MOST_PAIRS);
  for (let place = list + 4; place < list + 4 + 4 * length; place += 4) {
    const pair = new Table(bytes, place + bytes.readUInt32LE(place));
    metadata.set(pair.text(0), pair.text(1));
  }
  return metadata;
}

/** Places of the fields of `Message` in the format's Message.fbs. */
const HEADER_TYPE = 1;
const BODY_LENGTH = 3;
const CUSTOM_METADATA = 4;
/** We write two or three, none longer than a name of a softswitch. */
const MOST_PAIRS = 8;
const LONGEST_TEXT = 256;
