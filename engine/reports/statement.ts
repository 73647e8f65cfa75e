import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';
import { OperatorError } from '../errors.ts';
import { localTime } from '../local-time.ts';

/** The account a statement is about. */
export interface StatementAccount {
  readonly account: string;
  readonly name: string;
  readonly timezone: string;
}

/** [from, to) in milliseconds since 1970 UTC; null is open. */
export interface Period {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** An account's entries of a period. Amounts are decimals as text, times ISO 8601 in the account's time zone. */
export interface Statement extends StatementAccount {
  readonly from: string | null;
  readonly to: string | null;
  /** The sum of all entries before the period, openings among them. */
  readonly opening: string;
  readonly entries: readonly StatementEntry[];
  readonly closing: string;
  /** What the charges shown are made of, dearest first. */
  readonly destinations: readonly ({ readonly destination: string } & CallSum)[];
  readonly charged: CallSum;
  /** Calls of the same runs which the account had too little for, and what they would have cost beyond their fee. */
  readonly notCharged: { readonly calls: number; readonly shortfall: string };
  /** What the adjustments shown are made of, by run and cause. */
  readonly adjusted: readonly AdjustedSum[];
}

/** `delta` is the change of what is charged: above 0 it is taken from the balance. */
export interface AdjustedSum {
  readonly runId: number;
  readonly cause: string;
  readonly calls: number;
  readonly delta: string;
}

export interface StatementEntry {
  readonly entryNo: number;
  readonly runId: number;
  readonly kind: string;
  readonly at: string;
  readonly reference: string | null;
  readonly calls: number | null;
  readonly amount: string;
  /** After this entry, in the order of the statement: of time, and not of booking. */
  readonly balance: string;
}

export interface CallSum {
  readonly calls: number;
  readonly holdSeconds: number;
  readonly feeSeconds: number;
  readonly fee: string;
}

/**
 * Reads the statement of an account.
 *
 * @throws OperatorError when the calls do not add up to the charges, or to the adjustments: such a statement must not
 *   leave the house
 */
export async function readStatement(
  connection: DuckDBConnection,
  account: StatementAccount,
  { fromMs, toMs }: Period,
): Promise<Statement> {
  const { iso } = localTime(account.timezone);
  const all = await entriesOf(connection, account.account);
  const before = all.filter(({ atMs }) => atMs === null || (fromMs !== null && atMs < fromMs));
  const shown = all.slice(before.length).filter(({ atMs }) => toMs === null || (atMs as number) < toMs);
  let balance = before.reduce((sum, { micros }) => sum + micros, 0n);
  const opening = formatMoney(balance);
  const entries = shown.map(({ atMs, micros, ...entry }) => {
    balance += micros;
    return { ...entry, at: iso(atMs as number), amount: formatMoney(micros), balance: formatMoney(balance) };
  });
  return {
    ...account,
    from: fromMs === null ? null : iso(fromMs),
    to: toMs === null ? null : iso(toMs),
    opening,
    entries,
    closing: formatMoney(balance),
    ...(await callsOf(
      connection,
      account.account,
      shown.filter(({ kind }) => kind === 'charge'),
    )),
    adjusted: await causesOf(
      connection,
      account.account,
      shown.filter(({ kind }) => kind === 'adjustment'),
    ),
  };
}

interface Entry extends Omit<StatementEntry, 'at' | 'amount' | 'balance'> {
  readonly atMs: number | null;
  readonly micros: bigint;
}

/** All entries of an account in the order of time; openings have none and come first. */
async function entriesOf(connection: DuckDBConnection, account: string): Promise<Entry[]> {
  const result = await connection.runAndReadAll(
    `SELECT entry_no::DOUBLE AS "entryNo", run_id AS "runId", kind, epoch_ms(effective_at)::DOUBLE AS "atMs", reference,
       calls::DOUBLE AS calls, amount
     FROM ledger WHERE account = $account ORDER BY effective_at NULLS FIRST, entry_no`,
    { account },
  );
  return result.getRowObjects().map(({ amount, ...entry }) => {
    return { ...entry, micros: (amount as DuckDBDecimalValue).value } as Entry;
  });
}

const CHARGED = statuses.filter(({ charged }) => charged).map(({ name }) => `'${name}'`);

/** The calls behind some charges of an account: a charge covers all its calls of a run. */
async function callsOf(
  connection: DuckDBConnection,
  account: string,
  charges: readonly Entry[],
): Promise<Pick<Statement, 'destinations' | 'charged' | 'notCharged'>> {
  const runs = charges.map(({ runId }) => runId);
  const from = `FROM accounted_calls
    WHERE account_id = (SELECT id FROM call_names WHERE kind = 'account' AND name = $account)
      AND run_id IN (SELECT unnest([${runs.join(', ')}]::INTEGER[]))`;
  const result = await connection.runAndReadAll(
    `WITH charged AS (SELECT * ${from} AND status IN (${CHARGED.join(', ')}))
     SELECT coalesce(r.destination, c.destination) AS destination, sum(calls)::DOUBLE, sum(hold_seconds)::DOUBLE,
       sum(fee_seconds)::DOUBLE, sum(fee)
     FROM charged c LEFT JOIN rates r USING (rate_id) GROUP BY ALL ORDER BY sum(fee) DESC, destination`,
    { account },
  );
  const sums = result.getRows() as [string, number, number, number, DuckDBDecimalValue][];
  const fee = sums.reduce((sum, [, , , , { value }]) => sum + value, 0n);
  refuseDifference(account, 'charged', charges, fee);
  const lacking = await connection.runAndReadAll(
    `SELECT coalesce(sum(calls), 0)::DOUBLE, coalesce(sum(shortfall), 0)::DECIMAL(38,6) ${from} AND shortfall > 0`,
    { account },
  );
  const [[calls, shortfall]] = lacking.getRows() as [[number, DuckDBDecimalValue]];
  return {
    destinations: sums.map(([destination, count, holdSeconds, feeSeconds, { value }]) => {
      return { destination, calls: count, holdSeconds, feeSeconds, fee: formatMoney(value) };
    }),
    charged: {
      calls: sums.reduce((sum, [, count]) => sum + count, 0),
      holdSeconds: sums.reduce((sum, [, , seconds]) => sum + seconds, 0),
      feeSeconds: sums.reduce((sum, [, , , seconds]) => sum + seconds, 0),
      fee: formatMoney(fee),
    },
    notCharged: { calls, shortfall: formatMoney(shortfall.value) },
  };
}

/** The causes behind some adjustments of an account. */
async function causesOf(
  connection: DuckDBConnection,
  account: string,
  adjustments: readonly Entry[],
): Promise<AdjustedSum[]> {
  const result = await connection.runAndReadAll(
    `SELECT run_id, cause, count(*)::DOUBLE, sum(delta) FROM fee_adjustments
     WHERE account_id = (SELECT id FROM call_names WHERE kind = 'account' AND name = $account)
       AND run_id IN (SELECT unnest([${adjustments.map(({ runId }) => runId).join(', ')}]::INTEGER[]))
     GROUP BY run_id, cause ORDER BY run_id, cause`,
    { account },
  );
  const sums = result.getRows() as [number, string, number, DuckDBDecimalValue][];
  const delta = sums.reduce((sum, [, , , { value }]) => sum + value, 0n);
  refuseDifference(account, 'adjusted', adjustments, delta);
  return sums.map(([runId, cause, calls, { value }]) => ({ runId, cause, calls, delta: formatMoney(value) }));
}

function refuseDifference(account: string, what: string, entries: readonly Entry[], ofCalls: bigint): void {
  const booked = -entries.reduce((sum, { micros }) => sum + micros, 0n);
  if (booked === ofCalls) return;
  const where = entries.length === 1 ? `run ${entries[0].runId}` : `${entries.length} runs`;
  throw new OperatorError(
    `the statement of ${account} does not add up: ${formatMoney(booked)} is ${what} for ${where}, but its calls there ` +
      `come to ${formatMoney(ofCalls)}. See what is wrong with "ratemill verify"`,
  );
}
