import { fstatSync } from 'node:fs';
import { CallBatchReader, type NameTables } from './arrow/call-batches.ts';
import { type CallSchema, locateColumns } from './arrow/call-schema.ts';
import { FileFault } from './arrow/file-fault.ts';
import {
  closeMessageFile,
  type MessageFile,
  type MessagePlace,
  messageBytes,
  openMessageFile,
  readHeader,
  readInto,
  walkMessages,
} from './arrow/message-file.ts';
import { FlowNumbers } from './flow-numbers.ts';

/** A file found to be whole: it stays open until the run has read it. */
export interface SurveyedFile {
  readonly path: string;
  readonly file: MessageFile;
  readonly schema: CallSchema;
  readonly messages: readonly MessagePlace[];
  readonly rows: number;
  /** What was cut off, when it was salvaged. */
  readonly torn?: string;
}

/** What is known of the input before anything is rated. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
  readonly faults: readonly FileFault[];
  readonly rows: number;
  /** Times between which its calls were answered; empty (from > until) when none was. */
  readonly answered: { readonly fromMs: number; readonly untilMs: number };
  /** Flow numbers that stand in it more than once. */
  readonly repeated: FlowNumbers;
  /** All flow numbers of it. */
  readonly flowNumbers: FlowNumbers;
}

/**
 * Looks through the input before it is rated: whether each file is whole, how many calls there are, when they were
 * answered and which flow numbers repeat. Reads the headers and three columns.
 *
 * @param salvage whether the readable front of a broken file is taken
 */
export function surveyFiles(
  paths: readonly string[],
  names: NameTables,
  { salvage, onFile }: { salvage: boolean; onFile?: (done: number) => void },
): Survey {
  const files: SurveyedFile[] = [];
  const faults: FileFault[] = [];
  const keys = new KeySurvey();
  paths.forEach((path, place) => {
    let opened: SurveyedFile | undefined;
    try {
      opened = openSurveyed(path, salvage);
      keys.add(opened, names);
      files.push(opened);
    } catch (error) {
      if (opened !== undefined) closeMessageFile(opened.file);
      faults.push(asFileFault(error, path));
    }
    onFile?.(place + 1);
  });
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { files, faults, rows, answered: keys.answered, repeated: keys.repeated, flowNumbers: keys.seen };
}

/** Whether the file is still what the survey saw. @throws FileFault when it was written to since */
export function assertUnchanged({ path, file }: SurveyedFile): void {
  const { size, mtimeNs } = fstatSync(file.descriptor, { bigint: true });
  if (Number(size) !== file.size || mtimeNs !== file.changedAt) {
    throw new FileFault(path, 'was changed while it was read: rate it again once it is complete');
  }
}

/** The bytes of a file before its first batch or dictionary: magic and schema. */
export function bytesBefore({ file, messages }: SurveyedFile): Uint8Array {
  return bytesBetween(file, 0, messages.length > 0 ? messages[0].headerAt - 8 : file.size);
}

/** The bytes of a file after its last message: end of stream, footer, or what was cut off. */
export function bytesAfter({ file, messages }: SurveyedFile): Uint8Array {
  const last = messages.at(-1);
  return bytesBetween(file, last === undefined ? file.size : last.headerAt - 8 + messageBytes(last), file.size);
}

/** What went wrong with a file as the operator is told; our own mistakes are passed on. */
export function asFileFault(error: unknown, path: string): FileFault {
  if (error instanceof FileFault) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // Node's own ERR_… are of arguments that were wrong: our mistakes.
  if (typeof code === 'string' && /^E(?!RR_)/.test(code)) return new FileFault(path, `cannot be read: ${message}`);
  throw error;
}

function openSurveyed(path: string, salvage: boolean): SurveyedFile {
  const file = openMessageFile(path);
  try {
    const { schema: arrowSchema, messages, torn } = walkMessages(file);
    const readable = arrowSchema !== undefined && messages.some(({ kind }) => kind === 'batch');
    if (arrowSchema === undefined || (torn !== undefined && !(salvage && readable))) {
      const hint = readable ? ': rate its readable part with --salvage' : '';
      throw new FileFault(path, `${torn ?? 'holds no schema'}${hint}`);
    }
    const schema = locateColumns(path, arrowSchema);
    const rows = messages.reduce((sum, place) => sum + (place.kind === 'batch' ? rowsOf(file, place) : 0), 0);
    return { path, file, schema, messages, rows, torn };
  } catch (error) {
    closeMessageFile(file);
    throw error;
  }
}

function bytesBetween(file: MessageFile, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  readInto(file, from, bytes);
  return bytes;
}

function rowsOf(file: MessageFile, place: MessagePlace): number {
  return (readHeader(file, place).header() as { length: number }).length;
}

/** Collects the keys and times of answer of file after file. */
class KeySurvey {
  readonly repeated = new FlowNumbers();
  readonly seen = new FlowNumbers();
  answered = { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };

  add({ file, schema, messages }: SurveyedFile, names: NameTables): void {
    const reader = new CallBatchReader(file, schema, names);
    for (const place of messages) {
      if (place.kind === 'dictionary') reader.readDictionary(place);
      else if (place.kind === 'batch') this.#addBatch(reader.keys(place));
    }
  }

  #addBatch({ rows, fault, flowNo, softswitch, answeredMs }: ReturnType<CallBatchReader['keys']>): void {
    let { fromMs, untilMs } = this.answered;
    for (let i = 0; i < rows; i++) {
      const ms = answeredMs[i];
      if (ms < fromMs) fromMs = ms;
      if (ms > untilMs) untilMs = ms;
      if (fault[i] !== 0) continue;
      const low = flowNo[2 * i];
      const high = flowNo[2 * i + 1];
      if (!this.seen.add(softswitch[i], low, high)) this.repeated.add(softswitch[i], low, high);
    }
    this.answered = { fromMs, untilMs };
  }
}
