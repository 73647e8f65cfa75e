import type { DuckDBConnection } from '@duckdb/node-api';
import { statuses } from '../../rating/status.ts';
import { OperatorError } from '../errors.ts';
import { version } from '../finish-run.ts';
import { bookAdjustments } from '../ledger.ts';
import { STORE_SETTINGS } from '../rating-basis.ts';
import { Stopwatch } from '../stopwatch.ts';
import { nextRunId } from '../store/history.ts';
import { timeOf } from '../store/run-records.ts';
import { saveChanges } from './rerating-records.ts';

const WAITING = statuses
  .flatMap(({ name, recorded }) => (recorded === 'unrated_calls' ? [`'${name}'`] : []))
  .join(', ');

/** What an undo did. */
export interface Undone {
  readonly runId: number;
  readonly undone: number;
  readonly calls: number;
}

/** The cause of what an undo gives back. */
export const undoCause = (run: number) => `undo of run ${run}`;

/**
 * Takes a re-rating back, as a run of its own: the calls it replaced are current again, under the runs that rated them;
 * what it put in their place is kept as superseded; and the balances are adjusted the other way.
 *
 * @throws OperatorError when the run is no re-rating, was undone, or something depends on it
 */
export async function undoRerating(connection: DuckDBConnection, run: number): Promise<Undone> {
  const watch = new Stopwatch();
  await assertUndoable(connection, run);
  const runId = await nextRunId(connection);
  await connection.run(STORE_SETTINGS);
  await connection.run('BEGIN');
  try {
    await connection.run(`
      CREATE OR REPLACE TEMP TABLE undone AS
      SELECT b.softswitch_id, b.flow_no, b.account_id, b.run_id AS new_run, b.fee AS new_fee, coalesce(n.fee, 0) AS old_fee,
        b.ended_at
      FROM superseded b LEFT JOIN (FROM kept_calls WHERE kept <> 'superseded' AND run_id = ${run}) n
        USING (softswitch_id, flow_no)
      WHERE b.superseded_by = ${run}`);
    for (const table of ['calls', 'waiting_calls']) {
      await connection.run(`INSERT INTO superseded SELECT *, ${runId} FROM ${table} WHERE run_id = ${run}`);
      await connection.run(`DELETE FROM ${table} WHERE run_id = ${run}`);
    }
    const before = `FROM superseded WHERE superseded_by = ${run} AND status`;
    await connection.run(`INSERT INTO calls SELECT * EXCLUDE (superseded_by) ${before} NOT IN (${WAITING})`);
    await connection.run(`INSERT INTO waiting_calls SELECT * EXCLUDE (superseded_by) ${before} IN (${WAITING})`);
    await connection.run(`DELETE FROM superseded WHERE superseded_by = ${run}`);
    await connection.run(`
      INSERT INTO fee_adjustments
      SELECT ${runId}, softswitch_id, flow_no, account_id, ${run}, new_run, old_fee, new_fee, new_fee - old_fee,
        '${undoCause(run)}'
      FROM undone WHERE new_fee <> old_fee`);
    const counted = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM undone');
    await assertAffordable(connection, runId, run);
    await bookAdjustments(
      connection,
      runId,
      'SELECT account_id, ended_at, new_fee - old_fee AS delta FROM undone WHERE new_fee <> old_fee',
    );
    await connection.run(
      `INSERT INTO runs SELECT ${runId}, 'undo', $started, $finished, $version, 0, 0, 0, 0, 0,
         (SELECT coalesce(max(load_id), 0) FROM loads), quantise_rates FROM runs WHERE run_id = ${run}`,
      { started: timeOf(watch.startedMs), finished: timeOf(watch.nowMs), version: version() },
    );
    await saveChanges(connection, runId, { fromMs: null, untilMs: null }, [{ cause: 'undo', value: String(run) }]);
    await connection.run('DROP TABLE undone');
    await connection.run('COMMIT');
    return { runId, undone: run, calls: counted.getRows()[0][0] as number };
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function assertUndoable(connection: DuckDBConnection, run: number): Promise<void> {
  const found = await connection.runAndReadAll(`SELECT kind, rows_read::DOUBLE FROM runs WHERE run_id = ${run}`);
  if (found.currentRowCount === 0) throw new OperatorError(`there is no run ${run}: "ratemill runs" lists them`);
  const [kind, rows] = found.getRows()[0] as [string, number];
  if (kind !== 'rerate') {
    throw new OperatorError(`run ${run} is no re-rating (${kind}): "ratemill runs" shows which runs are`);
  }
  const undone = await connection.runAndReadAll(
    `SELECT run_id FROM run_changes WHERE cause = 'undo' AND value = '${run}'`,
  );
  if (undone.currentRowCount > 0)
    throw new OperatorError(`run ${run} was undone by run ${undone.getRows()[0][0]} already`);
  const later = await connection.runAndReadAll(
    `SELECT run_id, kind FROM runs WHERE run_id IN (SELECT superseded_by FROM superseded WHERE run_id = ${run}) ORDER BY 1`,
  );
  const retry = later.getRows().find(([, kind]) => kind === 'retry');
  if (retry !== undefined) {
    throw new OperatorError(
      `run ${run} cannot be undone: calls that it made wait were rated by run ${retry[0]}, a retry, which stays; re-rate with the former values instead ("ratemill rerate --set … --commit")`,
    );
  }
  if (later.currentRowCount > 0) {
    const runs = later
      .getRows()
      .map(([id]) => id)
      .join(', ');
    throw new OperatorError(
      `calls of run ${run} were replaced again by run ${runs}: undo those first, the last one first`,
    );
  }
  const kept = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM superseded WHERE superseded_by = ${run}`);
  if (kept.getRows()[0][0] !== rows) {
    throw new OperatorError(`run ${run} cannot be undone: of the calls it replaced some were pruned since`);
  }
}

/** Who would be charged again what he has no more. */
async function assertAffordable(connection: DuckDBConnection, runId: number, run: number): Promise<void> {
  const short = await connection.runAndReadAll(`
    SELECT a.account || ' would have ' || (b.balance - d.delta)::DECIMAL(38, 2) || ', its limit is ' || (-a.credit_limit)::DECIMAL(38, 2)
    FROM (SELECT account_id, sum(delta) AS delta FROM fee_adjustments WHERE run_id = ${runId} GROUP BY account_id) d
    JOIN call_names n ON n.kind = 'account' AND n.id = d.account_id JOIN accounts a ON a.account = n.name
    JOIN account_balances b ON b.account = a.account
    WHERE a.overdraft = 'prevent' AND d.delta > 0 AND b.balance - d.delta < -a.credit_limit ORDER BY a.account`);
  if (short.currentRowCount === 0) return;
  throw new OperatorError(
    `run ${run} cannot be undone: what it gave back was spent since; load payments, or raise the credit limits`,
    { details: short.getRows().map(([line]) => String(line)) },
  );
}
