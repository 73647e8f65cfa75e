import { ratedColumns } from '../rating/columns.ts';
import { type FaultName, faults } from '../rating/malformed.ts';
import type { Parties } from '../rating/parties.ts';
import type { Plan } from '../rating/plan.ts';
import { rateBatch } from '../rating/rate-batch.ts';
import { statusCode } from '../rating/status.ts';
import type { CompiledTariff } from '../rating/tariff.ts';
import type { CallBatch } from '../rating/columns.ts';
import type { VendorWarnings } from '../rating/vendor-leg.ts';
import { CallBatchReader, type NameTables, SLICE_ROWS } from './arrow/call-batches.ts';
import { callContent, flowNoOf } from './content.ts';
import { FlowNumbers } from './flow-numbers.ts';
import { resolveParties, type Tariff } from './read-tariff.ts';
import { digestOf, keyOf, type Winners } from './repeats.ts';
import type { RatedBatch } from './store/call-columns.ts';
import { asFileFault, assertUnchanged, type SurveyedFile } from './survey.ts';
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
  readonly plan: Plan;
  readonly tariff: Tariff;
  readonly compiled: CompiledTariff;
  /** Flow numbers that stand more than once in the input, and which of their rows is rated. */
  readonly multiple: FlowNumbers;
  readonly winners: Winners;
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
  rejected: RejectedEvent[] = [];
  earlierCalls: EarlierCall[] = [];
  readonly #job: RatingJob;
  readonly #out = ratedColumns(SLICE_ROWS);
  readonly #repeated = new Uint8Array(SLICE_ROWS);
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
    const { files, names, compiled: tariff } = this.#job;
    for (const [place, surveyed] of files.entries()) {
      try {
        const reader = new CallBatchReader(surveyed.file, surveyed.schema, names);
        let before = 0;
        for (const message of surveyed.messages) {
          if (message.kind === 'dictionary') reader.readDictionary(message);
          if (message.kind !== 'batch') continue;
          for (const batch of reader.calls(message)) {
            this.#rate(batch, place, before);
            before += batch.rows;
            yield { batch, rated: this.#out, tariff };
          }
        }
        assertUnchanged(surveyed);
      } catch (error) {
        throw asFileFault(error, surveyed.path);
      }
    }
  }

  #rate(input: CallBatch, file: number, before: number): void {
    const { names, plan, compiled, onProgress } = this.#job;
    const batch = this.#markRepeated(input, file, before);
    rateBatch(batch, plan, compiled, this.#currentParties(), this.#out, this.warnings);
    this.tally.add(batch, this.#out);
    const { status, fault } = this.#out;
    const { flowNo, softswitch } = batch;
    for (let row = 0; row < batch.rows; row++) {
      if (status[row] > statusCode.duplicate) {
        if (!this.rated.add(softswitch[row], flowNo[2 * row], flowNo[2 * row + 1])) {
          throw new Error(`flow number ${flowNoOf(batch, row)} was rated twice in one run`);
        }
      } else if (status[row] === statusCode.rejected) {
        const reason = faults[fault[row]].name;
        this.rejected.push({ ...this.#place(file, before, row), reason, content: callContent(batch, row, names) });
      } else {
        this.#keepDuplicate(batch, file, before, row);
      }
    }
    onProgress?.(batch.rows);
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

  /** Marks the rows whose call is rated elsewhere: in another row of this input, or in an earlier run. */
  #markRepeated(batch: CallBatch, file: number, before: number): CallBatch {
    const { multiple, winners, earlier } = this.#job;
    if (winners.size === 0 && earlier.size === 0) return batch;
    const { flowNo, softswitch } = batch;
    const repeated = this.#repeated.fill(0);
    for (let row = 0; row < batch.rows; row++) {
      const low = flowNo[2 * row];
      const high = flowNo[2 * row + 1];
      if (earlier.has(softswitch[row], low, high)) repeated[row] = 1;
      else if (multiple.has(softswitch[row], low, high)) {
        const winner = winners.get(keyOf(batch, row));
        if (winner !== undefined && !(winner.file === file && winner.row === before + row)) repeated[row] = 1;
      }
    }
    return { ...batch, repeated };
  }

  /** A duplicate is only counted, unless it says something else than what was rated. */
  #keepDuplicate(batch: CallBatch, file: number, before: number, row: number): void {
    const { names, winners, earlier } = this.#job;
    const { softswitch, flowNo } = batch;
    const event = { ...this.#place(file, before, row), reason: 'duplicate' as const };
    if (earlier.has(softswitch[row], flowNo[2 * row], flowNo[2 * row + 1])) {
      const content = callContent(batch, row, names);
      this.earlierCalls.push({ ...event, content, softswitch: softswitch[row], flowNo: flowNoOf(batch, row) });
    } else if (winners.get(keyOf(batch, row))?.digest !== digestOf(batch, row, names)) {
      this.rejected.push({ ...event, content: callContent(batch, row, names) });
    }
  }

  #place(file: number, before: number, row: number): { file: string; row: number } {
    return { file: this.#job.files[file].path, row: before + row + 1 };
  }
}
