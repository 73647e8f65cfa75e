import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney, MICROS } from '../../rating/money.ts';
import { statusCode, statuses } from '../../rating/status.ts';
import type { RunResult } from '../run.ts';
import { type BelowLimitLine, type OverdraftLine, overdraftLines, readBelowLimit } from './overdraft-report.ts';
import { type RetryReport, reportRetry } from './retry-report.ts';
import { type StatusLine, statusLines } from './status-lines.ts';

/** What is told of a run, ready to be rendered. Amounts are decimals as text. */
export interface RunReport {
  readonly runId: number | null;
  readonly database: string;
  readonly calls: {
    readonly read: number;
    readonly stored: number;
    readonly charged: number;
    readonly rejected: number;
  };
  readonly fee: string;
  readonly vendorFee: string;
  readonly statuses: readonly StatusLine[];
  /** `atRisk`: what the waiting calls would bring at the average rate of their account, or of all calls. */
  readonly unrated: { readonly calls: number; readonly seconds: number; readonly atRisk: string };
  /** Calls of earlier runs that waited, and what became of them before this run. */
  readonly retry: RetryReport;
  readonly overdraft: readonly OverdraftLine[];
  readonly belowLimit: readonly BelowLimitLine[];
  readonly topDestinations: readonly TopLine[];
  readonly topAccounts: readonly TopLine[];
  readonly files: readonly { path: string; sha256: string; rows: number; torn?: string }[];
  readonly skipped: readonly { path: string; sameAs: string }[];
  readonly leftOut: readonly { path: string; reason: string }[];
  /** Files that --since left aside. */
  readonly olderFiles: number;
  readonly columns: readonly { path: string; unknown: readonly string[]; absent: readonly string[] }[];
  readonly warnings: readonly { warning: string; calls: number }[];
  readonly clockWarning: string | null;
  readonly differingDuplicates: number;
  readonly elapsedSeconds: number;
  readonly callsPerSecond: number;
}

export interface TopLine {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
  readonly fee: string;
}

const TOP = 5;

/** Adds up what a run did, and its largest destinations and accounts. */
export async function reportRun(connection: DuckDBConnection, result: RunResult, database: string): Promise<RunReport> {
  const { runId, totals, leftOut, elapsedMs, rows } = result;
  const lines = statusLines(totals);
  const stored = totals.filter(({ status }) => statuses[status].recorded.endsWith('_calls'));
  const unrated = lines.filter(({ recorded }) => recorded === 'unrated_calls');
  const count = (of: readonly { calls: number }[]) => of.reduce((sum, { calls }) => sum + calls, 0);
  return {
    runId: runId ?? null,
    database,
    calls: {
      read: rows,
      stored: count(stored),
      charged: count(totals.filter(({ status }) => statuses[status].charged)),
      rejected: count(totals.filter(({ status }) => status === statusCode.rejected)) + result.differingDuplicates,
    },
    fee: formatMoney(stored.reduce((sum, { fee }) => sum + fee, 0n)),
    vendorFee: formatMoney(stored.reduce((sum, { vendorFee }) => sum + vendorFee, 0n)),
    statuses: lines,
    unrated: {
      calls: count(unrated),
      seconds: unrated.reduce((sum, { seconds }) => sum + seconds, 0),
      atRisk: unrated.length === 0 ? '0.00' : await moneyAtRisk(connection, runId as number),
    },
    retry: reportRetry(result.retry),
    overdraft: overdraftLines(result.overdraft),
    belowLimit: await readBelowLimit(connection),
    topDestinations: runId === undefined ? [] : await topDestinations(connection, runId),
    topAccounts: runId === undefined ? [] : await topAccounts(connection, runId),
    files: result.files.map(({ path, sha256, rows: fileRows, torn }) => ({ path, sha256, rows: fileRows, torn })),
    skipped: result.skipped,
    leftOut: leftOut.map(({ path, message }) => ({ path, reason: message })),
    olderFiles: result.older,
    columns: result.columns,
    warnings: result.warnings,
    clockWarning: result.clockWarning ?? null,
    differingDuplicates: result.differingDuplicates,
    elapsedSeconds: elapsedMs / 1000,
    callsPerSecond: Math.round(rows / Math.max(elapsedMs / 1000, 0.001)),
  };
}

/** An estimate in exact integers: hold time × fee of the account's charged calls / their hold time, cut to micros. */
async function moneyAtRisk(connection: DuckDBConnection, runId: number): Promise<string> {
  const result = await connection.runAndReadAll(
    `WITH known AS (
       SELECT account_id, sum(fee) * ${MICROS} AS micros, sum(hold_time) AS seconds
       FROM calls WHERE run_id = ${runId} AND status = 'charged' GROUP BY GROUPING SETS ((account_id), ())
     ), waiting AS (
       SELECT account_id, sum(hold_time) AS seconds FROM waiting_calls WHERE run_id = ${runId} GROUP BY account_id
     )
     SELECT coalesce(sum(w.seconds::HUGEINT * coalesce(own.micros, average.micros)::HUGEINT
       // nullif(coalesce(own.seconds, average.seconds), 0)), 0)::DECIMAL(38,0)
     FROM waiting w LEFT JOIN known own ON own.account_id = w.account_id
     LEFT JOIN known average ON average.account_id IS NULL`,
  );
  return formatMoney((result.getRows()[0][0] as DuckDBDecimalValue).value);
}

async function topDestinations(connection: DuckDBConnection, runId: number): Promise<TopLine[]> {
  return topLines(
    connection,
    `SELECT destination, sum(calls)::DOUBLE, sum(seconds)::DOUBLE, sum(fee) AS fee
     FROM (SELECT rate_id, count(*) AS calls, sum(hold_time) AS seconds, sum(fee) AS fee
       FROM calls WHERE run_id = ${runId} AND fee > 0 GROUP BY rate_id) JOIN rates USING (rate_id)
     GROUP BY destination`,
  );
}

async function topAccounts(connection: DuckDBConnection, runId: number): Promise<TopLine[]> {
  return topLines(
    connection,
    `SELECT name, calls::DOUBLE, seconds::DOUBLE, fee
     FROM (SELECT account_id AS id, count(*) AS calls, sum(hold_time) AS seconds, sum(fee) AS fee
       FROM calls WHERE run_id = ${runId} AND fee > 0 GROUP BY account_id) JOIN call_names USING (id)
     WHERE kind = 'account'`,
  );
}

async function topLines(connection: DuckDBConnection, sql: string): Promise<TopLine[]> {
  const result = await connection.runAndReadAll(`${sql} ORDER BY fee DESC, 1 LIMIT ${TOP}`);
  return result.getRows().map(([name, calls, seconds, fee]) => ({
    name: name as string,
    calls: calls as number,
    seconds: seconds as number,
    fee: formatMoney((fee as DuckDBDecimalValue).value),
  }));
}
