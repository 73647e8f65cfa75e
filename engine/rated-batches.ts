import { createHash } from 'node:crypto';
import type { CallBatch } from '../rating/columns.ts';
import { ratedColumns } from '../rating/columns.ts';
import { type FaultName, faults } from '../rating/malformed.ts';
import type { Parties } from '../rating/parties.ts';
import type { Pricing } from '../rating/pricing.ts';
import { rateBatch } from '../rating/rate-batch.ts';
import { statusCode } from '../rating/status.ts';
import type { CompiledTariff } from '../rating/tariff.ts';
import type { VendorWarnings } from '../rating/vendor-leg.ts';
import { CallBatchReader, type NameTables, SLICE_ROWS } from './arrow/call-batches.ts';
import { callContent, flowNoOf } from './content.ts';
import { FlowNumbers } from './flow-numbers.ts';
import { resolveParties, type Tariff } from './read-tariff.ts';
import { chooseWinners, pickRows, type SetAside } from './repeats.ts';
import type { RatedBatch } from './store/call-columns.ts';
import { asFileFault, assertUnchanged, bytesAfter, bytesBefore, type SurveyedFile } from './survey.ts';
import { Tally } from './tally.ts';

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
  readonly names: NameTables;
  readonly pricing: Pricing;
  readonly tariff: Tariff;
  readonly compiled: CompiledTariff;
  /** Flow numbers that stand more than once in the input. */
  readonly multiple: FlowNumbers;
  /** Flow numbers of earlier runs, as far as they can stand in this input. */
  readonly earlier: FlowNumbers;
  readonly onProgress?: (rows: number) => void;
}

/** Rows kept aside before DuckDB is asked to take them: what bounds their memory. */
const ASIDE = 20_000;

/**
 * Reads and rates the files of a run, batch by batch, and keeps what does not go to table `calls`: totals, rejected rows,
 * repeated calls, and the flow numbers that were rated.
 */
export class RatedFiles {
  readonly tally = new Tally();
  readonly warnings: VendorWarnings = { gatewayWithoutRates: 0, noVendorRate: 0 };
  readonly rated = new FlowNumbers();
  /** SHA-256 of the files read, as hexadecimal digits. */
  readonly digests: string[] = [];
  rejected: RejectedEvent[] = [];
  earlierCalls: EarlierCall[] = [];
  readonly #job: RatingJob;
  readonly #out = ratedColumns(SLICE_ROWS);
  readonly #repeated = new Uint8Array(SLICE_ROWS);
  readonly #aside: SetAside[] = [];
  #parties: Parties | undefined;
  #known = 0;

  constructor(job: RatingJob) {
    this.#job = job;
  }

  /** Whether so much was kept aside that it should be stored before the next batch. */
  get full(): boolean {
    return this.rejected.length + this.earlierCalls.length >= ASIDE;
  }

  *[Symbol.iterator](): Generator<RatedBatch> {
    const { files, names } = this.#job;
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
            yield this.#rate({ ...batch, repeated: this.#markRepeated(batch) }, file, before);
            before += batch.rows;
          }
        }
        hashBytes(bytesAfter(surveyed));
        this.digests.push(hash.digest('hex'));
        assertUnchanged(surveyed);
      } catch (error) {
        throw asFileFault(error, surveyed.path);
      }
    }
    yield* this.#rateAside();
  }

  #rate(batch: CallBatch, file: number, before: number): RatedBatch {
    rateBatch(batch, this.#job.pricing, this.#job.compiled, this.#currentParties(), this.#out, this.warnings);
    this.tally.add(batch, this.#out);
    const aside: number[] = [];
    const { status } = this.#out;
    for (let row = 0; row < batch.rows; row++) {
      if (status[row] > statusCode.duplicate) this.#keepFlowNumber(batch, row);
      else if (status[row] === statusCode.rejected) this.#reject(batch, file, before + row, row);
      else if (this.#ratedEarlier(batch, row)) this.#keepEarlier(batch, file, before + row, row);
      else aside.push(row);
    }
    if (aside.length > 0) {
      const places = Int32Array.from(aside, (row) => before + row);
      this.#aside.push({ batch: pickRows(batch, aside), file, places });
    }
    this.#job.onProgress?.(batch.rows);
    return { batch, rated: this.#out };
  }

  /** Of the rows that share a key one is rated now; they all were counted as duplicates, and are counted anew. */
  *#rateAside(): Generator<RatedBatch> {
    const aside = this.#aside.splice(0);
    const verdicts = chooseWinners(aside, this.#job.names);
    for (const [place, { batch: picked, file, places }] of aside.entries()) {
      const { repeated, differs } = verdicts[place];
      const batch = { ...picked, repeated };
      rateBatch(batch, this.#job.pricing, this.#job.compiled, this.#currentParties(), this.#out, this.warnings);
      this.tally.forgetDuplicates(batch, this.#out);
      this.tally.add(batch, this.#out);
      const { status } = this.#out;
      for (let row = 0; row < batch.rows; row++) {
        if (status[row] > statusCode.duplicate) this.#keepFlowNumber(batch, row);
        else if (status[row] === statusCode.rejected) this.#reject(batch, file, places[row], row);
        else if (differs[row] === 1) this.rejected.push(this.#event(batch, file, places[row], row, 'duplicate'));
      }
      yield { batch, rated: this.#out };
    }
  }

  /** Who is who by id; names a batch brought are looked up once. */
  #currentParties(): Parties {
    const { names, tariff } = this.#job;
    const known = names.account.count + names.gateway.count;
    if (this.#parties === undefined || known !== this.#known) {
      this.#parties = resolveParties(tariff, names.account, names.gateway);
      this.#known = names.account.count + names.gateway.count;
    }
    return this.#parties;
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

  #reject(batch: CallBatch, file: number, place: number, row: number): void {
    this.rejected.push(this.#event(batch, file, place, row, faults[this.#out.fault[row]].name));
  }

  #event(batch: CallBatch, file: number, place: number, row: number, reason: RejectedEvent['reason']): RejectedEvent {
    const { files, names } = this.#job;
    return { file: files[file].path, row: place + 1, reason, content: callContent(batch, row, names) };
  }
}
