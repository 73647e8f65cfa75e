import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import {
  AsyncByteQueue,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  type RecordBatchWriter,
  type Schema,
  Struct,
} from 'apache-arrow';
import { ArrowColumn } from './arrow-column.ts';
import { type CallEventBatch, callEventColumns, callEventSchema, type EventDictionaries } from './events.ts';

/** The two forms of Arrow IPC: `file` has a footer and the ending .arrow, `stream` can be read as it comes: .arrows. */
export type EventFileForm = 'file' | 'stream';

export const eventFileEnding = { file: '.arrow', stream: '.arrows' } as const satisfies Record<EventFileForm, string>;

/**
 * Writes call events into one Arrow IPC file, batch by batch and synchronously: nothing is kept but the batch at hand.
 *
 * The file appears under its name when `close` returns; before, and after a failure, there is only `<path>.part`, which
 * no reader takes. It is not synced to the disk: what needs that is the event log of the signalling companion.
 */
export class EventFile {
  readonly path: string;
  rows = 0;
  readonly #sink: FileSink;
  readonly #writer: RecordBatchWriter;
  readonly #schema: Schema;
  readonly #columns: readonly ArrowColumn[];

  /** @param dictionaries all values the dictionary columns of this file may take */
  constructor(path: string, form: EventFileForm, dictionaries: EventDictionaries) {
    this.path = path;
    this.#schema = callEventSchema();
    this.#columns = callEventColumns.map((column, i) => new ArrowColumn(column, this.#schema.fields[i], dictionaries));
    this.#writer = form === 'file' ? new FileFormWriter() : new RecordBatchStreamWriter();
    this.#sink = new FileSink(`${path}.part`);
    // The schema is written at once, so that a file without rows is a file.
    this.#writer.reset(this.#sink, this.#schema);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#sink.bytes;
  }

  /** Writes the rows of a batch, which may be filled again afterwards. */
  write(batch: CallEventBatch): void {
    const children = this.#columns.map((column) => column.data(batch));
    const type = new Struct(this.#schema.fields);
    // Always the schema of the file: the library drops a batch with another one without a word.
    const rows = makeData({ type, length: batch.rows, nullCount: 0, children });
    this.#writer.write(new RecordBatch(this.#schema, rows));
    this.rows += batch.rows;
  }

  /** Ends the file and gives it its name. */
  close(): void {
    this.#writer.finish();
    this.#sink.closeFile();
    renameSync(this.#sink.path, this.path);
  }

  /** Leaves nothing behind. */
  abort(): void {
    this.#sink.closeFile();
    rmSync(this.#sink.path, { force: true });
  }
}

/** Where the library puts its bytes: instead of queueing them they are written at once. */
class FileSink extends AsyncByteQueue<Uint8Array> {
  readonly path: string;
  bytes = 0;
  #descriptor: number;

  constructor(path: string) {
    super();
    this.path = path;
    this.#descriptor = openSync(path, 'w');
  }

  override write(chunk: ArrayBufferView): void {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.bytes += bytes.length;
  }

  closeFile(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/**
 * The file form with the schema in front as well, as the format asks for: the library writes it in the footer only, and a
 * file that breaks off could not be read at all.
 */
class FileFormWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }
}
