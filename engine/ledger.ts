import assert from 'node:assert/strict';
import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../rating/money.ts';

/** The statuses whose calls overdraft prevention has seen: their accounts get a charge, be it of 0. */
export const PRICED = `('charged', 'overdraft_capped', 'overdraft_refused')`;

/**
 * Books what a run charges: one entry an account, in the order of names, part of the run's transaction.
 *
 * @param fee what the run charges in all, in micros
 */
export async function bookCharges(connection: DuckDBConnection, runId: number, fee: bigint): Promise<void> {
  await connection.run(`
    INSERT INTO ledger (entry_no, run_id, account, kind, effective_at, amount, balance_after, calls, lowest)
    WITH balances AS (SELECT account, arg_max(balance_after, entry_no) AS balance FROM ledger GROUP BY account),
    charges AS (
      SELECT account_id, sum(fee) AS fee, count(*) FILTER (status <> 'overdraft_refused') AS calls, max(ended_at) AS last_at
      FROM calls WHERE run_id = ${runId} AND status IN ${PRICED} GROUP BY account_id
    )
    SELECT (SELECT coalesce(max(entry_no), 0) FROM ledger) + row_number() OVER (ORDER BY a.account), ${runId}, a.account,
      'charge', c.last_at, -c.fee, b.balance - c.fee, c.calls,
      CASE WHEN a.overdraft = 'prevent' THEN -a.credit_limit END
    FROM charges c JOIN call_names n ON n.kind = 'account' AND n.id = c.account_id
    JOIN accounts a ON a.account = n.name JOIN balances b ON b.account = a.account
    ORDER BY a.account`);
  await assertBooked(connection, runId, fee);
}

/**
 * Books what a run adjusts: one entry an account whose fees changed in all, in the order of names, part of the run's
 * transaction.
 *
 * @param calls SQL: account_id, ended_at and delta of each call whose adjustments are in `fee_adjustments`
 */
export async function bookAdjustments(connection: DuckDBConnection, runId: number, calls: string): Promise<void> {
  await connection.run(`
    INSERT INTO ledger (entry_no, run_id, account, kind, effective_at, amount, balance_after, lowest)
    WITH balances AS (SELECT account, arg_max(balance_after, entry_no) AS balance FROM ledger GROUP BY account),
    changes AS (
      SELECT account_id, sum(delta) AS delta, max(ended_at) AS last_at FROM (${calls})
      GROUP BY account_id HAVING sum(delta) <> 0
    )
    SELECT (SELECT coalesce(max(entry_no), 0) FROM ledger) + row_number() OVER (ORDER BY a.account), ${runId}, a.account,
      'adjustment', c.last_at, -c.delta, b.balance - c.delta, CASE WHEN a.overdraft = 'prevent' THEN -a.credit_limit END
    FROM changes c JOIN call_names n ON n.kind = 'account' AND n.id = c.account_id
    JOIN accounts a ON a.account = n.name JOIN balances b ON b.account = a.account
    ORDER BY a.account`);
  const booked = await connection.runAndReadAll(
    `SELECT coalesce(-sum(amount), 0)::DECIMAL(38, 6),
       (SELECT coalesce(sum(delta), 0)::DECIMAL(38, 6) FROM fee_adjustments WHERE run_id = ${runId})
     FROM ledger WHERE run_id = ${runId} AND kind = 'adjustment'`,
  );
  const [adjusted, asked] = booked.getRows()[0] as DuckDBDecimalValue[];
  assert.equal(formatMoney(adjusted.value), formatMoney(asked.value), 'the adjustments booked are those of the calls');
  await assertBalances(connection, runId);
}

/**
 * Our own mistakes would stop the run here: money that was not booked, an account below its limit by a charge, or a balance
 * that is not opening + payments - charges + adjustments.
 */
async function assertBooked(connection: DuckDBConnection, runId: number, fee: bigint): Promise<void> {
  const booked = await connection.runAndReadAll(
    `SELECT coalesce(-sum(amount), 0)::DECIMAL(38, 6) FROM ledger WHERE run_id = ${runId} AND kind = 'charge'`,
  );
  const [charged] = booked.getRows()[0] as [DuckDBDecimalValue];
  assert.equal(formatMoney(charged.value), formatMoney(fee), 'the charges booked are the fees of the run');
  await assertBalances(connection, runId);
}

async function assertBalances(connection: DuckDBConnection, runId: number): Promise<void> {
  const low = await connection.runAndReadAll(
    `SELECT account FROM ledger WHERE run_id = ${runId} AND amount < 0 AND balance_after < lowest ORDER BY account`,
  );
  assert.deepEqual(low.getRows(), [], 'no account was charged below its limit');
  const wrong = await connection.runAndReadAll(
    `SELECT account FROM run_balances
     WHERE run_id = ${runId} AND opening + payments - charges + adjustments <> closing`,
  );
  assert.deepEqual(wrong.getRows(), [], 'opening + payments - charges + adjustments = closing');
}
