import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { localTime } from '../local-time.ts';
import type { Leg } from '../reconcile/our-calls.ts';
import {
  outcomes,
  type PartnerLines,
  type Reconciled,
  type ReconcileOutcome,
  type ReconcileTask,
} from '../reconcile/reconcile.ts';
import type { Mistake } from '../reference/mistake.ts';

/** What a reconciliation found. Amounts are decimals as text, null where the file has none; differences are theirs - ours. */
export interface Reconciliation {
  readonly account: string;
  readonly leg: Leg;
  readonly files: readonly string[];
  readonly timezone: string;
  /** ISO 8601 in that zone; `to` is the first instant after. Null when there was nothing to compare. */
  readonly from: string | null;
  readonly to: string | null;
  readonly lines: PartnerLines;
  /** How far their clock is still ahead of ours, by calls that can be no others. */
  readonly clock: { readonly seconds: number; readonly calls: number } | null;
  /** Our calls that ended before were pruned, some of the period among them: theirs have no match. Null when all are there. */
  readonly prunedBefore: string | null;
  /** What --clock-offset took off. */
  readonly clockOffsetSeconds: number;
  /** Each outcome, in their order, also those nothing came out as. */
  readonly outcomes: readonly OutcomeSum[];
  readonly total: Comparison;
  /** Largest difference first. */
  readonly destinations: readonly Comparison[];
  readonly days: readonly Comparison[];
  readonly largest: readonly LineDifference[];
  readonly unreadable: readonly ({ readonly file: string } & Mistake)[];
}

/** Both sides of some calls. */
export interface Comparison {
  /** An outcome, a destination (empty where none is known), a day or `total`. */
  readonly of: string;
  readonly theirs: Side;
  readonly ours: Side;
  readonly seconds: number;
  readonly money: string | null;
}

export interface OutcomeSum extends Comparison {
  readonly of: ReconcileOutcome;
}

export interface Side {
  readonly calls: number;
  readonly seconds: number;
  readonly money: string | null;
}

export interface LineDifference {
  readonly outcome: ReconcileOutcome;
  readonly file: string | null;
  readonly line: number | null;
  readonly softswitch: string | null;
  readonly flowNo: string | null;
  readonly number: string;
  readonly at: string;
  readonly theirSeconds: number | null;
  readonly ourSeconds: number | null;
  readonly theirMoney: string | null;
  readonly ourMoney: string | null;
}

/** Reads the report from the tables `reconcile` has left. */
export async function readReconciliation(
  connection: DuckDBConnection,
  { account, leg, files, map, clockOffsetMs }: ReconcileTask,
  { period, clockOffset, lines }: Reconciled,
  largest: number,
): Promise<Reconciliation> {
  const hasMoney = map.money !== undefined;
  const { iso } = localTime(map.timezone);
  const sums = (key: string, order: string) => readSums(connection, key, order, hasMoney);
  const byOutcome = await sums('outcome', 'key');
  const [total] = await sums("'total'", 'key');
  return {
    account,
    leg,
    files,
    timezone: map.timezone,
    from: period === null ? null : iso(period.fromMs),
    to: period === null ? null : iso(period.toMs),
    lines,
    clock: clockOffset === null ? null : { seconds: clockOffset.ms / 1000, calls: clockOffset.calls },
    prunedBefore: await readPrunedBefore(connection, period, iso),
    clockOffsetSeconds: clockOffsetMs / 1000,
    outcomes: outcomes.map((of) => ({ ...(byOutcome.find((sum) => sum.of === of) ?? nothing(of, hasMoney)), of })),
    total: total ?? nothing('total', hasMoney),
    destinations: await sums(
      "coalesce(destination, '')",
      'abs(their_money - our_money) DESC, abs(their_ms - our_ms) DESC, key',
    ),
    days: await sums('day', 'key'),
    largest: await readLargest(connection, files, iso, hasMoney, largest),
    unreadable: await readUnreadable(connection, files),
  };
}

function nothing(of: string, hasMoney: boolean): Comparison {
  const side = { calls: 0, seconds: 0, money: hasMoney ? formatMoney(0) : null };
  return { of, theirs: side, ours: side, seconds: 0, money: side.money };
}

