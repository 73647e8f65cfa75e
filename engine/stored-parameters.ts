import type { DuckDBConnection } from '@duckdb/node-api';
import type { LegParameters } from '../rating/explain-step.ts';
import { type BillingParameters, billingParameters, defaultParameters } from '../rating/parameters.ts';

/** The parameters both legs of a call were rated under, by the run and the set of parameters stored with it. */
export async function storedParameters(
  connection: DuckDBConnection,
  runId: number,
  parameterSet: number,
): Promise<{ client: LegParameters; vendor: LegParameters }> {
  const rows = await connection.runAndReadAll(
    `SELECT 'client' AS leg, name, value, source FROM run_parameters WHERE run_id = ${runId}
     UNION ALL SELECT 'vendor', name, value, source FROM run_parameters WHERE run_id = ${runId}
     UNION ALL SELECT leg, name, value, source FROM run_parameter_sets
       WHERE run_id = ${runId} AND parameter_set = ${parameterSet}`,
  );
  const run = await connection.runAndReadAll(`SELECT quantise_rates FROM runs WHERE run_id = ${runId}`);
  const quantiseRates = run.getRows()[0][0] as boolean;
  // What a scope sets comes last, and takes the place of what the run has.
  const of = (leg: string): LegParameters => {
    const mine = (rows.getRows() as string[][]).filter(([owner]) => owner === leg);
    const values = new Map(mine.map(([, name, value]) => [name, value]));
    const sources = Object.fromEntries(mine.map(([, name, , source]) => [name, source]));
    return { parameters: typed(values), quantiseRates, sources: { quantiseRates: 'default', ...sources } };
  };
  return { client: of('client'), vendor: of('vendor') };
}

/** A parameter that is younger than the run had its default. */
function typed(values: ReadonlyMap<string, string>): BillingParameters {
  const read = billingParameters.map(({ name, type }) => {
    const value = values.get(name);
    if (value === undefined) return [name, defaultParameters[name]];
    return [name, type === 'int' || type === 'switch' ? Number(value) : value];
  });
  return Object.fromEntries(read) as BillingParameters;
}
