import { MessageHeader, tableFromIPC } from 'apache-arrow';
import type { CallEvent } from './call-event.ts';
import { checksumKey, isAsWritten, segmentKey, sequenceKey, softswitchKey } from './checked-message.ts';
import { END_OF_STREAM } from './encode-events.ts';
import { callEventColumns } from './events.ts';
import { type HeaderFacts, headerFacts } from './message-header.ts';

/** What the bytes of a segment hold. */
export interface Segment {
  readonly softswitch: string;
  readonly segment: number;
  readonly events: readonly CallEvent[];
  /** Bytes up to the last batch that is whole. */
  readonly wholeBytes: number;
  readonly isSealed: boolean;
  /** What follows the last whole batch: nothing, the rest of one that was being written, or damage. */
  readonly tail: 'none' | 'torn' | 'damaged';
}

/**
 * Reads a segment and checks each batch by its checksum and its number.
 *
 * A batch that is not whole is a torn tail only if no whole one stands behind it, and it breaks off with the file or has
 * sectors of zeros, as a file that grew but was not written before the power went. Anything else is damage.
 */
export function readSegment(bytes: Buffer): Segment {
  const first = messageAt(bytes, 0);
  if (typeof first === 'string' || first.type !== MessageHeader.Schema) {
    const tail = tailAt(bytes, 0, first);
    return { softswitch: '', segment: 0, events: [], wholeBytes: 0, isSealed: false, tail };
  }
  const { metadata } = first;
  const whole: Buffer[] = [bytes.subarray(0, first.end)];
  let at = first.end;
  let tail: Segment['tail'] = 'none';
  let isSealed = false;
  for (let sequence = 0; at < bytes.length; sequence++) {
    if (bytes.subarray(at, at + 8).equals(END_OF_STREAM)) {
      isSealed = true;
      if (at + 8 < bytes.length) tail = 'damaged';
      break;
    }
    const next = messageAt(bytes, at);
    if (typeof next === 'string' || next.metadata.get(sequenceKey) !== String(sequence)) {
      tail = tailAt(bytes, at, next);
      break;
    }
    whole.push(bytes.subarray(at, next.end));
    at = next.end;
  }
  return {
    softswitch: metadata.get(softswitchKey) ?? '',
    segment: Number(metadata.get(segmentKey)),
    events: eventsOf(Buffer.concat([...whole, END_OF_STREAM])),
    wholeBytes: at,
    isSealed,
    tail,
  };
}

/** A message that is as it was written, and where it ends. */
type WholeMessage = HeaderFacts & { readonly end: number };

/** The message at a place, if it is whole and as it was written: only such a one is given to the library. */
function messageAt(bytes: Buffer, at: number): WholeMessage | 'torn' | 'damaged' {
  if (at + 8 > bytes.length) return 'torn';
  const headerLength = bytes.readInt32LE(at + 4);
  if (bytes.readUInt32LE(at) !== CONTINUATION || headerLength <= 0) return 'damaged';
  const bodyAt = at + 8 + headerLength;
  if (bodyAt > bytes.length) return headerLength > LARGEST_HEADER ? 'damaged' : 'torn';
  const header = bytes.subarray(at + 8, bodyAt);
  const facts = headerFacts(header);
  if (facts === undefined) return 'damaged';
  const end = bodyAt + facts.bodyLength;
  if (end > bytes.length) return 'torn';
  const checksum = facts.metadata.get(checksumKey) ?? '';
  return isAsWritten(header, bytes.subarray(bodyAt, end), checksum) ? { ...facts, end } : 'damaged';
}

function eventsOf(stream: Buffer): CallEvent[] {
  const table = tableFromIPC(stream);
  const columns = callEventColumns.map(({ name, kind }) => ({ name, kind, values: table.getChild(name) }));
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values?.get(row) ?? null])),
  ) as unknown as CallEvent[];
}

/** What it is that is not the next message. Messages begin at multiples of eight bytes. */
function tailAt(bytes: Buffer, at: number, found: ReturnType<typeof messageAt>): 'torn' | 'damaged' {
  for (let next = bytes.indexOf(MARK, at); next >= 0; next = bytes.indexOf(MARK, next + 1)) {
    if (next % 8 === 0 && typeof messageAt(bytes, next) !== 'string') return 'damaged';
  }
  return found === 'torn' || hasUnwrittenSector(bytes, at) ? 'torn' : 'damaged';
}

function hasUnwrittenSector(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += SECTOR - (at % SECTOR)) {
    const sector = bytes.subarray(at, at + SECTOR - (at % SECTOR));
    if (sector.length >= 8 && sector.every((byte) => byte === 0)) return true;
  }
  return bytes.subarray(from).every((byte) => byte === 0);
}

const CONTINUATION = 0xffffffff;
const MARK = Buffer.alloc(4, 0xff);
/** The least a disk writes. */
const SECTOR = 512;
/** That of a batch takes less than 2 kB. */
const LARGEST_HEADER = 65_536;
