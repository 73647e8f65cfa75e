import { crc32 } from 'node:zlib';

/**
 * Checksums of Arrow IPC messages. The format has none, and a reader takes damage for values, so the event log writes one
 * into the custom metadata of each message: CRC-32 of the header, with zeros in the place of the checksum itself, and of
 * the body, as eight hexadecimal digits.
 */
export const checksumKey = 'ratemill.crc32';
/** Place of a batch in its segment, counted from 0: one that is missing in the middle shows. */
export const sequenceKey = 'ratemill.sequence';
/** Number of the segment and name of the softswitch, of the schema message. */
export const segmentKey = 'ratemill.segment';
export const softswitchKey = 'ratemill.softswitch';

/** What stands in the header until the checksum is known. */
export const CHECKSUM_ROOM = '00000000';

/** Puts the checksum of a message into its header, which has room for it. */
export function writeChecksum(header: Uint8Array, body: Uint8Array): void {
  const at = placeOf(header, CHECKSUM_ROOM);
  if (at < 0) throw new TypeError('the header has no room for a checksum');
  const digits = crc32(body, crc32(header)).toString(16).padStart(8, '0');
  header.set(Buffer.from(digits, 'latin1'), at);
}

/** Whether a message is as it was written, by the checksum its header says it has. */
export function isAsWritten(header: Uint8Array, body: Uint8Array, checksum: string): boolean {
  const found = new ChecksumOf(header, checksum);
  found.add(body);
  return found.isRight;
}

/** The checksum of a message whose body comes piece by piece. */
export class ChecksumOf {
  readonly #expected: string;
  #crc: number | undefined;

  /** @param expected what the header says */
  constructor(header: Uint8Array, expected: string) {
    this.#expected = expected;
    const at = placeOf(header, expected);
    if (at < 0 || expected.length !== CHECKSUM_ROOM.length) return;
    const plain = Buffer.from(header);
    plain.write(CHECKSUM_ROOM, at, 'latin1');
    this.#crc = crc32(plain);
  }

  add(body: Uint8Array): void {
    if (this.#crc !== undefined) this.#crc = crc32(body, this.#crc);
  }

  get isRight(): boolean {
    return this.#crc?.toString(16).padStart(8, '0') === this.#expected;
  }
}

/** Where the value stands behind its key: a string of the header, which flatbuffers write as its length and its bytes. */
function placeOf(header: Uint8Array, value: string): number {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  const written = Buffer.concat([length, Buffer.from(value, 'latin1'), Buffer.from([0])]);
  const at = Buffer.from(header.buffer, header.byteOffset, header.length).indexOf(written);
  return at < 0 ? -1 : at + 4;
}
