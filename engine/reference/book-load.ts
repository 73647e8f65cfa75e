import type { DuckDBConnection } from '@duckdb/node-api';
import { nextRunId } from '../store/history.ts';
import type { Kind } from './kinds.ts';

/** Writes the ledger entries of what a load has brought; part of its transaction. */
export async function bookLoad(connection: DuckDBConnection, kind: Kind['kind'], loadId: number): Promise<void> {
  if (kind === 'accounts') await bookOpenings(connection, loadId);
  if (kind === 'payments') await bookPayments(connection, loadId);
}

const COLUMNS = 'entry_no, run_id, account, kind, effective_at, amount, balance_after, reference, load_id';
const LAST_ENTRY = '(SELECT coalesce(max(entry_no), 0) FROM ledger)';

/** Every account has an opening, also one of 0. It is written once: a file that comes again may not change the balance. */
async function bookOpenings(connection: DuckDBConnection, loadId: number): Promise<void> {
  await connection.run(
    `INSERT INTO ledger (${COLUMNS})
     SELECT ${LAST_ENTRY} + row_number() OVER (ORDER BY account), ${await nextRunId(connection)}, account, 'opening', NULL,
       balance, balance, NULL, load_id
     FROM accounts ANTI JOIN ledger USING (account) WHERE load_id = ${loadId} ORDER BY account`,
  );
}

/** In the order of time, whatever the order of lines, so that the same payments leave the same balances after each. */
async function bookPayments(connection: DuckDBConnection, loadId: number): Promise<void> {
  await connection.run(
    `INSERT INTO ledger (${COLUMNS})
     SELECT ${LAST_ENTRY} + row_number() OVER (ORDER BY paid_at, reference), ${await nextRunId(connection)}, account,
       'payment', paid_at, amount, balance + sum(amount) OVER (PARTITION BY account ORDER BY paid_at, reference),
       reference, load_id
     FROM payments JOIN account_balances USING (account) WHERE load_id = ${loadId} ORDER BY paid_at, reference`,
  );
}
