import type { DuckDBConnection } from '@duckdb/node-api';
import type { Verdict } from '../../rating/overdraft.ts';
import { appendColumns } from '../store/append-columns.ts';
import type { ReplayedCall } from './replay-calls.ts';

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

  /** Puts them into the temporary table `overdraft_verdicts`. */
  async stage(connection: DuckDBConnection): Promise<void> {
    await connection.run(`CREATE OR REPLACE TEMP TABLE overdraft_verdicts (
      softswitch_id INTEGER, flow_no UBIGINT, capped UTINYINT, fee DECIMAL(18, 6), shortfall DECIMAL(18, 6))`);
    const columns = [this.#softswitch, this.#flowNo, this.#capped, this.#fee, this.#shortfall];
    await appendColumns(connection, 'overdraft_verdicts', columns, this.#count);
  }

  /** Changes status, fee and shortfall of the calls in question. */
  async store(connection: DuckDBConnection, runId: number): Promise<void> {
    if (this.#count === 0) return;
    await this.stage(connection);
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
