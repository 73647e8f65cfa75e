import type { DuckDBConnection } from '@duckdb/node-api';
import { isStored, isWaiting } from '../rating/status.ts';
import { type FinishedRun, finishRun, type Stage } from './finish-run.ts';
import type { ParameterSet } from './parameter-sets.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { pickRows } from './pick-rows.ts';
import { Rater } from './rater.ts';
import { ratingBasis, STORE_SETTINGS } from './rating-basis.ts';
import { Stopwatch } from './stopwatch.ts';
import type { RatedBatch } from './store/call-columns.ts';
import { nextRunId, readNames } from './store/history.ts';
import { CallSink } from './store/insert-calls.ts';
import { sameBasisAsLastRun } from './store/last-basis.ts';
import { readWaiting, surveyWaiting, type WaitingBatch } from './store/read-waiting.ts';
import { supersede } from './store/supersede.ts';
import { waitingGroups } from './waiting-groups.ts';

export interface RetryOptions {
  readonly configuration: ResolvedConfiguration;
  readonly onStage?: (stage: Stage) => void;
}

/** What a retry did. `runId` is undefined when nothing has changed for any call that waits: then there is no run. */
export interface RetryResult extends FinishedRun {
  readonly runId: number | undefined;
  /** Calls that waited before; those whose status is another now; those that wait still, be it for something else. */
  readonly waited: number;
  readonly moved: number;
  readonly waiting: number;
  readonly elapsedMs: number;
}

/** Waiting calls read at a time. */
const ROUND = 65_536;

/**
 * Rates the calls that wait for a rate or an account once more, down the whole path, under the parameters and the deck
 * of now, at the rates that were effective when they were answered; a call that a re-rating made wait, under the parameters
 * of that (waiting-groups.ts). A call whose status is another then leaves the queue
 * (or waits under its new reason) in a run of its own; its old row is kept as superseded. A call that parameters would no
 * longer record keeps waiting.
 */
export async function retryWaiting(connection: DuckDBConnection, options: RetryOptions): Promise<RetryResult> {
  const watch = new Stopwatch();
  const { configuration, onStage } = options;
  onStage?.('survey');
  const survey = await surveyWaiting(connection);
  const unchanged = (): RetryResult => {
    const none = { totals: [], overdraft: [], warnings: [], clockWarning: undefined };
    return {
      runId: undefined,
      waited: survey.rows,
      moved: 0,
      waiting: survey.rows,
      ...none,
      elapsedMs: watch.elapsedMs,
    };
  };
  if (survey.rows === 0 || (await sameBasisAsLastRun(connection, configuration))) return unchanged();

  onStage?.('compile');
  const runId = await nextRunId(connection);
  const basis = await ratingBasis(connection, configuration, await readNames(connection), survey.answered);
  const rater = new Rater(basis);
  const trial = new Rater(basis);
  onStage?.('rate');
  await connection.run(STORE_SETTINGS);
  await connection.run('BEGIN');
  try {
    const sink = new CallSink(connection, runId, 'calls');
    const waitingSink = new CallSink(connection, runId, 'waiting_calls');
    const left: bigint[] = [];
    for (const { where, own } of await waitingGroups(connection, basis.sets, configuration)) {
      for (let from = 0; from <= survey.lastRowId; from += ROUND) {
        const batches = await readWaiting(connection, where, from, Math.min(from + ROUND, survey.lastRowId + 1));
        if (batches.length === 0) continue;
        await sink.store(moving(batches, own?.(), trial, rater, left));
        if (rater.waitingRows > 0) await waitingSink.store(rater.takeWaiting()[Symbol.iterator]());
      }
    }
    if (left.length === 0) {
      await connection.run('ROLLBACK');
      return unchanged();
    }
    await supersede(connection, 'waiting_calls', left, runId);
    const run = { runId, kind: 'retry' as const, watch, configuration, rater, files: [], rows: left.length };
    const finished = await finishRun(connection, { ...run, fromMs: survey.answered.fromMs, onStage });
    const waiting = finished.totals
      .filter(({ status }) => isWaiting[status] === 1)
      .reduce((sum, { calls }) => sum + calls, 0);
    return {
      runId,
      waited: survey.rows,
      moved: left.length,
      waiting: survey.rows - left.length + waiting,
      ...finished,
      elapsedMs: watch.elapsedMs,
    };
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Rates batches on trial; the rows that come out otherwise than they wait are rated for good. */
function* moving(
  batches: readonly WaitingBatch[],
  own: ParameterSet | undefined,
  trial: Rater,
  rater: Rater,
  left: bigint[],
): Generator<RatedBatch> {
  for (const { batch, rowIds, status: before } of batches) {
    const moved: number[] = [];
    for (const { batch: piece, rated, places } of trial.rate(batch, own)) {
      for (let row = 0; row < piece.rows; row++) {
        const place = places === undefined ? row : places[row];
        if (isStored[rated.status[row]] === 1 && rated.status[row] !== before[place]) moved.push(place);
      }
    }
    trial.takeWaiting();
    if (moved.length === 0) continue;
    for (const place of moved) left.push(rowIds[place]);
    yield* rater.rate(pickRows(batch, moved), own);
  }
}
