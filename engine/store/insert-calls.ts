import { type DuckDBConnection, DuckDBTableFunction } from '@duckdb/node-api';
import { isRated, isWaiting } from '../../rating/status.ts';
import { SLICE_ROWS } from '../arrow/call-batches.ts';
import { callColumns, type RatedBatch } from './call-columns.ts';
import { StoredSlice } from './stored-slice.ts';

let sources = 0;

/** Calls that are rated, and those which wait for a rate or an account. */
export type CallTable = 'calls' | 'waiting_calls';

/** Rated batches, one after the other; what a batch holds is good until the next one is asked for. */
export type RatedBatches = Iterator<RatedBatch>;

/**
 * Fills a table of calls from rated batches. DuckDB pulls: its threads ask for a chunk when they have stored the last one,
 * so rating goes no faster than storing, and memory is a batch and a few chunks whatever the size of the input.
 */
export class CallSink {
  readonly #connection: DuckDBConnection;
  readonly #table: CallTable;
  readonly #function: string;
  readonly #slice: StoredSlice;
  #batches: RatedBatches = [][Symbol.iterator]();
  #failure: unknown;
  #paused: () => boolean = () => false;

  constructor(connection: DuckDBConnection, runId: number, table: CallTable) {
    this.#connection = connection;
    this.#table = table;
    this.#slice = new StoredSlice(SLICE_ROWS, runId, table === 'calls' ? isRated : isWaiting);
    // DuckDB keeps table functions by name for as long as the instance lives.
    this.#function = `${table}_source_${++sources}`;
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: this.#function,
        bindFunction: (info) => {
          for (const { name, type } of callColumns) info.addResultColumn(name, type);
        },
        initFunction: (info) => info.setMaxThreads(8),
        mainFunction: (_info, output) => {
          try {
            if (this.#refill()) this.#slice.give(output.chunk);
            else output.rowCount = 0;
          } catch (failure) {
            // An exception must not cross DuckDB's threads: the statement ends, and `store` throws it.
            this.#failure = failure;
            output.rowCount = 0;
          }
        },
      }),
    );
  }

  /**
   * Stores batches until there are no more, or until `paused` says that other tables want their turn.
   *
   * @returns whether there may be more
   */
  async store(batches: RatedBatches, paused: () => boolean = () => false): Promise<boolean> {
    this.#batches = batches;
    this.#paused = paused;
    await this.#connection.run(`INSERT INTO ${this.#table} SELECT * FROM ${this.#function}()`);
    if (this.#failure !== undefined) throw this.#failure;
    return paused();
  }

  /** Makes sure that rows are at hand; false when DuckDB has got all there are for now. */
  #refill(): boolean {
    while (this.#slice.left === 0) {
      if (this.#failure !== undefined || this.#paused()) return false;
      const next = this.#batches.next();
      if (next.done) return false;
      this.#slice.take(next.value);
    }
    return true;
  }
}
