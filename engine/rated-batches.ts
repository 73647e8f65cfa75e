import { createHash } from 'node:crypto';
import type { CallBatch } from '../rating/columns.ts';
import { type FaultName, faults } from '../rating/malformed.ts';
import { statusCode } from '../rating/status.ts';
import { CallBatchReader, SLICE_ROWS } from './arrow/call-batches.ts';
import { callContent, flowNoOf } from './content.ts';
import { FlowNumbers } from './flow-numbers.ts';
import { pickRows } from './pick-rows.ts';
import type { RatedPiece, Rater } from './rater.ts';
import { chooseWinners, type SetAside } from './repeats.ts';
import type { RatedBatch } from './store/call-columns.ts';
import { asFileFault, assertUnchanged, bytesAfter, bytesBefore, type SurveyedFile } from './survey.ts';

/** A row that is not rated, as table `rejected_events` keeps it; rows count from 1. */
export interface RejectedEvent {
  readonly file: string;
  readonly row: number;
  readonly reason: FaultName | 'duplicate';
  readonly content: Record<string, unknown>;
}

/** A call which an earlier run has rated; whether it says the same is looked up there. */
export interface EarlierCall extends RejectedEvent {
  readonly softswitch: number;
  readonly flowNo: bigint;
}

export interface RatingJob {
  readonly files: readonly SurveyedFile[];
  readonly rater: Rater;
  /** Flow numbers that stand more than once in the input. */
  readonly multiple: FlowNumbers;
  /** Flow numbers of earlier runs, as far as they can stand in this input. */
  readonly earlier: FlowNumbers;
  readonly onProgress?: (rows: number) => void;
}

/** Rows kept aside before DuckDB is asked to take them: what bounds their memory. */
const ASIDE = 20_000;

/**
 * Reads and rates the files of a run, batch by batch, and keeps what does not go to a table of calls: rejected rows,
 * repeated calls, and the flow numbers that were rated.
 */
export class RatedFiles {
  readonly rated = new FlowNumbers();
  /** SHA-256 of the files read, as hexadecimal digits. */
  readonly digests: string[] = [];
  rejected: RejectedEvent[] = [];
  earlierCalls: EarlierCall[] = [];
  readonly #job: RatingJob;
  readonly #repeated = new Uint8Array(SLICE_ROWS);
  readonly #aside: SetAside[] = [];

  constructor(job: RatingJob) {
    this.#job = job;
  }

  /** Whether so much was kept aside that it should be stored before the next batch. */
  get full(): boolean {
    return this.rejected.length + this.earlierCalls.length + this.#job.rater.waitingRows >= ASIDE;
  }

  *[Symbol.iterator](): Generator<RatedBatch> {
    const { files, rater } = this.#job;
    const { names } = rater.basis;
    for (const [file, surveyed] of files.entries()) {
      try {
        const hash = createHash('sha256');
        const hashBytes = (bytes: Uint8Array) => hash.update(bytes);
        const reader = new CallBatchReader(surveyed.file, surveyed.schema, names, hashBytes);
        let before = 0;
        // What is rated is what is digested: messages as they are read, and the bytes before and after them.
        hashBytes(bytesBefore(surveyed));
        for (const message of surveyed.messages) {
          if (message.kind === 'dictionary') reader.readDictionary(message);
          if (message.kind !== 'batch') continue;
          for (const batch of reader.calls(message)) {
            yield* this.#rate({ ...batch, repeated: this.#markRepeated(batch) }, file, before);
            before += batch.rows;
          }
        }
        hashBytes(bytesAfter(surveyed));
        this.digests.push(hash.digest('hex'));
        assertUnchanged(surveyed);
      } catch (error) {
        // A file that was changed may hold anything, also what the survey has ruled out.
        assertUnchanged(surveyed);
        throw asFileFault(error, surveyed.path);
      }
    }
    yield* this.#rateAside();
  }

