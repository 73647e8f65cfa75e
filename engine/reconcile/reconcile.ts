import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../sql-text.ts';
import { type ClockOffset, estimateClockOffset } from './clock-offset.ts';
import type { ColumnMap } from './map-settings.ts';
import { type Leg, readOurCalls } from './our-calls.ts';
import { pairCalls } from './pair-calls.ts';
import { type PartnerCalls, readPartnerCalls } from './partner-calls.ts';

/** What is compared, and what counts as equal. Times are milliseconds. */
export interface ReconcileTask {
  readonly files: readonly string[];
  readonly account: string;
  readonly leg: Leg;
  readonly map: ColumnMap;
  /** [from, to); without them the time from the first call of theirs to the last, and the tolerance on both sides. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly toleranceMs: number;
  /** How far their clock is ahead of ours. */
  readonly clockOffsetMs: number;
  readonly secondsThresholdMs: number;
  /** A decimal. */
  readonly moneyThreshold: string;
}

/** What a call came out as; the order is that of reports. */
export const outcomes = ['matched', 'duration', 'money', 'duration_and_money', 'only_ours', 'only_theirs'] as const;
export type ReconcileOutcome = (typeof outcomes)[number];

export interface Reconciled {
  /** Null when nothing of theirs could be read and no period was given. */
  readonly period: { readonly fromMs: number; readonly toMs: number } | null;
  readonly lines: PartnerLines;
  readonly clockOffset: ClockOffset | null;
}

/** What became of the lines of a partner's files that are not blank and no titles; the rest of `all` was compared. */
export interface PartnerLines {
  readonly all: number;
  readonly unreadable: number;
  /** Calls of 0 seconds that match nothing, and calls outside of the period: compared with nothing. */
  readonly unanswered: number;
  readonly outside: number;
}

const DAY_MS = 86_400_000;

/**
 * Compares a partner's calls with ours. What comes of it is in the temporary tables `theirs`, `ours`, `unreadable`, and
 * `reconciled`: a row a call with `outcome`, `their_no`, `our_no` (null where a side lacks it), `number`, `at_ms`,
 * `their_ms`, `our_ms` (durations), `their_money`, `our_money`, `destination`, `day`.
 *
 * @throws OperatorError when a file cannot be read, or the map does not fit it
 */
export async function reconcile(connection: DuckDBConnection, task: ReconcileTask): Promise<Reconciled> {
  const { map, toleranceMs, fromMs, toMs } = task;
  const read = await readPartnerCalls(connection, task.files, map, task.clockOffsetMs);
  const covered = await coveredBy(connection, toleranceMs);
  const period =
    covered === null && (fromMs === null || toMs === null)
      ? null
      : { fromMs: fromMs ?? (covered?.fromMs as number), toMs: toMs ?? (covered?.toMs as number) };
  const window = period ?? { fromMs: 0, toMs: 0 };
  // A day more on both sides shows a clock that is wrong by hours.
  await readOurCalls(connection, { ...task, fromMs: window.fromMs - DAY_MS, toMs: window.toMs + DAY_MS });
  const clockOffset = await estimateClockOffset(connection, toleranceMs);
  await pairCalls(connection, { toleranceMs, byId: map.id !== undefined, byCaller: map.caller !== undefined });
  await connection.run(reconciledSql(task, window));
  await connection.run(destinationsSql(task));
  return { period, clockOffset, lines: await countLines(connection, read) };
}

/** The time a file covers. */
async function coveredBy(connection: DuckDBConnection, toleranceMs: number) {
  const result = await connection.runAndReadAll(
    'SELECT min(at_ms)::DOUBLE, greatest(max(at_ms), max(later_ms))::DOUBLE FROM theirs',
  );
  const [[first, last]] = result.getRows() as [number | null, number][];
  return first === null ? null : { fromMs: first - toleranceMs, toMs: last + toleranceMs + 1 };
}

