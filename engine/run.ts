import type { DuckDBConnection } from '@duckdb/node-api';
import type { NameTables } from './arrow/call-batches.ts';
import { FileFault } from './arrow/file-fault.ts';
import { closeMessageFile } from './arrow/message-file.ts';
import { FailedLater } from './errors.ts';
import { finishRun, type Stage } from './finish-run.ts';
import { findInputFiles } from './input-files.ts';
import type { AccountOverdraft } from './overdraft/prevent-overdraft.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { RatedFiles } from './rated-batches.ts';
import { Rater } from './rater.ts';
import { ratingBasis, STORE_SETTINGS } from './rating-basis.ts';
import { type RetryResult, retryWaiting } from './retry.ts';
import { Stopwatch } from './stopwatch.ts';
import { compareEarlier } from './store/compare-earlier.ts';
import { nextRunId, readEarlierFlowNumbers, readNames } from './store/history.ts';
import { CallSink } from './store/insert-calls.ts';
import { saveFlowNumbers, saveRejected } from './store/run-records.ts';
import { type SkippedFile, skipRatedFiles } from './store/skip-rated.ts';
import { type Survey, surveyFiles } from './survey.ts';
import type { StatusTotal } from './tally.ts';

export interface RunOptions {
  readonly patterns: readonly string[];
  readonly configuration: ResolvedConfiguration;
  /** Whether the readable front of a broken file is rated. */
  readonly salvage: boolean;
  /** Only files modified then or later are looked at; undefined: all. */
  readonly sinceMs?: number;
  readonly onProgress?: (stage: 'survey' | 'rate', done: number, total: number) => void;
  /** Told of the stages of the retry, which comes first, then of those of the run, which begins with `find`. */
  readonly onStage?: (stage: Stage) => void;
}

/** What a run did. `runId` is undefined when there was nothing to rate: then nothing was changed. */
export interface RunResult {
  readonly runId: number | undefined;
  /** What became of the calls that waited, in a run before this one. */
  readonly retry: RetryResult;
  readonly files: readonly { path: string; sha256: string; rows: number; torn?: string }[];
  readonly skipped: readonly SkippedFile[];
  readonly leftOut: readonly FileFault[];
  /** Files older than was asked for, which were not looked at. */
  readonly older: number;
  /** Per file, columns which the contract does not know, and ones it lacks. */
  readonly columns: readonly { path: string; unknown: readonly string[]; absent: readonly string[] }[];
  readonly rows: number;
  readonly totals: readonly StatusTotal[];
  readonly differingDuplicates: number;
  readonly overdraft: readonly AccountOverdraft[];
  readonly warnings: readonly { warning: string; calls: number }[];
  readonly clockWarning: string | undefined;
  readonly elapsedMs: number;
}

/**
 * The path of a run over files: find → survey → compile → rate and store → finish (finish-run.ts). One transaction; a file
 * that proves damaged while it is read takes the run back to the survey without it. Calls of earlier runs that wait are
 * retried first, in a run of their own (retry.ts).
 */
export async function runRating(connection: DuckDBConnection, options: RunOptions): Promise<RunResult> {
  const retry = await retryWaiting(connection, options);
  try {
    return { ...(await rateFiles(connection, options)), retry };
  } catch (error) {
    throw retry.runId === undefined ? error : new FailedLater(`run ${retry.runId}, of calls that waited,`, error);
  }
}

async function rateFiles(connection: DuckDBConnection, options: RunOptions): Promise<Omit<RunResult, 'retry'>> {
  const watch = new Stopwatch();
  options.onStage?.('find');
  const input = findInputFiles(options.patterns, options.sinceMs);
  const { fresh, skipped, faults } = await skipRatedFiles(connection, input.paths);
  const leftOut: FileFault[] = [...input.faults, ...faults];
  const found = { skipped, leftOut, older: input.older };
  let paths = fresh;
  for (;;) {
    options.onStage?.('survey');
    const names = await readNames(connection);
    const survey = surveyFiles(paths, names, {
      salvage: options.salvage,
      onFile: (done) => options.onProgress?.('survey', done, paths.length),
    });
    leftOut.push(...survey.faults);
    paths = survey.files.map(({ path }) => path);
    if (paths.length === 0) return { ...nothingRated(watch), ...found };
    try {
      const result = await rateSurveyed(connection, survey, names, options, watch);
      return { ...result, ...found };
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

type RatedRun = Omit<RunResult, 'retry' | 'skipped' | 'leftOut' | 'older'>;

async function rateSurveyed(
  connection: DuckDBConnection,
  survey: Survey,
  names: NameTables,
  { configuration, onProgress, onStage }: RunOptions,
  watch: Stopwatch,
): Promise<RatedRun> {
  onStage?.('compile');
  const runId = await nextRunId(connection);
  const rater = new Rater(await ratingBasis(connection, configuration, names, survey.answered));
  let done = 0;
  const rated = new RatedFiles({
    files: survey.files,
    rater,
    multiple: survey.repeated,
    earlier: await readEarlierFlowNumbers(connection, survey.flowNumbers),
    onProgress: (rows) => {
      done += rows;
      onProgress?.('rate', done, survey.rows);
    },
  });
  onStage?.('rate');
  await connection.run(STORE_SETTINGS);
  await connection.run('BEGIN');
  const differingDuplicates = await storeCalls(connection, runId, rated, rater);
  const files = survey.files.map(({ path, file, rows, torn }, place) => {
    return { path, sha256: rated.digests[place], bytes: file.size, rows, torn };
  });
  const { fromMs } = survey.answered;
  const run = {
    runId,
    kind: 'rate' as const,
    watch,
    configuration,
    rater,
    files,
    rows: survey.rows,
    fromMs,
    onStage,
  };
  const finished = await finishRun(connection, run, () => saveFlowNumbers(connection, runId, rated.rated));

  const columns = survey.files.map(({ path, schema: { unknown, absent } }) => ({ path, unknown, absent }));
  return {
    runId,
    files,
    columns: columns.filter(({ unknown, absent }) => unknown.length + absent.length > 0),
    rows: survey.rows,
    ...finished,
    differingDuplicates,
    elapsedMs: watch.elapsedMs,
  };
}

/**
 * Stores the rated calls as fast as DuckDB takes them; other tables get their turn when enough was kept aside.
 *
 * @returns how many duplicates say something else than the call that is rated
 */
async function storeCalls(
  connection: DuckDBConnection,
  runId: number,
  rated: RatedFiles,
  rater: Rater,
): Promise<number> {
  const sink = new CallSink(connection, runId, 'calls');
  const waitingSink = new CallSink(connection, runId, 'waiting_calls');
  const batches = rated[Symbol.iterator]();
  let differingDuplicates = 0;
  for (let more = true; more; ) {
    more = await sink.store(batches, () => rated.full);
    if (rater.waitingRows > 0) await waitingSink.store(rater.takeWaiting()[Symbol.iterator]());
    const differing = await compareEarlier(connection, rater.basis.names, rated.earlierCalls.splice(0));
    const rejected = [...rated.rejected.splice(0), ...differing];
    differingDuplicates += rejected.filter(({ reason }) => reason === 'duplicate').length;
    await saveRejected(connection, runId, rejected);
  }
  return differingDuplicates;
}

function nothingRated(watch: Stopwatch): RatedRun {
  return {
    runId: undefined,
    files: [],
    columns: [],
    rows: 0,
    totals: [],
    overdraft: [],
    differingDuplicates: 0,
    warnings: [],
    clockWarning: undefined,
    elapsedMs: watch.elapsedMs,
  };
}
