import assert from 'node:assert/strict';
import { DuckDBBlobValue, type DuckDBConnection, DuckDBDecimalValue, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { MONEY_TYPE } from '../../rating/money.ts';
import type { BillingParameters } from '../../rating/parameters.ts';
import { isStored, statuses } from '../../rating/status.ts';
import type { NameTables } from '../arrow/call-batches.ts';
import type { FlowNumbers } from '../flow-numbers.ts';
import { nameKinds } from '../names.ts';
import type { AccountOverdraft } from '../overdraft/prevent-overdraft.ts';
import type { ParameterSet } from '../parameter-sets.ts';
import type { ResolvedConfiguration } from '../parameters/configuration.ts';
import type { RejectedEvent } from '../rated-batches.ts';
import type { StatusTotal } from '../tally.ts';
import { insertRows } from './insert-rows.ts';

/** What is said of a run besides its calls. Money is micros, times milliseconds. */
export interface RunRecord {
  readonly runId: number;
  readonly kind: RunKind;
  readonly startedMs: number;
  readonly version: string;
  readonly files: readonly { path: string; sha256: string; bytes: number; rows: number }[];
  readonly configuration: ResolvedConfiguration;
  readonly sets: readonly ParameterSet[];
  readonly totals: readonly StatusTotal[];
  readonly overdraft: readonly AccountOverdraft[];
  readonly warnings: readonly { warning: string; calls: number }[];
}

/** Files were rated, or calls that waited for a rate or an account were (see commit-rerating.ts for other kinds). */
export type RunKind = 'rate' | 'retry';

/** Writes the records of a run; part of its transaction. */
export async function saveRun(connection: DuckDBConnection, run: RunRecord, finishedMs: number): Promise<void> {
  const { runId, totals } = run;
  const stored = totals.filter(({ status }) => isStored[status] === 1);
  const [[lastLoad]] = (
    await connection.runAndReadAll('SELECT coalesce(max(load_id), 0)::INTEGER FROM loads')
  ).getRows() as number[][];
  await insertRows(connection, 'runs', [
    [
      runId,
      run.kind,
      timeOf(run.startedMs),
      timeOf(finishedMs),
      run.version,
      run.files.length,
      BigInt(sum(totals, 'calls')),
      BigInt(sum(stored, 'calls')),
      money(stored.reduce((all, { fee }) => all + fee, 0n)),
      money(stored.reduce((all, { vendorFee }) => all + vendorFee, 0n)),
      lastLoad,
      run.configuration.quantiseRates,
    ],
  ]);
  await insertRows(
    connection,
    'run_inputs',
    run.files.map(({ path, sha256, bytes, rows }) => [runId, path, sha256, BigInt(bytes), BigInt(rows)]),
  );
  await insertRows(
    connection,
    'run_parameters',
    parameterRows(runId, run.configuration.parameters, run.configuration.sources),
  );
  await insertRows(
    connection,
    'run_parameter_sets',
    run.sets.slice(1).flatMap((set) => [...setRows(runId, set)]),
  );
  await insertRows(
    connection,
    'run_overdraft',
    run.overdraft.map(({ account, spendable, refused, capped, shortfall, firstMs, lastMs, peak }) => {
      const counts = [BigInt(refused), BigInt(capped), money(shortfall)];
      const times = [timeOrNull(firstMs), timeOrNull(lastMs)];
      return [runId, account, money(spendable), ...counts, ...times, money(peak.reserved), timeOrNull(peak.atMs)];
    }),
  );
  await insertRows(
    connection,
    'run_counts',
    totals.map(({ status, calls, seconds, fee, notBilled }) => {
      return [runId, statuses[status].name, BigInt(calls), BigInt(seconds), money(fee), money(notBilled)];
    }),
  );
  await insertRows(
    connection,
    'run_warnings',
    run.warnings.map(({ warning, calls }) => [runId, warning, BigInt(calls)]),
  );
}

/** Writes the names the run has found, so that ids in table `calls` can be read. */
export async function saveNames(connection: DuckDBConnection, names: NameTables): Promise<void> {
  const rows = nameKinds.flatMap((kind) => names[kind].added.map(({ id, name }) => [kind, id, name]));
  await insertRows(connection, 'call_names', rows);
}

/** Writes the flow numbers the run has rated, a row a page: what finds duplicates across runs. */
export async function saveFlowNumbers(connection: DuckDBConnection, runId: number, rated: FlowNumbers): Promise<void> {
  await insertRows(connection, 'rated_flow_numbers', pageRows(runId, rated));
}

export async function saveRejected(
  connection: DuckDBConnection,
  runId: number,
  rejected: readonly RejectedEvent[],
): Promise<void> {
  await insertRows(
    connection,
    'rejected_events',
    rejected.map(({ file, row, reason, content }) => [runId, file, BigInt(row), reason, JSON.stringify(content)]),
  );
}

/**
 * Reads the run's calls back and compares them with what was rated: the same number, hold time and money by status.
 * A difference is our own mistake and stops the run before it becomes visible.
 */
export async function assertStored(
  connection: DuckDBConnection,
  runId: number,
  totals: readonly StatusTotal[],
): Promise<void> {
  const result = await connection.runAndReadAll(
    `SELECT enum_code(status)::INTEGER, count(*), sum(hold_time)::BIGINT, sum(fee), sum(shortfall),
       coalesce(sum(vendor_fee), 0)
     FROM kept_calls WHERE kept <> 'superseded' AND run_id = ${runId} GROUP BY status ORDER BY status`,
  );
  const found = result.getRows().map(([status, calls, seconds, fee, shortfall, vendorFee]) => ({
    status,
    calls: Number(calls),
    seconds: Number(seconds),
    fee: (fee as DuckDBDecimalValue).value,
    notBilled: (shortfall as DuckDBDecimalValue).value,
    vendorFee: (vendorFee as DuckDBDecimalValue).value,
  }));
  assert.deepEqual(
    found,
    totals.filter(({ status }) => isStored[status] === 1),
    'the calls stored are not the calls rated',
  );
}

function parameterRows(runId: number, parameters: BillingParameters, sources: Readonly<Record<string, string>>) {
  return Object.entries(parameters).map(([name, value]) => [runId, name, String(value), sources[name]]);
}

/** What a set says otherwise than the parameters of the run. */
function* setRows(runId: number, { id, client, vendor }: ParameterSet) {
  for (const [leg, scoped] of [
    ['client', client.scoped],
    ['vendor', vendor.scoped],
  ] as const) {
    for (const { name, value, source } of scoped) yield [runId, id, leg, name, String(value), source];
  }
}

function* pageRows(runId: number, rated: FlowNumbers) {
  for (const { softswitch, page, bytes } of rated.pages()) {
    yield [runId, softswitch, BigInt(page), new DuckDBBlobValue(bytes)];
  }
}

function sum(totals: readonly StatusTotal[], of: 'calls' | 'seconds'): number {
  return totals.reduce((all, total) => all + total[of], 0);
}

function money(micros: bigint): DuckDBDecimalValue {
  return new DuckDBDecimalValue(micros, 38, MONEY_TYPE.scale);
}

function timeOrNull(ms: number | null): DuckDBTimestampTZValue | null {
  return ms === null ? null : timeOf(ms);
}

/** A time as DuckDB binds it. */
export function timeOf(ms: number): DuckDBTimestampTZValue {
  return new DuckDBTimestampTZValue(BigInt(ms) * 1000n);
}
