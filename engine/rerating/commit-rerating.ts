import assert from 'node:assert/strict';
import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { type BillingParameters, billingParameters, vendorParameters } from '../../rating/parameters.ts';
import { statuses } from '../../rating/status.ts';
import { OperatorError } from '../errors.ts';
import { version } from '../finish-run.ts';
import { bookAdjustments } from '../ledger.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { insertRows } from '../store/insert-rows.ts';
import { timeOf } from '../store/run-records.ts';
import type { StoredPlan } from './stored-plans.ts';
import type { HistoryWindow } from './what-if.ts';

/** A re-rating whose calls are staged in table `rerated` (stage-rerated.ts), in a transaction that has begun. */
export interface StagedRerating {
  readonly runId: number;
  readonly watch: Stopwatch;
  readonly window: HistoryWindow;
  readonly plans: readonly StoredPlan[];
  /** The causes in the order of `charged_after`. */
  readonly causes: readonly string[];
  /** What was changed, and to what. */
  readonly changes: readonly { readonly cause: string; readonly value: string }[];
}

const RATED = statuses.flatMap(({ name, recorded }) => (recorded === 'rated_calls' ? [`'${name}'`] : [])).join(', ');
const WAITING = statuses
  .flatMap(({ name, recorded }) => (recorded === 'unrated_calls' ? [`'${name}'`] : []))
  .join(', ');

/**
 * Puts the staged calls in the place of those they were, as a run of its own, and commits: old rows go to `superseded`,
 * every change of a fee to `fee_adjustments`, a row a cause, and the sum of an account to the ledger.
 *
 * @throws OperatorError when the calls were rated under parameters that one run cannot hold
 */
export async function commitRerating(connection: DuckDBConnection, staged: StagedRerating): Promise<void> {
  const { runId, plans, causes } = staged;
  const sets = parameterSets(plans);
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE moved AS
    SELECT r.*, c.softswitch_id, c.flow_no, c.account_id, c.run_id AS old_run, c.fee AS old_fee, c.ended_at
    FROM rerated r JOIN calls c ON NOT r.waiting AND c.rowid = r.row
    UNION ALL
    SELECT r.*, c.softswitch_id, c.flow_no, c.account_id, c.run_id, c.fee, c.ended_at
    FROM rerated r JOIN waiting_calls c ON r.waiting AND c.rowid = r.row`);
  for (const [table, waiting] of [
    ['calls', false],
    ['waiting_calls', true],
  ] as const) {
    const rows = `rowid IN (SELECT row FROM rerated WHERE waiting = ${waiting})`;
    await connection.run(`INSERT INTO superseded SELECT *, ${runId} FROM ${table} WHERE ${rows}`);
    await connection.run(`DELETE FROM ${table} WHERE ${rows}`);
  }
  const setOf = `([${sets.places.join(', ')}])[m.plan + 1]::USMALLINT`;
  for (const [table, kept] of [
    ['calls', RATED],
    ['waiting_calls', WAITING],
  ]) {
    await connection.run(`
      INSERT INTO ${table}
      SELECT s.* EXCLUDE (superseded_by) REPLACE (
        ${runId} AS run_id, ${setOf} AS parameter_set, m.status AS status, m.hold_time AS hold_time, m.rate_id AS rate_id,
        coalesce(m.stripped_characters, s.stripped_characters) AS stripped_characters, m.fee_time AS fee_time,
        m.fee AS fee, m.shortfall AS shortfall, m.vendor_account_id AS vendor_account_id,
        m.vendor_rate_id AS vendor_rate_id, m.vendor_fee_time AS vendor_fee_time, m.vendor_fee AS vendor_fee)
      FROM superseded s JOIN moved m USING (softswitch_id, flow_no)
      WHERE s.superseded_by = ${runId} AND m.status IN (${kept})`);
  }
  const names = causes.map((cause) => `'${cause.replaceAll("'", "''")}'`).join(', ');
  await connection.run(`
    INSERT INTO fee_adjustments
    SELECT ${runId}, softswitch_id, flow_no, account_id, old_run, ${runId}, old_fee, new_fee, new_fee - old_fee, cause
    FROM (
      SELECT softswitch_id, flow_no, account_id, old_run, cause, new_fee,
        CASE nth WHEN 1 THEN first_fee ELSE fees[nth - 1] END AS old_fee
      FROM (
        SELECT softswitch_id, flow_no, account_id, old_run, old_fee AS first_fee, charged_after AS fees,
          unnest([${names}]) AS cause, unnest(charged_after) AS new_fee, unnest(range(1, ${causes.length + 1})) AS nth
        FROM moved
      )
    ) WHERE new_fee <> old_fee`);
  await bookAdjustments(connection, runId);
  await saveRecords(connection, staged, sets);
  await assertMoved(connection, runId);
  await connection.run('DROP TABLE moved; DROP TABLE rerated');
  await connection.run('COMMIT');
}

interface Sets {
  readonly base: StoredPlan;
  /** By plan, its set of parameters. */
  readonly places: readonly number[];
  readonly rows: readonly { set: number; leg: 'client' | 'vendor'; name: string; value: string; source: string }[];
}

/** The parameters of the first plan are those of the run; what others have otherwise is a set of its own. */
function parameterSets(plans: readonly StoredPlan[]): Sets {
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

async function saveRecords(connection: DuckDBConnection, staged: StagedRerating, { base, rows }: Sets): Promise<void> {
  const { runId, watch, window, changes } = staged;
  await connection.run(
    `INSERT INTO run_counts SELECT ${runId}, status::VARCHAR, count(*), sum(hold_time), sum(fee), sum(shortfall)
     FROM moved GROUP BY status`,
  );
  await connection.run(
    `INSERT INTO runs SELECT ${runId}, 'rerate', $started, $finished, $version, 0, count(*),
       count(*) FILTER (status IN (${RATED}, ${WAITING})), coalesce(sum(fee), 0),
       coalesce(sum(vendor_fee) FILTER (status IN (${RATED}, ${WAITING})), 0),
       (SELECT coalesce(max(load_id), 0) FROM loads), ${last(base).quantiseRates} FROM moved`,
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

/** Our own mistakes would stop the run here: calls lost on the way, or fees that are not what their causes say. */
async function assertMoved(connection: DuckDBConnection, runId: number): Promise<void> {
  const found = await connection.runAndReadAll(`
    SELECT (SELECT count(*) FROM moved)::DOUBLE, (SELECT count(*) FROM superseded WHERE superseded_by = ${runId})::DOUBLE,
      (SELECT rows_stored FROM runs WHERE run_id = ${runId})::DOUBLE,
      (SELECT count(*) FROM kept_calls WHERE run_id = ${runId})::DOUBLE,
      (SELECT coalesce(sum(fee - old_fee), 0) FROM moved)::DECIMAL(38, 6),
      (SELECT coalesce(sum(delta), 0) FROM fee_adjustments WHERE run_id = ${runId})::DECIMAL(38, 6)`);
  const [moved, superseded, stored, kept, changed, adjusted] = found.getRows()[0] as (number | DuckDBDecimalValue)[];
  assert.equal(superseded, moved, 'every call that comes out otherwise is kept as it was');
  assert.equal(kept, stored, 'the calls stored are the calls rated again');
  const [a, b] = [changed, adjusted].map((sum) => formatMoney((sum as DuckDBDecimalValue).value));
  assert.equal(b, a, 'the adjustments are what the fees change by');
}
