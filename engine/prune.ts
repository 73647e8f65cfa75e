import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Rows that end before a time: what a prune removes, and what of that age it keeps. */
export interface OldRows {
  readonly calls: number;
  readonly superseded: number;
  /** Rows of rejected_events: they have no end that can be relied on, so it is that of their run. */
  readonly rejected: number;
  /** Calls that wait for a rate or an account, and are kept: they may still be charged. */
  readonly waiting: number;
}

/** What a prune did. `pruneId` is undefined when there was nothing to remove: then nothing was changed. */
export interface PruneResult {
  readonly pruneId: number | undefined;
  readonly old: OldRows;
  readonly sizeBefore: DatabaseSize;
  readonly sizeAfter: DatabaseSize;
  readonly elapsedMs: number;
}

/** Bytes of the database file, and how many of them are in blocks that are free for reuse. */
export interface DatabaseSize {
  readonly bytes: number;
  readonly freeBytes: number;
}

/**
 * Removes the detail of calls that ended before a time, in one transaction: first what it comes to is added up in
 * `pruned_calls`, by run, status, account and destination, so that runs, ledger and statements still add up. Runs, their
 * inputs and counts, ledger, decks and flow numbers stay: the history is whole, and a file or a call that comes again is
 * still known.
 */
export async function pruneCalls(connection: DuckDBConnection, beforeMs: number): Promise<PruneResult> {
  const started = performance.now();
  const sizeBefore = await databaseSize(connection);
  const old = await countOld(connection, beforeMs);
  let pruneId: number | undefined;
  if (old.calls + old.superseded + old.rejected > 0) {
    await connection.run('BEGIN');
    try {
      pruneId = await removeOld(connection, beforeMs, old);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    // What was removed is still in the file until now.
    await connection.run('CHECKPOINT');
  }
  const sizeAfter = await databaseSize(connection);
  return { pruneId, old, sizeBefore, sizeAfter, elapsedMs: performance.now() - started };
}

/** Counts what `pruneCalls` would remove, and changes nothing. */
export async function countOld(connection: DuckDBConnection, beforeMs: number): Promise<OldRows> {
  const ended = ENDED(beforeMs);
  const [calls, superseded, rejected, waiting] = await numbers(
    connection,
    `SELECT (SELECT count(*) FROM calls WHERE ${ended}), (SELECT count(*) FROM superseded WHERE ${ended}),
       (SELECT count(*) FROM rejected_events WHERE ${OF_OLD_RUN(beforeMs)}),
       (SELECT count(*) FROM waiting_calls WHERE ${ended})`,
  );
  return { calls, superseded, rejected, waiting };
}

const AT = (ms: number) => `'${new Date(ms).toISOString()}'::TIMESTAMPTZ`;
const ENDED = (beforeMs: number) => `ended_at < ${AT(beforeMs)}`;
const OF_OLD_RUN = (beforeMs: number) => `run_id IN (SELECT run_id FROM runs WHERE finished_at < ${AT(beforeMs)})`;

async function removeOld(connection: DuckDBConnection, beforeMs: number, old: OldRows): Promise<number> {
  const [pruneId] = await numbers(connection, 'SELECT coalesce(max(prune_id), 0) + 1 FROM prunes');
  await connection.run(
    `INSERT INTO prunes VALUES (${pruneId}, ${AT(Date.now())}, ${AT(beforeMs)}, ${old.calls}, ${old.superseded},
       ${old.rejected})`,
  );
  await addUp(connection, pruneId, beforeMs);
  for (const [table, condition, rows] of [
    ['calls', ENDED(beforeMs), old.calls],
    ['superseded', ENDED(beforeMs), old.superseded],
    ['rejected_events', OF_OLD_RUN(beforeMs), old.rejected],
  ] as const) {
    const { rowsChanged } = await connection.run(`DELETE FROM ${table} WHERE ${condition}`);
    assert.equal(rowsChanged, rows, `the rows removed from ${table} are those counted`);
  }
  const [sum] = await numbers(connection, `SELECT sum(calls) FROM pruned_calls WHERE prune_id = ${pruneId}`);
  assert.equal(sum, old.calls + old.superseded + old.rejected, 'every row removed is in a sum');
  return pruneId;
}

async function addUp(connection: DuckDBConnection, pruneId: number, beforeMs: number): Promise<void> {
  await connection.run(
    `INSERT INTO pruned_calls
     SELECT ${pruneId}, c.run_id, superseded_by, status, account_id, destination, count(*), sum(hold_time), sum(fee_time),
       sum(fee), sum(shortfall), coalesce(sum(vendor_fee), 0)
     FROM kept_calls c LEFT JOIN rates USING (rate_id) WHERE kept <> 'waiting' AND ${ENDED(beforeMs)} GROUP BY ALL`,
  );
  await connection.run(
    `INSERT INTO pruned_calls
     SELECT ${pruneId}, run_id, NULL, CASE WHEN reason = 'duplicate' THEN 'duplicate' ELSE 'rejected' END AS status, NULL,
       NULL, count(*), 0, 0, 0, 0, 0
     FROM rejected_events WHERE ${OF_OLD_RUN(beforeMs)} GROUP BY run_id, status`,
  );
}

async function databaseSize(connection: DuckDBConnection): Promise<DatabaseSize> {
  const [block, total, free] = await numbers(
    connection,
    'SELECT block_size, total_blocks, free_blocks FROM pragma_database_size()',
  );
  return { bytes: total * block, freeBytes: free * block };
}

async function numbers(connection: DuckDBConnection, sql: string): Promise<number[]> {
  return (await connection.runAndReadAll(sql)).getRows()[0].map(Number);
}
