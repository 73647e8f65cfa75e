import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Who may run out of money: nobody, because overdraft is allowed; every hundredth account; or all of them. */
export type AtRisk = 'nobody' | 'one in a hundred' | 'everybody';

/**
 * Copies the database of decks and gives its accounts money: those at risk half of what `rated` says the night cost them,
 * the others more than they can spend.
 */
export async function giveMoney(folder: string, rated: string, atRisk: AtRisk, database: string): Promise<void> {
  rmSync(database, { force: true });
  copyFileSync(join(folder, 'decks.duckdb'), database);
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  const which = { nobody: 'false', 'one in a hundred': 'place % 100 = 50', everybody: 'true' }[atRisk];
  await connection.run(`
    ATTACH '${rated}' AS night (READ_ONLY);
    CREATE TEMP TABLE money AS
      SELECT account, CASE WHEN ${which} THEN coalesce(-c.amount, 0) / 2 ELSE 1e9 END::DECIMAL(18, 6) AS balance
      FROM (SELECT account, row_number() OVER (ORDER BY account) AS place FROM accounts WHERE kind = 'client') a
      LEFT JOIN (SELECT account, sum(amount) AS amount FROM night.ledger WHERE kind = 'charge' GROUP BY account) c USING (account);
    UPDATE accounts SET balance = m.balance, credit_limit = 0, overdraft = '${atRisk === 'nobody' ? 'allow' : 'prevent'}'
      FROM money m WHERE accounts.account = m.account;
    UPDATE ledger SET amount = m.balance, balance_after = m.balance FROM money m WHERE ledger.account = m.account;
    DETACH night`);
  connection.closeSync();
  instance.closeSync();
}
