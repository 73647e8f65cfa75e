import type { DuckDBConnection } from '@duckdb/node-api';

/** Books what the calls of an account cost in a run, as a row by hand. */
export async function bookCharge(
  connection: DuckDBConnection,
  account: string,
  runId: number,
  lowest: number | null = null,
): Promise<void> {
  await connection.run(
    `INSERT INTO ledger
     SELECT (SELECT max(entry_no) FROM ledger) + 1, ${runId}, '${account}', 'charge', max(ended_at), -sum(fee),
       (SELECT balance FROM account_balances WHERE account = '${account}') - sum(fee),
       count(*) FILTER (status IN ('charged', 'overdraft_capped')), ${lowest}, NULL, NULL
     FROM rated_calls WHERE run_id = ${runId} AND account = '${account}'`,
  );
}
