import { type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Verdict } from '../../rating/overdraft.ts';
import type { ReplayedCall } from './replay-calls.ts';

const CHUNK_ROWS = duckdb.vector_size();

/** Verdicts of a run, kept as columns until all calls were replayed, then written to table `calls` at once. */
export class Verdicts {
  #count = 0;
  #softswitch = new Int32Array(1024);
  #flowNo = new BigUint64Array(1024);
  #capped = new Uint8Array(1024);
  #fee = new BigInt64Array(1024);
  #shortfall = new BigInt64Array(1024);

  add({ softswitchId, flowNo }: ReplayedCall, { status, fee, shortfall }: Verdict): void {
    if (this.#count === this.#capped.length) this.#grow();
    const at = this.#count++;
    this.#softswitch[at] = softswitchId;
    this.#flowNo[at] = flowNo;
    this.#capped[at] = status === 'overdraft_capped' ? 1 : 0;
    this.#fee[at] = BigInt(fee);
    this.#shortfall[at] = BigInt(shortfall);
  }

  /** Changes status, fee and shortfall of the calls in question. */
  async store(connection: DuckDBConnection, runId: number): Promise<void> {
    if (this.#count === 0) return;
    await connection.run(`CREATE OR REPLACE TEMP TABLE overdraft_verdicts (
      softswitch_id INTEGER, flow_no UBIGINT, capped UTINYINT, fee DECIMAL(18, 6), shortfall DECIMAL(18, 6))`);
    const appender = await connection.createAppender('overdraft_verdicts', 'main', 'temp');
    const columns = [this.#softswitch, this.#flowNo, this.#capped, this.#fee, this.#shortfall];
    const types = columns.map((_, place) => appender.columnType(place));
    for (let from = 0; from < this.#count; from += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, this.#count - from);
      const chunk = DuckDBDataChunk.create(types, rows);
      columns.forEach(({ buffer, BYTES_PER_ELEMENT: width }, place) => {
        const vector = duckdb.data_chunk_get_vector(chunk.chunk, place);
        duckdb.copy_data_to_vector(vector, 0, buffer, from * width, rows * width);
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(
      `UPDATE calls SET status = CASE v.capped WHEN 1 THEN 'overdraft_capped' ELSE 'overdraft_refused' END::call_status,
         fee = v.fee, shortfall = v.shortfall
       FROM overdraft_verdicts v
       WHERE calls.run_id = ${runId} AND calls.softswitch_id = v.softswitch_id AND calls.flow_no = v.flow_no`,
    );
    await connection.run('DROP TABLE overdraft_verdicts');
  }

  #grow(): void {
    const longer = <T extends { set(from: T): void; length: number }>(values: T): T => {
      const larger = new (values.constructor as new (length: number) => T)(2 * values.length);
      larger.set(values);
      return larger;
    };
    this.#softswitch = longer(this.#softswitch);
    this.#flowNo = longer(this.#flowNo);
    this.#capped = longer(this.#capped);
    this.#fee = longer(this.#fee);
    this.#shortfall = longer(this.#shortfall);
  }
}