  *#rate(batch: CallBatch, file: number, before: number): Generator<RatedBatch> {
    for (const piece of this.#job.rater.rate(batch)) {
      const { status } = piece.rated;
      const aside: number[] = [];
      const placeOf = (row: number) => before + (piece.places === undefined ? row : piece.places[row]);
      for (let row = 0; row < piece.batch.rows; row++) {
        if (status[row] > statusCode.duplicate) this.#keepFlowNumber(piece.batch, row);
        else if (status[row] === statusCode.rejected) this.#reject(piece, file, placeOf(row), row);
        else if (this.#ratedEarlier(piece.batch, row)) this.#keepEarlier(piece.batch, file, placeOf(row), row);
        else aside.push(row);
      }
      if (aside.length > 0) {
        this.#aside.push({ batch: pickRows(piece.batch, aside), file, places: Int32Array.from(aside, placeOf) });
      }
      yield piece;
    }
    this.#job.onProgress?.(batch.rows);
  }

  /** Of the rows that share a key one is rated now; they all were counted as duplicates, and are counted anew. */
  *#rateAside(): Generator<RatedBatch> {
    const { rater } = this.#job;
    const aside = this.#aside.splice(0);
    const verdicts = chooseWinners(aside, rater.basis.names);
    for (const [at, { batch, file, places }] of aside.entries()) {
      const { repeated, differs } = verdicts[at];
      for (const piece of rater.rate({ ...batch, repeated })) {
        rater.tally.forgetDuplicates(piece.batch, piece.rated);
        const { status } = piece.rated;
        for (let row = 0; row < piece.batch.rows; row++) {
          const whole = piece.places === undefined ? row : piece.places[row];
          if (status[row] > statusCode.duplicate) this.#keepFlowNumber(piece.batch, row);
          else if (status[row] === statusCode.rejected) this.#reject(piece, file, places[whole], row);
          else if (differs[whole] === 1) {
            this.rejected.push(this.#event(piece.batch, file, places[whole], row, 'duplicate'));
          }
        }
        yield piece;
      }
    }
  }

  /** Marks the rows whose call an earlier run has rated, or which share their key with others of this input. */
  #markRepeated({ rows, flowNo, softswitch }: CallBatch): Uint8Array | undefined {
    const { multiple, earlier } = this.#job;
    if (multiple.size === 0 && earlier.size === 0) return undefined;
    const repeated = this.#repeated.fill(0);
    for (let row = 0; row < rows; row++) {
      const low = flowNo[2 * row];
      const high = flowNo[2 * row + 1];
      if (multiple.has(softswitch[row], low, high) || earlier.has(softswitch[row], low, high)) repeated[row] = 1;
    }
    return repeated;
  }

  #keepFlowNumber({ flowNo, softswitch }: CallBatch, row: number): void {
    if (this.rated.add(softswitch[row], flowNo[2 * row], flowNo[2 * row + 1])) return;
    throw new Error(`flow number ${flowNo[2 * row + 1] * 2 ** 32 + flowNo[2 * row]} was rated twice in one run`);
  }

  #ratedEarlier({ flowNo, softswitch }: CallBatch, row: number): boolean {
    return this.#job.earlier.has(softswitch[row], flowNo[2 * row], flowNo[2 * row + 1]);
  }

  /** A duplicate of an earlier run is only counted, unless it turns out to say something else. */
  #keepEarlier(batch: CallBatch, file: number, place: number, row: number): void {
    const event = this.#event(batch, file, place, row, 'duplicate');
    this.earlierCalls.push({ ...event, softswitch: batch.softswitch[row], flowNo: flowNoOf(batch, row) });
  }

  #reject({ batch, rated }: RatedPiece, file: number, place: number, row: number): void {
    this.rejected.push(this.#event(batch, file, place, row, faults[rated.fault[row]].name));
  }

  #event(batch: CallBatch, file: number, place: number, row: number, reason: RejectedEvent['reason']): RejectedEvent {
    const { files, rater } = this.#job;
    return { file: files[file].path, row: place + 1, reason, content: callContent(batch, row, rater.basis.names) };
  }
}
