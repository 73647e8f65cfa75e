import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import { compilePlan } from '../rating/plan.ts';
import { priceTariff } from '../rating/pricing.ts';
import { compileTariff } from '../rating/tariff.ts';
import type { NameTables } from './arrow/call-batches.ts';
import { FileFault } from './arrow/file-fault.ts';
import { closeMessageFile } from './arrow/message-file.ts';
import { findInputFiles } from './input-files.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { RatedFiles } from './rated-batches.ts';
import { readTariff } from './read-tariff.ts';
import { compareEarlier } from './store/compare-earlier.ts';
import { nextRunId, readEarlierFlowNumbers, readNames } from './store/history.ts';
import { CallSink } from './store/insert-calls.ts';
import { assertStored, saveFlowNumbers, saveNames, saveRejected, saveRun } from './store/run-records.ts';
import { type SkippedFile, skipRatedFiles } from './store/skip-rated.ts';
import { type Survey, surveyFiles } from './survey.ts';
import type { StatusTotal } from './tally.ts';

export interface RunOptions {
  readonly patterns: readonly string[];
  readonly configuration: ResolvedConfiguration;
  /** Whether the readable front of a broken file is rated. */
  readonly salvage: boolean;
  readonly onProgress?: (stage: 'survey' | 'rate', done: number, total: number) => void;
}

/** What a run did. `runId` is undefined when there was nothing to rate: then nothing was changed. */
export interface RunResult {
  readonly runId: number | undefined;
  readonly files: readonly { path: string; sha256: string; rows: number; torn?: string }[];
  readonly skipped: readonly SkippedFile[];
  readonly leftOut: readonly FileFault[];
  /** Per file, columns which the contract does not know, and ones it lacks. */
  readonly columns: readonly { path: string; unknown: readonly string[]; absent: readonly string[] }[];
  readonly rows: number;
  readonly totals: readonly StatusTotal[];
  readonly differingDuplicates: number;
  readonly warnings: readonly { warning: string; calls: number }[];
  readonly elapsedMs: number;
}

/**
 * Rows of a table have no order, so its row groups may be built side by side. Twice as many threads as cores, because
 * they take turns at waiting for the next chunk. The limit is DuckDB's share of a memory that does not grow with the
 * input.
 */
const STORE_SETTINGS = `
  SET preserve_insertion_order = false;
  SET threads = ${2 * availableParallelism()};
  SET memory_limit = '640MB'`;

/**
 * The path of a run: find → survey → rate and store → check → record. One transaction; a file that proves damaged while
 * it is read takes the run back to the survey without it.
 */
export async function runRating(connection: DuckDBConnection, options: RunOptions): Promise<RunResult> {
  const startedMs = Date.now();
  const input = findInputFiles(options.patterns);
  const { fresh, skipped, faults } = await skipRatedFiles(connection, input.paths);
  const leftOut: FileFault[] = [...input.faults, ...faults];
  let paths = fresh;
  for (;;) {
    const names = await readNames(connection);
    const survey = surveyFiles(paths, names, {
      salvage: options.salvage,
      onFile: (done) => options.onProgress?.('survey', done, paths.length),
    });
    leftOut.push(...survey.faults);
    paths = survey.files.map(({ path }) => path);
    if (paths.length === 0) return nothingRated(startedMs, skipped, leftOut);
    try {
      const result = await rateSurveyed(connection, survey, names, options, startedMs);
      return { ...result, skipped, leftOut };
    } catch (error) {
      // Before the transaction began there is none to end, and what went wrong first is what is told.
      await connection.run('ROLLBACK').catch(() => undefined);
      if (!(error instanceof FileFault)) throw error;
      leftOut.push(error);
      paths = paths.filter((path) => path !== error.path);
    } finally {
      for (const { file } of survey.files) closeMessageFile(file);
    }
  }
}

async function rateSurveyed(
  connection: DuckDBConnection,
  survey: Survey,
  names: NameTables,
  { configuration, onProgress }: RunOptions,
  startedMs: number,
): Promise<Omit<RunResult, 'skipped' | 'leftOut'>> {
  const { parameters, quantiseRates, sources } = configuration;
  const runId = await nextRunId(connection);
  const plan = compilePlan(parameters, quantiseRates);
  const tariff = await readTariff(connection);
  const compiled = compileTariff(tariff.rates, survey.answered);
  let done = 0;
  const rated = new RatedFiles({
    files: survey.files,
    names,
    pricing: priceTariff(compiled, plan),
    tariff,
    compiled,
    multiple: survey.repeated,
    earlier: await readEarlierFlowNumbers(connection, survey.pages),
    onProgress: (rows) => {
      done += rows;
      onProgress?.('rate', done, survey.rows);
    },
  });
  await connection.run(STORE_SETTINGS);
  await connection.run('BEGIN');
  const sink = new CallSink(connection, runId);
  const batches = rated[Symbol.iterator]();
  let differingDuplicates = 0;
  for (let more = true; more; ) {
    more = await sink.store(batches, () => rated.full);
    const differing = await compareEarlier(connection, names, rated.earlierCalls.splice(0));
    const rejected = [...rated.rejected.splice(0), ...differing];
    differingDuplicates += rejected.filter(({ reason }) => reason === 'duplicate').length;
    await saveRejected(connection, runId, rejected);
  }

  const totals = rated.tally.totals();
  assert.equal(rated.tally.undecided, 0, 'every row has a status');
  assert.equal(rated.tally.rows, survey.rows, 'rows read = sum over statuses');
  await assertStored(connection, runId, totals);

  const files = survey.files.map(({ path, file, rows, torn }, place) => {
    return { path, sha256: rated.digests[place], bytes: file.size, rows, torn };
  });
  const warnings = warningsOf(rated.warnings);
  const run = { runId, startedMs, version: version(), files, quantiseRates, totals, warnings };
  const runParameters = Object.entries(parameters).map(([name, value]) => {
    return { name, value: String(value), source: sources[name] };
  });
  await saveNames(connection, names);
  await saveFlowNumbers(connection, runId, rated.rated);
  await saveRun(connection, { ...run, parameters: runParameters }, Date.now());
  await connection.run('COMMIT');

  const columns = survey.files.map(({ path, schema: { unknown, absent } }) => ({ path, unknown, absent }));
  return {
    runId,
    files,
    columns: columns.filter(({ unknown, absent }) => unknown.length + absent.length > 0),
    rows: survey.rows,
    totals,
    differingDuplicates,
    warnings,
    elapsedMs: Date.now() - startedMs,
  };
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

function warningsOf({ gatewayWithoutRates, noVendorRate }: RatedFiles['warnings']) {
  return [
    {
      warning: 'the routing gateway is not loaded, or its account has no rates: no vendor fee',
      calls: gatewayWithoutRates,
    },
    { warning: 'no vendor rate for the number: no vendor fee', calls: noVendorRate },
  ].filter(({ calls }) => calls > 0);
}

function nothingRated(startedMs: number, skipped: readonly SkippedFile[], leftOut: readonly FileFault[]): RunResult {
  return {
    runId: undefined,
    files: [],
    skipped,
    leftOut,
    columns: [],
    rows: 0,
    totals: [],
    differingDuplicates: 0,
    warnings: [],
    elapsedMs: Date.now() - startedMs,
  };
}
