import type { DuckDBConnection } from '@duckdb/node-api';
import { billingParameters, vendorParameters } from '../rating/parameters.ts';
import type { ParameterSet, ParameterSets, ResolvedLeg } from './parameter-sets.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { readStoredPlans, type StoredPlan } from './rerating/stored-plans.ts';

/** Waiting calls that a retry rates by the same. */
export interface WaitingGroup {
  /** SQL: which rows of waiting_calls they are. */
  readonly where: string;
  /** Their parameters, added to the sets of the run when it is called; undefined where those of the run count. */
  readonly own: (() => ParameterSet) | undefined;
}

/**
 * Calls of the past that a re-rating made wait keep its parameters: somebody has decided about those calls, and a retry
 * under what is configured for the calls of today would take that back. A retry that leaves them waiting for something else
 * has them in sets whose sources name the run, so that the next one finds them too. A run has one value of quantiseRates, so those
 * re-rated under another are in no group: they wait for a retry with theirs.
 */
export async function waitingGroups(
  connection: DuckDBConnection,
  sets: ParameterSets,
  configuration: ResolvedConfiguration,
): Promise<WaitingGroup[]> {
  const decided = `(run_id, parameter_set) IN (
    SELECT (run_id, parameter_set) FROM waiting_calls
    WHERE run_id IN (SELECT run_id FROM runs WHERE kind = 'rerate')
      OR (run_id, parameter_set) IN (SELECT (run_id, parameter_set) FROM run_parameter_sets WHERE source LIKE 'run %'))`;
  const plans = await readStoredPlans(connection, decided, []);
  const groups = plans
    .filter(({ parameters: [then] }) => then.quantiseRates === configuration.quantiseRates)
    .map((plan): WaitingGroup => {
      return {
        where: `run_id = ${plan.runId} AND parameter_set = ${plan.parameterSet}`,
        own: () =>
          sets.add({ client: legOf(plan, 'client', configuration), vendor: legOf(plan, 'vendor', configuration) }),
      };
    });
  return [{ where: `NOT ${decided}`, own: undefined }, ...groups];
}

/** What a leg has otherwise than the run; the value of a scope stays one, so that a later re-rating keeps it as such. */
function legOf(
  { runId, sources, parameters: [then] }: StoredPlan,
  leg: 'client' | 'vendor',
  configuration: ResolvedConfiguration,
): ResolvedLeg {
  const parameters = then[leg];
  const names = leg === 'client' ? billingParameters.map(({ name }) => name) : vendorParameters;
  const scoped = names
    .filter((name) => parameters[name] !== configuration.parameters[name])
    .map((name) => {
      const source = sources[leg][name];
      return { name, value: parameters[name], source: then.scoped[leg].has(name) ? source : `run ${runId}: ${source}` };
    });
  return { parameters, scoped };
}
