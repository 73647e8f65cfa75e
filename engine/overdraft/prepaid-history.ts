import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { PRICED } from '../ledger.ts';
import type { PrepaidAccount } from './prepaid-accounts.ts';

/**
 * `prevent` accounts at the moment calls of a window of history begin to be replayed: with the money of now, all that the
 * calls of the window were charged given back. Payments count from their time on, and so do the charges of calls that are
 * not in the window and ended later: they stand. What such a call was charged is not there to be spent before it either,
 * as no balance may fall below its limit afterwards. So what counts at a time is the least that is left from then on; it
 * begins with `spendable` and rises with some of the payments.
 *
 * @param where SQL: the calls of the window
 * @param accounts their ids in call_names; those whose overdraft is allowed are left out
 */
export async function readPrepaidHistory(
  connection: DuckDBConnection,
  where: string,
  accounts: readonly number[],
): Promise<PrepaidAccount[]> {
  if (accounts.length === 0) return [];
  const rows = await connection.runAndReadAll(`
    WITH account AS (
      SELECT n.id, a.account, coalesce(l.balance, 0) + a.credit_limit AS held
      FROM accounts a JOIN call_names n ON n.kind = 'account' AND n.name = a.account
      LEFT JOIN (SELECT account, arg_max(balance_after, entry_no) AS balance FROM ledger GROUP BY account) l
        ON l.account = a.account
      WHERE a.overdraft = 'prevent' AND n.id IN (${accounts.join(', ')})
    ), priced AS NOT MATERIALIZED (
      SELECT account_id AS id, answered_at, ended_at, fee, ${where} AS inside FROM calls
      WHERE status IN ${PRICED} AND account_id IN (${accounts.join(', ')})
    ), began AS (
      SELECT id, min(answered_at) AS began_at, sum(fee) AS given_back FROM priced WHERE inside GROUP BY id
    ), flow AS (
      SELECT id, ended_at AS counts_at, -sum(fee) AS amount FROM priced JOIN began USING (id)
      WHERE NOT inside AND ended_at > began_at GROUP BY id, ended_at
      UNION ALL
      SELECT id, effective_at, amount FROM ledger JOIN account USING (account) JOIN began USING (id)
      WHERE kind = 'payment' AND amount > 0 AND effective_at > began_at
    ), opening AS (
      SELECT id, account, held + coalesce(any_value(given_back), 0) - coalesce(sum(amount), 0) AS held
      FROM account LEFT JOIN began USING (id) LEFT JOIN flow USING (id) GROUP BY id, account, held
    ), moment AS (
      SELECT id, account, NULL::TIMESTAMPTZ AS counts_at, 0::DECIMAL(38, 6) AS amount, held FROM opening
      UNION ALL SELECT id, account, counts_at, amount, held FROM flow JOIN opening USING (id)
    ), numbered AS (
      SELECT *, row_number() OVER (PARTITION BY id ORDER BY counts_at NULLS FIRST, amount) AS nth FROM moment
    ), balance AS (
      SELECT id, account, counts_at, nth, held + sum(amount) OVER (PARTITION BY id ORDER BY nth) AS balance FROM numbered
    ), least AS (
      SELECT id, account, counts_at, nth, min(balance) OVER (PARTITION BY id ORDER BY nth DESC) AS spendable FROM balance
    )
    SELECT id, account, epoch_ms(counts_at)::DOUBLE,
      (spendable - lag(spendable, 1, 0) OVER (PARTITION BY id ORDER BY nth))::DECIMAL(38, 6) AS risen
    FROM least QUALIFY risen <> 0 OR nth = 1 ORDER BY id, nth`);
  const byId = new Map<
    number,
    { id: number; account: string; spendable: bigint; payments: { paidMs: number; amount: bigint }[] }
  >();
  for (const [id, account, atMs, risen] of rows.getRows() as [number, string, number | null, DuckDBDecimalValue][]) {
    if (atMs === null) byId.set(id, { id, account, spendable: risen.value, payments: [] });
    else byId.get(id)?.payments.push({ paidMs: atMs, amount: risen.value });
  }
  return [...byId.values()];
}
