import type { DuckDBConnection } from '@duckdb/node-api';
import type { ResolvedConfiguration } from '../parameters/configuration.ts';

/**
 * Whether the last run had the deck, the accounts and the parameters of now: then every call that waits would come out as
 * it did. Scopes are not kept with a run as they are written, so with any of them the answer is no; neither is it known of
 * calls that a re-rating or its undo made wait.
 */
export async function sameBasisAsLastRun(
  connection: DuckDBConnection,
  { parameters, quantiseRates, scopes }: ResolvedConfiguration,
): Promise<boolean> {
  const last = await connection.runAndReadAll(
    `SELECT run_id, kind, quantise_rates, last_load_id = (SELECT coalesce(max(load_id), 0) FROM loads),
       EXISTS (FROM run_parameter_sets s WHERE s.run_id = runs.run_id)
     FROM runs ORDER BY run_id DESC LIMIT 1`,
  );
  if (last.currentRowCount === 0) return false;
  const [runId, kind, quantised, sameLoads, scoped] = last.getRows()[0];
  if (kind !== 'rate' && kind !== 'retry') return false;
  if (!sameLoads || scoped || scopes.length > 0 || quantised !== quantiseRates) return false;
  const values = await connection.runAndReadAll(`SELECT name, value FROM run_parameters WHERE run_id = ${runId}`);
  const before = new Map(values.getRows() as [string, string][]);
  return Object.entries(parameters).every(([name, value]) => before.get(name) === String(value));
}