async function readPrunedBefore(
  connection: DuckDBConnection,
  period: Reconciled['period'],
  iso: (ms: number) => string,
): Promise<string | null> {
  const [[beforeMs]] = (await connection.runAndReadAll('SELECT epoch_ms(max(before))::DOUBLE FROM prunes')).getRows();
  return period !== null && beforeMs !== null && (beforeMs as number) > period.fromMs ? iso(beforeMs as number) : null;
}

type SumRow = [string, number, number, number, number, DuckDBDecimalValue, DuckDBDecimalValue];

async function readSums(
  connection: DuckDBConnection,
  key: string,
  order: string,
  hasMoney: boolean,
): Promise<Comparison[]> {
  const result = await connection.runAndReadAll(
    `SELECT key, their_calls, their_ms::DOUBLE, our_calls, our_ms::DOUBLE, their_money, our_money FROM (
       SELECT ${key} AS key, count(their_no)::DOUBLE AS their_calls, coalesce(sum(their_ms), 0) AS their_ms,
         count(our_no)::DOUBLE AS our_calls, coalesce(sum(our_ms), 0) AS our_ms,
         coalesce(sum(their_money), 0)::DECIMAL(38,6) AS their_money, coalesce(sum(our_money), 0)::DECIMAL(38,6) AS our_money
       FROM reconciled GROUP BY ALL) ORDER BY ${order}`,
  );
  return (result.getRows() as SumRow[]).map(([of, theirCalls, theirMs, ourCalls, ourMs, theirMoney, ourMoney]) => {
    const money = (micros: bigint) => (hasMoney ? formatMoney(micros) : null);
    return {
      of,
      theirs: { calls: theirCalls, seconds: theirMs / 1000, money: money(theirMoney.value) },
      ours: { calls: ourCalls, seconds: ourMs / 1000, money: money(ourMoney.value) },
      seconds: (theirMs - ourMs) / 1000,
      money: money(theirMoney.value - ourMoney.value),
    };
  });
}

async function readLargest(
  connection: DuckDBConnection,
  files: readonly string[],
  iso: (ms: number) => string,
  hasMoney: boolean,
  count: number,
): Promise<LineDifference[]> {
  const seconds = 'abs(coalesce(their_ms, 0) - coalesce(our_ms, 0))';
  const money = 'abs(coalesce(their_money, 0) - coalesce(our_money, 0))';
  const result = await connection.runAndReadAll(
    `WITH first AS MATERIALIZED (FROM reconciled WHERE outcome <> 'matched'
       ORDER BY ${hasMoney ? `${money} DESC, ` : ''}${seconds} DESC, at_ms, their_no, our_no LIMIT ${count})
     SELECT outcome, file_no, line::DOUBLE AS line, s.name AS softswitch, o.flow_no::VARCHAR AS flow_no, r.number,
       r.at_ms::DOUBLE AS at_ms, their_ms::DOUBLE AS their_ms, our_ms::DOUBLE AS our_ms, their_money, our_money
     FROM first r LEFT JOIN theirs USING (their_no) LEFT JOIN ours o USING (our_no)
       LEFT JOIN call_names s ON s.kind = 'softswitch' AND s.id = o.softswitch_id
     ORDER BY ${hasMoney ? `${money} DESC, ` : ''}${seconds} DESC, r.at_ms, r.their_no, r.our_no`,
  );
  const inSeconds = (ms: unknown) => (ms === null ? null : (ms as number) / 1000);
  const amount = (value: unknown) =>
    value === null || !hasMoney ? null : formatMoney((value as DuckDBDecimalValue).value);
  return result.getRowObjects().map((row) => ({
    outcome: row.outcome as ReconcileOutcome,
    file: row.file_no === null ? null : files[row.file_no as number],
    line: row.line as number | null,
    softswitch: row.softswitch as string | null,
    flowNo: row.flow_no as string | null,
    number: row.number as string,
    at: iso(row.at_ms as number),
    theirSeconds: inSeconds(row.their_ms),
    ourSeconds: inSeconds(row.our_ms),
    theirMoney: amount(row.their_money),
    ourMoney: amount(row.our_money),
  }));
}

async function readUnreadable(connection: DuckDBConnection, files: readonly string[]) {
  const result = await connection.runAndReadAll(
    'SELECT file_no, line::DOUBLE, title, value, expected FROM unreadable ORDER BY file_no, line, rowid',
  );
  return (result.getRows() as [number, number, string, string, string][]).map(
    ([fileNo, line, column, value, expected]) => ({ file: files[fileNo], line, column, value, expected }),
  );
}
