import { type DuckDBConnection, DuckDBTableFunction } from '@duckdb/node-api';
import { BATCHES_KEPT, SLICE_ROWS } from '../arrow/call-batches.ts';
import { callColumns, type RatedBatch } from './call-columns.ts';
import { StoredSlice } from './stored-slice.ts';

let sources = 0;

/**
 * Rated batches, one after the other. Columns of a batch are good until the next one is asked for, its texts until
 * BATCHES_KEPT more were.
 */
export type RatedBatches = Iterator<RatedBatch>;

/** Batches rated before DuckDB asks for them: one is being given out, and one is being made. */
const AHEAD = BATCHES_KEPT - 2;

/**
 * Fills table `calls` from rated batches. DuckDB pulls: its threads ask for a chunk when they have stored the last one.
 * While they are busy storing, a few batches are rated ahead; so rating goes no faster than storing, and memory is these
 * batches and a few chunks, whatever the size of the input.
 */
export class CallSink {
  readonly #connection: DuckDBConnection;
  readonly #function: string;
  readonly #free: StoredSlice[];
  readonly #ready: StoredSlice[] = [];
  #current: StoredSlice;
  #batches: RatedBatches = [][Symbol.iterator]();
  #paused: () => boolean = () => false;
  #failure: unknown;
  /** Whether a statement is pulling, and there is something to rate ahead for it. */
  #running = false;
  #scheduled = false;

  constructor(connection: DuckDBConnection, runId: number) {
    this.#connection = connection;
    this.#free = Array.from({ length: AHEAD }, () => new StoredSlice(SLICE_ROWS, runId));
    this.#current = new StoredSlice(SLICE_ROWS, runId);
    // DuckDB keeps table functions by name for as long as the instance lives.
    this.#function = `rated_calls_source_${++sources}`;
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: this.#function,
        bindFunction: (info) => {
          for (const { name, type } of callColumns) info.addResultColumn(name, type);
        },
        initFunction: (info) => info.setMaxThreads(8),
        mainFunction: (_info, output) => {
          if (this.#refill()) this.#current.give(output.chunk);
          else output.rowCount = 0;
        },
      }),
    );
  }

  /**
   * Stores batches until there are no more, or until `paused` says that other tables want their turn.
   *
   * @returns whether there may be more
   */
  async store(batches: RatedBatches, paused: () => boolean): Promise<boolean> {
    this.#batches = batches;
    this.#paused = paused;
    this.#running = true;
    await this.#connection.run(`INSERT INTO calls SELECT * FROM ${this.#function}()`);
    this.#running = false;
    if (this.#failure !== undefined) throw this.#failure;
    return paused();
  }

  /** Makes sure that rows are at hand; false when DuckDB has got all there are for now. */
  #refill(): boolean {
    while (this.#current.left === 0) {
      if (this.#ready.length === 0 && !this.#rateOne()) return false;
      this.#free.push(this.#current);
      this.#current = this.#ready.shift() as StoredSlice;
    }
    this.#schedule();
    return true;
  }

  /** Rates one more batch if there is one, and room for it. */
  #rateOne(): boolean {
    const slice = this.#free.at(-1);
    if (slice === undefined || this.#failure !== undefined || this.#paused()) return false;
    try {
      const next = this.#batches.next();
      this.#running = !next.done;
      if (next.done) return false;
      slice.take(next.value);
    } catch (failure) {
      // An exception must not cross DuckDB's threads: the statement ends, and `store` throws it.
      this.#failure = failure;
      return false;
    }
    this.#free.pop();
    this.#ready.push(slice);
    return true;
  }

  /** Rates ahead a batch at a time, so that threads which ask meanwhile do not wait for more than one. */
  #schedule(): void {
    if (this.#scheduled || !this.#running || this.#free.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#running && this.#rateOne()) this.#schedule();
    });
  }
}