/** A pair belongs to the period of our call. */
function reconciledSql(
  { map, secondsThresholdMs, moneyThreshold }: ReconcileTask,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): string {
  const inPeriod = (at: string) => `${at} >= ${fromMs} AND ${at} < ${toMs}`;
  const counts = (duration: string) => (map.onlyAnswered ? `${duration} > 0` : 'true');
  const longer = `abs(their_ms - our_ms) > ${secondsThresholdMs}`;
  const dearer = `coalesce(abs(their_money - coalesce(our_money, 0)) > ${moneyThreshold}::DECIMAL(18,6), false)`;
  return `CREATE TEMP TABLE reconciled AS
    SELECT CASE WHEN their_no IS NULL THEN 'only_ours' WHEN our_no IS NULL THEN 'only_theirs'
        WHEN ${longer} AND ${dearer} THEN 'duration_and_money' WHEN ${longer} THEN 'duration' WHEN ${dearer} THEN 'money'
        ELSE 'matched' END AS outcome,
      *, strftime(timezone('${map.timezone}', make_timestamptz((at_ms * 1000)::BIGINT)), '%Y-%m-%d') AS day
    FROM (
      SELECT t.their_no, o.our_no, o.number, o.at_ms, if(p.later, t.later_duration_ms, t.duration_ms) AS their_ms,
        o.duration_ms AS our_ms, t.money AS their_money, o.money AS our_money, r.destination
      FROM pairs p JOIN theirs t USING (their_no) JOIN ours o USING (our_no) LEFT JOIN rates r USING (rate_id)
      WHERE ${inPeriod('o.at_ms')}
      UNION ALL
      SELECT NULL, o.our_no, o.number, o.at_ms, NULL, o.duration_ms, NULL, o.money, r.destination
      FROM (FROM ours ANTI JOIN pairs USING (our_no)) o LEFT JOIN rates r USING (rate_id)
      WHERE ${inPeriod('o.at_ms')} AND ${counts('o.duration_ms')}
      UNION ALL
      SELECT t.their_no, NULL, t.number, t.at_ms, t.duration_ms, NULL, t.money, NULL, NULL
      FROM (FROM theirs ANTI JOIN pairs USING (their_no)) t
      WHERE ${inPeriod('t.at_ms')} AND ${counts('t.duration_ms')})`;
}

/** Calls only they have are given the destination of the longest prefix in the deck of the account, as of now. */
function destinationsSql({ account, map }: ReconcileTask): string {
  return `WITH deck AS MATERIALIZED (SELECT prefix, min(destination) AS destination FROM rates WHERE replaced_by_load IS NULL
      AND rate_group = (SELECT rate_group FROM accounts WHERE account = ${sqlText(account)}) GROUP BY prefix),
    heads AS MATERIALIZED (SELECT their_no, left('${map.ourTechPrefix}' || number, digits) AS prefix
      FROM reconciled, (SELECT DISTINCT length(prefix) AS digits FROM deck) WHERE outcome = 'only_theirs')
    UPDATE reconciled SET destination = found.destination
    FROM (SELECT their_no, arg_max(destination, length(prefix)) AS destination
      FROM heads JOIN deck USING (prefix) GROUP BY their_no) found
    WHERE reconciled.their_no = found.their_no AND outcome = 'only_theirs'`;
}

async function countLines(connection: DuckDBConnection, { rows, leftOut }: PartnerCalls): Promise<PartnerLines> {
  const result = await connection.runAndReadAll(
    `SELECT (SELECT count(*) FROM (SELECT DISTINCT file_no, line FROM unreadable))::INTEGER,
       (SELECT count(*) FROM (FROM theirs ANTI JOIN pairs USING (their_no)) ANTI JOIN reconciled USING (their_no)
         WHERE duration_ms = 0)::INTEGER,
       (SELECT count(*) FROM reconciled WHERE their_no IS NOT NULL)::INTEGER`,
  );
  const [[unreadable, zero, compared]] = result.getRows() as [number, number, number][];
  const unanswered = leftOut + zero;
  return { all: rows, unreadable, unanswered, outside: rows - unreadable - unanswered - compared };
}
