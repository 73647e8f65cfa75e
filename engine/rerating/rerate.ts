import type { DuckDBConnection } from '@duckdb/node-api';
import { usageError } from '../errors.ts';
import { STORE_SETTINGS } from '../rating-basis.ts';
import { loadFile } from '../reference/load-file.ts';
import { mistakeLines } from '../reference/mistake.ts';
import { Stopwatch } from '../stopwatch.ts';
import { nextRunId } from '../store/history.ts';
import { commitRerating } from './commit-rerating.ts';
import { type Impact, impactOf, rerateHistory } from './impact.ts';
import { stageRerated } from './stage-rerated.ts';
import type { WhatIf } from './what-if.ts';

/** A re-rating that was done. `runId` is undefined when no call came out otherwise: then nothing was changed. */
export interface RerateResult {
  readonly runId: number | undefined;
  /** Calls replaced. */
  readonly calls: number;
  readonly impact: Impact;
}

/**
 * Rates a window of history again and puts what comes out otherwise in the place of what it was: in one transaction with
 * the load of the files of changed rates, all of it or nothing. A second time nothing is left to change.
 */
export async function rerate(
  connection: DuckDBConnection,
  whatIf: WhatIf,
  onProgress?: (done: number, total: number) => void,
): Promise<RerateResult> {
  const watch = new Stopwatch();
  await connection.run(STORE_SETTINGS);
  await connection.run('BEGIN');
  try {
    const rerated = await rerateHistory(connection, await withLoadedRates(connection, whatIf), onProgress);
    const calls = await stageRerated(connection, rerated);
    const impact = { ...(await impactOf(connection, rerated)), elapsedMs: watch.elapsedMs };
    if (calls === 0) {
      await connection.run('ROLLBACK');
      return { runId: undefined, calls, impact };
    }
    const runId = await nextRunId(connection);
    const { plans } = rerated.history;
    const { causes } = rerated;
    await commitRerating(connection, {
      runId,
      watch,
      window: whatIf.window,
      plans,
      causes,
      changes: changesOf(whatIf),
    });
    return { runId, calls, impact };
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Loads files of rates, their rows in the place of earlier ones; then the deck to be looked up in is the current one. */
async function withLoadedRates(connection: DuckDBConnection, whatIf: WhatIf): Promise<WhatIf> {
  if (typeof whatIf.deck === 'string') return whatIf;
  for (const path of whatIf.deck.files) {
    const options = { replace: true, precision: 4, quantiseRates: false, withinTransaction: true };
    const { mistakes } = await loadFile(connection, 'rates', path, options);
    if (mistakes.length > 0) throw usageError(`${path} was not loaded: it has mistakes`, mistakeLines(path, mistakes));
  }
  return { ...whatIf, deck: 'current' };
}

/** The changes as they are recorded with the run. */
export function changesOf({ parameters, quantiseRates, deck }: WhatIf): { cause: string; value: string }[] {
  return [
    ...Object.entries(parameters).map(([cause, value]) => ({ cause, value: String(value) })),
    ...(quantiseRates === undefined ? [] : [{ cause: 'quantiseRates', value: String(quantiseRates) }]),
    ...(deck === 'kept' ? [] : [{ cause: 'rates', value: deck === 'current' ? 'as loaded' : deck.files.join(', ') }]),
  ];
}
