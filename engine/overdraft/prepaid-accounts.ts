import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';

/** An account whose overdraft is prevented, at the moment a run begins to replay its calls. Amounts are micros. */
export interface PrepaidAccount {
  /** In call_names. */
  readonly id: number;
  readonly account: string;
  /** Balance + credit limit, without the payments that came later. */
  readonly spendable: bigint;
  /** Payments that count from their time on, in its order. */
  readonly payments: readonly { readonly paidMs: number; readonly amount: bigint }[];
}

/**
 * The `prevent` accounts among the names of calls, in the order of their ids, with their money.
 *
 * @param fromMs earliest answer of the calls to be replayed
 */
export async function readPrepaidAccounts(connection: DuckDBConnection, fromMs: number): Promise<PrepaidAccount[]> {
  const balances = await readPrepaidBalances(connection, fromMs);
  const names = await connection.runAndReadAll("SELECT id, name FROM call_names WHERE kind = 'account' ORDER BY id");
  return (names.getRows() as [number, string][]).flatMap(([id, account]) => {
    const money = balances.get(account);
    return money === undefined ? [] : [{ id, account, ...money }];
  });
}

/**
 * The money of all `prevent` accounts. Their balance is that of the ledger. A payment counts from `paid_at` on, whenever it
 * was loaded: so those after `fromMs` are taken off and kept apart. Money that was paid back is gone from the start, so
 * that no call can spend it again.
 */
export async function readPrepaidBalances(
  connection: DuckDBConnection,
  fromMs: number,
): Promise<Map<string, Pick<PrepaidAccount, 'spendable' | 'payments'>>> {
  const accounts = await connection.runAndReadAll(
    `SELECT a.account, coalesce(l.balance, 0) + a.credit_limit
     FROM accounts a
     LEFT JOIN (SELECT account, arg_max(balance_after, entry_no) AS balance FROM ledger GROUP BY account) l
       ON l.account = a.account
     WHERE a.overdraft = 'prevent'`,
  );
  const later = await laterPayments(connection, fromMs, Number.MAX_SAFE_INTEGER);
  const rows = accounts.getRows() as [string, DuckDBDecimalValue][];
  return new Map(rows.map(([account, held]) => [account, apart(held.value, later.get(account) ?? [])]));
}

/**
 * The account as it was when a run replayed it: from the ledger before the run's charge.
 *
 * @returns undefined when the run did not charge the account, or its overdraft was allowed
 */
export async function readPrepaidAccountOf(
  connection: DuckDBConnection,
  account: string,
  runId: number,
  fromMs: number,
): Promise<Omit<PrepaidAccount, 'id'> | undefined> {
  const charge = await connection.runAndReadAll(
    `SELECT entry_no::DOUBLE, balance_after - amount - lowest FROM ledger
     WHERE account = $account AND run_id = ${runId} AND kind = 'charge' AND lowest IS NOT NULL`,
    { account },
  );
  if (charge.currentRowCount === 0) return undefined;
  const [entry, held] = charge.getRows()[0] as [number, DuckDBDecimalValue];
  const later = await laterPayments(connection, fromMs, entry);
  return { account, ...apart(held.value, later.get(account) ?? []) };
}

type Payments = PrepaidAccount['payments'];

function apart(held: bigint, payments: Payments): Pick<PrepaidAccount, 'spendable' | 'payments'> {
  return { spendable: payments.reduce((left, { amount }) => left - amount, held), payments };
}

/** Payments after a time that were booked before an entry of the ledger, by account. */
async function laterPayments(
  connection: DuckDBConnection,
  fromMs: number,
  beforeEntry: number,
): Promise<Map<string, { paidMs: number; amount: bigint }[]>> {
  const rows = await connection.runAndReadAll(
    `SELECT account, epoch_ms(effective_at)::DOUBLE, amount FROM ledger
     WHERE kind = 'payment' AND amount > 0 AND epoch_ms(effective_at) > ${fromMs} AND entry_no < ${beforeEntry}
     ORDER BY account, effective_at, reference`,
  );
  const byAccount = new Map<string, { paidMs: number; amount: bigint }[]>();
  for (const [account, paidMs, amount] of rows.getRows() as [string, number, DuckDBDecimalValue][]) {
    const payments = byAccount.get(account) ?? [];
    payments.push({ paidMs, amount: amount.value });
    byAccount.set(account, payments);
  }
  return byAccount;
}
