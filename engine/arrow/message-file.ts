import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Message, MessageHeader, type Schema, util } from 'apache-arrow';
import { type FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import { isSoundFooter, messageFault } from './check-header.ts';
import { MessageCheck } from './check-message.ts';
import { FileFault } from './file-fault.ts';

/*
 * Arrow IPC, both forms, as a sequence of messages read one at a time with bounded memory.
 * The library's readers are not used for this: they take zeros or a cut for the end of a stream, drop batches of another
 * schema, and decode every column of every batch. Its decoder of message headers is.
 */

const FILE_MAGIC = Buffer.from('ARROW1');
const CONTINUATION = 0xffffffff;
/** A header this large is damage: a schema of hundreds of columns takes kilobytes. */
const LARGEST_HEADER = 64 * 1024 * 1024;
/** Offsets of text are 32 bits in memory. */
const LARGEST_BODY = 2 ** 31 - 1;
const BODY_PIECE = 1024 * 1024;

export type MessageKind = 'dictionary' | 'batch';

/** Where a message lies in its file, in bytes from the start. */
export interface MessagePlace {
  readonly kind: MessageKind;
  readonly headerAt: number;
  readonly headerLength: number;
  readonly bodyLength: number;
}

/** An open file of call events, in file form (`.arrow`) or stream form (`.arrows`). */
export interface MessageFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
  /** Time of the last change, nanoseconds: with the size it tells whether the file was written to meanwhile. */
  readonly changedAt: bigint;
  readonly form: 'file' | 'stream';
}

