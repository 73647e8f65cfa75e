import type { DuckDBConnection } from '@duckdb/node-api';
import { type BillingParameters, billingParameters, vendorParameters } from '../../rating/parameters.ts';
import { statuses } from '../../rating/status.ts';
import { OperatorError } from '../errors.ts';
import { version } from '../finish-run.ts';
import { insertRows } from '../store/insert-rows.ts';
import { timeOf } from '../store/run-records.ts';
import type { StagedRerating } from './commit-rerating.ts';
import type { StoredPlan } from './stored-plans.ts';
import type { HistoryWindow } from './what-if.ts';

const KEPT = statuses.flatMap(({ name, recorded }) => (/_calls$/.test(recorded) ? [`'${name}'`] : [])).join(', ');

/** The parameters of a re-rating as they are recorded. */
export interface Sets {
  readonly base: StoredPlan;
  /** By plan, its set of parameters. */
  readonly places: readonly number[];
  readonly rows: readonly { set: number; leg: 'client' | 'vendor'; name: string; value: string; source: string }[];
}

/**
 * The parameters of the first plan are those of the run; what others have otherwise is a set of its own.
 *
 * @throws OperatorError when the plans differ in what a run has one value of
 */
export function parameterSets(plans: readonly StoredPlan[]): Sets {
  const base = plans[0];
  const baseNow = last(base);
  const other = plans.find((plan) => last(plan).quantiseRates !== baseNow.quantiseRates);
  if (other !== undefined) {
    throw new OperatorError(
      `calls of run ${base.runId} and run ${other.runId} differ in quantiseRates, which one run has one value of: re-rate them in two windows (--from, --until), or say which it shall be with --set quantiseRates=true`,
    );
  }
  const rows: Sets['rows'][number][] = [];
  const places = plans.map((plan) => {
    const { client, vendor } = last(plan);
    const differing = (
      leg: 'client' | 'vendor',
      parameters: BillingParameters,
      names: readonly (keyof BillingParameters)[],
    ) =>
      names
        .filter((name) => parameters[name] !== baseNow.client[name])
        .map((name) => ({
          set: plan.place + 1,
          leg,
          name,
          value: String(parameters[name]),
          source: sourceOf(plan, leg, name),
        }));
    const own = [
      ...differing(
        'client',
        client,
        billingParameters.map(({ name }) => name),
      ),
      ...differing('vendor', vendor, vendorParameters),
    ];
    rows.push(...own);
    return own.length === 0 ? 0 : plan.place + 1;
  });
  return { base, places, rows };
}

function last({ parameters }: StoredPlan) {
  return parameters[parameters.length - 1];
}

/** Where the value of a leg is from: a scope stays one, all else came with the run the call was rated by before. */
function sourceOf(plan: StoredPlan, leg: 'client' | 'vendor', name: keyof BillingParameters): string {
  const [then] = plan.parameters;
  if (then.scoped[leg].has(name)) return plan.sources[leg][name];
  return then[leg][name] === last(plan)[leg][name] ? `run ${plan.runId}: ${plan.sources[leg][name]}` : 're-rating';
}

/** Writes the records of a re-rating; part of its transaction. */
export async function saveRecords(
  connection: DuckDBConnection,
  staged: StagedRerating,
  { base, rows }: Sets,
): Promise<void> {
  const { runId, watch, window, changes } = staged;
  await connection.run(
    `INSERT INTO run_counts SELECT ${runId}, status::VARCHAR, count(*), sum(hold_time), sum(fee), sum(shortfall)
     FROM rerated GROUP BY status`,
  );
  await connection.run(
    `INSERT INTO runs SELECT ${runId}, 'rerate', $started, $finished, $version, 0, count(*),
       count(*) FILTER (status IN (${KEPT})), coalesce(sum(fee), 0),
       coalesce(sum(vendor_fee) FILTER (status IN (${KEPT})), 0),
       (SELECT coalesce(max(load_id), 0) FROM loads), ${last(base).quantiseRates} FROM rerated`,
    { started: timeOf(watch.startedMs), finished: timeOf(watch.nowMs), version: version() },
  );
  await insertRows(
    connection,
    'run_parameters',
    Object.entries(last(base).client).map(([name, value]) => [
      runId,
      name,
      String(value),
      base.parameters[0].client[name as keyof BillingParameters] === value ? base.sources.client[name] : 're-rating',
    ]),
  );
  await insertRows(
    connection,
    'run_parameter_sets',
    rows.map(({ set, leg, name, value, source }) => [runId, set, leg, name, value, source]),
  );
  await saveChanges(connection, runId, window, changes);
}

/** Writes what a run changed of which calls. */
export async function saveChanges(
  connection: DuckDBConnection,
  runId: number,
  { fromMs, untilMs }: HistoryWindow,
  changes: StagedRerating['changes'],
): Promise<void> {
  const [from, until] = [fromMs, untilMs].map((ms) => (ms === null ? null : timeOf(ms)));
  await insertRows(
    connection,
    'run_changes',
    changes.map(({ cause, value }) => [runId, cause, value, from, until]),
  );
}
