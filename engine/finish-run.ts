import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { statuses } from '../rating/status.ts';
import { bookCharges } from './ledger.ts';
import { type AccountOverdraft, preventOverdraft } from './overdraft/prevent-overdraft.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import type { Rater } from './rater.ts';
import type { Stopwatch } from './stopwatch.ts';
import { lastEnd } from './store/history.ts';
import { assertStored, type RunKind, type RunRecord, saveNames, saveRun } from './store/run-records.ts';
import type { StatusTotal } from './tally.ts';

/** The stages of a run, in their order; told when they begin. */
export const stages = [
  'find',
  'survey',
  'compile',
  'rate',
  'overdraft',
  'ledger',
  'check',
  'record',
  'commit',
] as const;
export type Stage = (typeof stages)[number];

/** A run whose calls are rated and stored, but not committed. */
export interface OpenRun {
  readonly runId: number;
  readonly kind: RunKind;
  readonly watch: Stopwatch;
  readonly configuration: ResolvedConfiguration;
  readonly rater: Rater;
  readonly files: RunRecord['files'];
  /** Calls it was to rate: what the statuses must add up to. */
  readonly rows: number;
  /** Earliest answer of its calls. */
  readonly fromMs: number;
  readonly onStage?: (stage: Stage) => void;
}

export interface FinishedRun {
  readonly totals: readonly StatusTotal[];
  readonly overdraft: readonly AccountOverdraft[];
  readonly warnings: readonly { warning: string; calls: number }[];
  /** Said when the clock of the machine is behind an earlier run. */
  readonly clockWarning: string | undefined;
}

/**
 * The second half of a run, all in its transaction: who cannot pay → what is charged → whether all adds up → the records
 * → commit.
 *
 * @param alsoSave records that are particular to the kind of run
 */
export async function finishRun(
  connection: DuckDBConnection,
  run: OpenRun,
  alsoSave: () => Promise<void> = async () => undefined,
): Promise<FinishedRun> {
  const { runId, rater, onStage } = run;
  const { tally, basis, commitments } = rater;
  onStage?.('overdraft');
  await saveNames(connection, basis.names);
  const overdraft = await preventOverdraft(connection, { runId, basis, commitments, tally, fromMs: run.fromMs });
  onStage?.('ledger');
  const totals = tally.totals();
  const fee = totals.filter(({ status }) => statuses[status].charged).reduce((sum, total) => sum + total.fee, 0n);
  await bookCharges(connection, runId, fee);
  onStage?.('check');
  assert.equal(tally.undecided, 0, 'every row has a status');
  assert.equal(tally.rows, run.rows, 'rows read = sum over statuses');
  await assertStored(connection, runId, totals);
  onStage?.('record');
  const warnings = warningsOf(rater.warnings);
  const { startedMs, nowMs } = run.watch;
  const clockWarning = await clockBehind(connection, startedMs);
  const record = { ...run, startedMs, version: version(), sets: basis.sets.all, totals, overdraft, warnings };
  await saveRun(connection, record, nowMs);
  await alsoSave();
  onStage?.('commit');
  await connection.run('COMMIT');
  return { totals, overdraft, warnings, clockWarning };
}

/** The version of the package, wherever it runs from. */
export function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version;
    } catch {
      // The built package lies a folder deeper than the sources.
    }
  }
  return 'unknown';
}

/** Runs count by their numbers, so one is done whatever the clock says; but somebody has to look at it. */
async function clockBehind(connection: DuckDBConnection, startedMs: number): Promise<string | undefined> {
  const last = await lastEnd(connection);
  if (last === undefined || last.finishedMs <= startedMs) return undefined;
  const [clock, end] = [startedMs, last.finishedMs].map((ms) => new Date(ms).toISOString());
  return `the clock of this machine (${clock}) is before the end of run ${last.runId} (${end}): check it; the times of this run are out of order`;
}

function warningsOf({ gatewayWithoutRates, noVendorRate }: Rater['warnings']) {
  return [
    {
      warning: 'the routing gateway is not loaded, or its account has no rates: no vendor fee',
      calls: gatewayWithoutRates,
    },
    { warning: 'no vendor rate for the number: no vendor fee', calls: noVendorRate },
  ].filter(({ calls }) => calls > 0);
}
