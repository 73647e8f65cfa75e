import assert from 'node:assert/strict';
import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { bookAdjustments } from '../ledger.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { replaceCalls } from './replace-calls.ts';
import { parameterSets, saveRecords } from './rerating-records.ts';
import { dropStaged } from './stage-rerated.ts';
import type { StoredPlan } from './stored-plans.ts';
import type { HistoryWindow } from './what-if.ts';

/** A re-rating whose calls are staged in the view `rerated` (stage-rerated.ts), in a transaction that has begun. */
export interface StagedRerating {
  readonly runId: number;
  readonly watch: Stopwatch;
  readonly window: HistoryWindow;
  readonly plans: readonly StoredPlan[];
  /** The causes in the order of `charged_0`, `charged_1` …. */
  readonly causes: readonly string[];
  /** What was changed, and to what. */
  readonly changes: readonly { readonly cause: string; readonly value: string }[];
}

/**
 * Puts the staged calls in the place of those they were, as a run of its own, and commits: old rows go to `superseded`,
 * every change of a fee to `fee_adjustments`, a row a cause, and the sum of an account to the ledger.
 *
 * @throws OperatorError when the calls were rated under parameters that one run cannot hold
 */
export async function commitRerating(connection: DuckDBConnection, staged: StagedRerating): Promise<void> {
  const { runId, plans, causes } = staged;
  const sets = parameterSets(plans);
  await adjustFees(connection, runId, causes);
  await replaceCalls(connection, runId, sets.places);
  await saveRecords(connection, staged, sets);
  await assertReplaced(connection, runId);
  await dropStaged(connection);
  await connection.run('COMMIT');
}

/** Takes what the fees of calls change by before their rows are replaced, so that both can be compared afterwards. */
async function adjustFees(connection: DuckDBConnection, runId: number, causes: readonly string[]): Promise<void> {
  const fees = ['old_fee', ...causes.map((_, nth) => `charged_${nth}`)];
  const charged = fees.slice(1);
  const beside = (table: string, was: string) =>
    `SELECT c.softswitch_id, c.flow_no, c.account_id, c.ended_at, c.run_id AS old_run, c.fee AS old_fee, ${charged.join(', ')}
     FROM ${table} c JOIN (FROM rerated WHERE ${was}) r ON c.rowid = r.row
     WHERE ${charged.map((fee) => `${fee} <> c.fee`).join(' OR ')}`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE adjusted AS
     ${beside('calls', 'NOT waiting')} UNION ALL ${beside('waiting_calls', 'waiting')}`,
  );
  const changes = causes.map((cause, nth) => {
    const [before, after] = fees.slice(nth);
    return `SELECT ${runId}, softswitch_id, flow_no, account_id, old_run, ${runId}, ${before}, ${after}, ${after} - ${before},
      '${cause.replaceAll("'", "''")}' FROM adjusted WHERE ${after} <> ${before}`;
  });
  await connection.run(`INSERT INTO fee_adjustments ${changes.join(' UNION ALL ')}`);
  await bookAdjustments(
    connection,
    runId,
    `SELECT account_id, ended_at, ${fees.at(-1)} - old_fee AS delta FROM adjusted`,
  );
  await connection.run('DROP TABLE adjusted');
}

/** Our own mistakes would stop the run here: calls lost on the way, or fees that are not what their causes say. */
async function assertReplaced(connection: DuckDBConnection, runId: number): Promise<void> {
  const found = await connection.runAndReadAll(`
    WITH before AS (SELECT count(*) AS calls, sum(fee) AS fee FROM superseded WHERE superseded_by = ${runId}),
    now AS (SELECT count(*) AS calls, sum(fee) AS fee FROM kept_calls WHERE kept <> 'superseded' AND run_id = ${runId})
    SELECT (SELECT count(*) FROM rerated)::DOUBLE, before.calls::DOUBLE,
      (SELECT rows_stored FROM runs WHERE run_id = ${runId})::DOUBLE, now.calls::DOUBLE,
      (coalesce(now.fee, 0) - before.fee)::DECIMAL(38, 6),
      (SELECT coalesce(sum(delta), 0) FROM fee_adjustments WHERE run_id = ${runId})::DECIMAL(38, 6)
    FROM before, now`);
  const [staged, replaced, stored, kept, changed, adjusted] = found.getRows()[0] as (number | DuckDBDecimalValue)[];
  assert.equal(replaced, staged, 'every call that comes out otherwise is kept as it was');
  assert.equal(kept, stored, 'the calls stored are the calls rated again');
  const [a, b] = [changed, adjusted].map((sum) => formatMoney((sum as DuckDBDecimalValue).value));
  assert.equal(b, a, 'the adjustments are what the fees change by');
}
