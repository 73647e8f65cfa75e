import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { plainValue } from '../plain-value.ts';
import { reratedChanges } from './sections/rerated-changes.ts';

/** A run of the history. Amounts are decimals as text, times ISO 8601 in UTC. */
export interface RunSummary {
  readonly runId: number;
  readonly kind: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly version: string;
  readonly files: number;
  readonly read: number;
  readonly stored: number;
  readonly charged: number;
  readonly unrated: number;
  /** Rows in rejected_events, or pruned from there: malformed ones, and duplicates that differ. */
  readonly rejected: number;
  readonly fee: string;
  readonly vendorFee: string;
  readonly lastLoadId: number;
  readonly quantiseRates: boolean;
}

/** A run with all that was stored beside it. */
export interface RunRecord extends RunSummary {
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly source: string }[];
  readonly inputs: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly rows: number;
  }[];
  readonly counts: readonly RunCount[];
  readonly warnings: readonly { readonly warning: string; readonly calls: number }[];
  /** Of a re-rating or an undo; null for other runs. */
  readonly rerating: ReratingRecord | null;
}

/** `from` and `until` are those of the window, null where it is open. */
export interface ReratingRecord {
  readonly from: string | null;
  readonly until: string | null;
  /** The run that took it back, null when none did. */
  readonly undoneBy: number | null;
  /** `value` is what was set; null of overdraft prevention, which comes of other changes. `delta` is charged more. */
  readonly changes: readonly {
    readonly cause: string;
    readonly value: string | null;
    readonly calls: number;
    readonly delta: string;
  }[];
}

export interface RunCount {
  readonly status: string;
  readonly calls: number;
  readonly seconds: number;
  readonly fee: string;
  readonly feeNotBilled: string;
}

/** All runs, oldest first. */
export async function readRuns(connection: DuckDBConnection): Promise<RunSummary[]> {
  return objects(
    connection,
    `SELECT r.run_id AS "runId", r.kind, r.started_at AS "startedAt",
       (epoch_ms(r.finished_at) - epoch_ms(r.started_at)) / 1000 AS seconds, r.version, r.files, r.rows_read AS read,
       r.rows_stored AS stored,
       coalesce(sum(c.calls) FILTER (c.status IN ('charged', 'overdraft_capped')), 0)::BIGINT AS charged,
       coalesce(sum(c.calls) FILTER (c.status IN ('invalid_number', 'unknown_account', 'no_rate', 'locked_prefix')), 0)
         ::BIGINT AS unrated,
       ((SELECT count(*) FROM rejected_events e WHERE e.run_id = r.run_id) + (SELECT coalesce(sum(calls), 0)
         FROM pruned_calls p WHERE p.run_id = r.run_id AND p.status IN ('rejected', 'duplicate')))::BIGINT AS rejected,
       r.fee, r.vendor_fee AS "vendorFee", r.last_load_id AS "lastLoadId", r.quantise_rates AS "quantiseRates"
     FROM runs r LEFT JOIN run_counts c USING (run_id) GROUP BY ALL ORDER BY r.run_id`,
  );
}

/** What is stored of one run. */
export async function readRun(connection: DuckDBConnection, run: RunSummary): Promise<RunRecord> {
  const of = `WHERE run_id = ${run.runId}`;
  return {
    ...run,
    parameters: await objects(connection, `SELECT name, value, source FROM run_parameters ${of} ORDER BY rowid`),
    inputs: await objects(connection, `SELECT path, sha256, bytes, rows FROM run_inputs ${of} ORDER BY path`),
    counts: await objects(
      connection,
      `SELECT status, calls, seconds, fee, fee_not_billed AS "feeNotBilled" FROM run_counts ${of}
       ORDER BY enum_code(status::call_status)`,
    ),
    warnings: await objects(connection, `SELECT warning, calls FROM run_warnings ${of} ORDER BY calls DESC, warning`),
    rerating: await readRerating(connection, run),
  };
}

async function readRerating(connection: DuckDBConnection, { runId, kind }: RunSummary): Promise<ReratingRecord | null> {
  if (kind !== 'rerate' && kind !== 'undo') return null;
  const [window] = await objects<Omit<ReratingRecord, 'changes'>>(
    connection,
    `SELECT any_value(from_at) AS "from", any_value(until_at) AS "until",
       (SELECT min(run_id) FROM run_changes WHERE cause = 'undo' AND value = '${runId}') AS "undoneBy"
     FROM run_changes WHERE run_id = ${runId}`,
  );
  await connection.run(`SET VARIABLE report_run = ${runId}`);
  const changes = await objects<ReratingRecord['changes'][number]>(
    connection,
    readFileSync(reratedChanges.sql, 'utf8'),
  );
  return { ...window, changes };
}

/** Rows as objects by column name, values as JSON has them: the query names what `T` declares. */
async function objects<T>(connection: DuckDBConnection, sql: string): Promise<T[]> {
  const reader = await connection.runAndReadAll(sql);
  const names = reader.columnNames();
  return reader.getRows().map((row) => Object.fromEntries(row.map((value, i) => [names[i], plainValue(value)])) as T);
}