/** Opens a file and tells its form. @throws FileFault when it cannot be read or is no Arrow IPC at all */
export function openMessageFile(path: string): MessageFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new FileFault(path, `cannot be opened: ${(error as Error).message}`);
  }
  try {
    const { size, mtimeNs } = fstatSync(descriptor, { bigint: true });
    const start = readAt(descriptor, path, 0, Math.min(8, Number(size)));
    if (start.length < 8) throw new FileFault(path, `is ${size} bytes long: not an Arrow IPC file or stream`);
    const form = start.subarray(0, 6).equals(FILE_MAGIC) ? 'file' : 'stream';
    if (form === 'stream' && start.readUInt32LE(0) !== CONTINUATION) {
      throw new FileFault(
        path,
        `is not Arrow IPC: it begins with ${describeBytes(start)}, not with ARROW1 or a message`,
      );
    }
    return { path, descriptor, size: Number(size), changedAt: mtimeNs, form };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

export function closeMessageFile(file: MessageFile): void {
  closeSync(file.descriptor);
}

export interface Walk {
  readonly schema: Schema | undefined;
  readonly messages: readonly MessagePlace[];
  /** In the words of an error message, what is missing when the file breaks off. */
  readonly torn?: string;
}

/** Walks the messages of a file to its end, reading headers, and bodies only where a checksum is to be held against them. */
export function walkMessages(file: MessageFile): Walk {
  const footer = file.form === 'file' ? readFooter(file) : undefined;
  const limit = footer?.at ?? file.size;
  const messages: MessagePlace[] = [];
  const check = new MessageCheck();
  // The file form holds the schema in its footer; most writers repeat it in front, the Arrow library for JavaScript not.
  let schema = footer?.schema;
  let at = file.form === 'file' ? 8 : 0;
  const torn = (what: string): Walk => ({ schema, messages, torn: `${what} at byte ${at} of ${file.size}` });
  for (;;) {
    if (limit - at < 8) return torn(limit === at ? 'it has no end-of-stream mark: it breaks off' : 'it breaks off');
    const head = readAt(file.descriptor, file.path, at, 8);
    if (head.readUInt32LE(0) !== CONTINUATION) return torn(`no message begins, but ${describeBytes(head)},`);
    const headerLength = head.readInt32LE(4);
    if (headerLength === 0) break;
    if (headerLength < 0 || headerLength > LARGEST_HEADER)
      return torn(`a message header of ${headerLength} bytes begins`);
    if (at + 8 + headerLength > limit) return torn('it breaks off in a message header');
    const headerBytes = readAt(file.descriptor, file.path, at + 8, headerLength);
    const header = decoded(headerBytes);
    if (typeof header === 'string') return torn(header);
    const { bodyLength } = header;
    if (bodyLength < 0 || bodyLength > LARGEST_BODY) {
      return torn(`a message body of ${bodyLength} bytes (at most ${LARGEST_BODY} are read at once) begins`);
    }
    if (at + 8 + headerLength + bodyLength > limit) return torn('it breaks off in a message body');
    const fault = check.fault(header, headerBytes, bodyPieces(file, at + 8 + headerLength, bodyLength));
    if (fault !== undefined) return torn(fault);
    if (header.isSchema()) {
      if (at > 8) return torn('a second schema stands');
      schema = header.header();
      if (footer !== undefined && !util.compareSchemas(schema, footer.schema)) {
        return { schema: undefined, messages: [], torn: 'its footer has another schema than the one in front' };
      }
    } else {
      if (schema === undefined) {
        return torn(
          file.form === 'file'
            ? 'its footer is missing or damaged, and with it the schema: it breaks off, its batches begin'
            : 'a batch stands before the schema',
        );
      }
      if (!header.isDictionaryBatch() && !header.isRecordBatch()) {
        return torn(`a message of kind ${MessageHeader[header.headerType]} stands`);
      }
      const kind = header.isDictionaryBatch() ? 'dictionary' : 'batch';
      messages.push({ kind, headerAt: at + 8, headerLength, bodyLength });
    }
    at += 8 + headerLength + bodyLength;
  }
  if (file.form === 'file' && footer === undefined) return torn('its footer is missing or damaged: it breaks off');
  for (const kind of footer === undefined ? [] : (['batch', 'dictionary'] as const)) {
    const found = messages.filter((message) => message.kind === kind);
    const listed = (footer as FileFooter)[kind];
    if (listed.length !== found.length) {
      const many = kind === 'batch' ? 'batches' : 'dictionaries';
      return torn(`there are ${found.length} ${many} where the footer lists ${listed.length}: the messages end`);
    }
    const places = new Set(listed);
    const unlisted = found.find(({ headerAt }) => !places.has(headerAt - 8));
    if (unlisted !== undefined) {
      return torn(`the footer does not list the ${kind} at byte ${unlisted.headerAt - 8}: the messages end`);
    }
  }
  if (file.form === 'stream' && at + 8 < file.size) {
    at += 8;
    return torn('more follows after the end of the stream: join streams as separate files;');
  }
  return { schema, messages };
}

/** Bytes of a message in its file: the mark and length in front, its header and its body. */
export function messageBytes({ headerLength, bodyLength }: MessagePlace): number {
  return 8 + headerLength + bodyLength;
}

/** Decodes the header of a message of the walk. */
export function readHeader(file: MessageFile, place: MessagePlace): Message {
  return headerOf(file, place, readAt(file.descriptor, file.path, place.headerAt, place.headerLength));
}

/** Decodes the header of a message from its bytes. @throws FileFault when they are none */
export function headerOf(file: MessageFile, { headerAt }: MessagePlace, bytes: Uint8Array): Message {
  const header = decoded(bytes);
  if (typeof header === 'string') throw new FileFault(file.path, `${header} at byte ${headerAt}`);
  return header;
}

/** Reads part of a file into `target`. @throws FileFault when the file has become shorter */
export function readInto(file: MessageFile, position: number, target: Uint8Array): void {
  for (let filled = 0; filled < target.length; ) {
    const count = readSync(file.descriptor, target, filled, target.length - filled, position + filled);
    if (count === 0)
      throw new FileFault(file.path, `became shorter while it was read: byte ${position + filled} is gone`);
    filled += count;
  }
}

/** What the footer of a file-form file says: the schema, and at which bytes messages of each kind begin. */
interface FileFooter extends Readonly<Record<MessageKind, readonly number[]>> {
  /** Where it begins itself. */
  readonly at: number;
  readonly schema: Schema;
}

/** The footer of a file-form file, undefined when the file does not end with one. */
function readFooter(file: MessageFile): FileFooter | undefined {
  if (file.size < 8 + 10) return undefined;
  const tail = readAt(file.descriptor, file.path, file.size - 10, 10);
  const length = tail.readInt32LE(0);
  if (!tail.subarray(4).equals(FILE_MAGIC) || length <= 0 || length > file.size - 18) return undefined;
  const at = file.size - 10 - length;
  const bytes = readAt(file.descriptor, file.path, at, length);
  if (!isSoundFooter(bytes)) return undefined;
  const begins = (blocks: Iterable<FileBlock>) => Array.from(blocks, ({ offset }) => offset);
  try {
    const footer = Footer.decode(bytes);
    const { schema } = footer;
    return { at, schema, batch: begins(footer.recordBatches()), dictionary: begins(footer.dictionaryBatches()) };
  } catch {
    return undefined;
  }
}

function* bodyPieces(file: MessageFile, at: number, length: number): Generator<Uint8Array> {
  const piece = Buffer.allocUnsafe(Math.min(length, BODY_PIECE));
  for (let done = 0; done < length; done += piece.length) {
    const part = piece.subarray(0, length - done);
    readInto(file, at + done, part);
    yield part;
  }
}

function decoded(bytes: Uint8Array): Message | string {
  const fault = messageFault(bytes);
  if (fault !== undefined) return fault;
  try {
    const message = Message.decode(bytes);
    message.header();
    return message;
  } catch {
    return 'an unreadable message header stands';
  }
}

function readAt(descriptor: number, path: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const count = readSync(descriptor, bytes, 0, length, position);
  if (count < length) throw new FileFault(path, `became shorter while it was read: byte ${position + count} is gone`);
  return bytes;
}

function describeBytes(bytes: Buffer): string {
  return bytes.every((byte) => byte === 0) ? 'zeros' : `the bytes ${bytes.toString('hex')}`;
}
