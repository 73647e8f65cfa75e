import type { DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { didYouMean } from '../parameters/nearest-name.ts';
import type { Mistake } from './mistake.ts';
import type { Staged } from './stage.ts';

/** A payment the database does not have yet, beside its account; that is null when it is not loaded. */
type NewPayment = [
  row: number,
  account: string,
  amount: DuckDBDecimalValue,
  balance: DuckDBDecimalValue | null,
  creditLimit: DuckDBDecimalValue,
  overdraft: 'prevent' | 'allow',
];

/**
 * Why new payments cannot be booked: their account is not loaded, or takes back more than it has. The balance counts the
 * lines before, but not those that are refused themselves.
 */
export async function paymentMistakes(
  connection: DuckDBConnection,
  { table: staged, existing, sameKey }: Staged,
  line: (row: number) => number,
): Promise<Mistake[]> {
  const result = await connection.runAndReadAll(
    `SELECT s.row, s.account, s.amount, b.balance, b.credit_limit, b.overdraft
     FROM ${staged} s ANTI JOIN ${existing} e ON ${sameKey} LEFT JOIN account_balances b ON b.account = s.account
     ORDER BY s.row`,
  );
  const payments = result.getRows() as unknown as NewPayment[];
  const loadedAccount = await accountHints(connection, payments);
  const balances = new Map<string, bigint>();
  const mistakes: Mistake[] = [];
  for (const [row, account, { value: micros }, balance, creditLimit, overdraft] of payments) {
    if (balance === null) {
      const expected = loadedAccount.get(account) as string;
      mistakes.push({ line: line(row), column: 'account', value: account, expected });
      continue;
    }
    const before = balances.get(account) ?? balance.value;
    if (micros < 0n && overdraft === 'prevent' && before + micros < -creditLimit.value) {
      const expected = tooMuch(account, before, creditLimit.value);
      mistakes.push({ line: line(row), column: 'amount', value: formatMoney(micros, 0), expected });
    } else balances.set(account, before + micros);
  }
  return mistakes;
}

/** Accounts whose nearest name is sought: as many as a person reads, for each is compared with all names there are. */
const HINTED = 50;

/** What is said of each account that is not loaded, whatever the number of its lines. */
async function accountHints(
  connection: DuckDBConnection,
  payments: readonly NewPayment[],
): Promise<Map<string, string>> {
  const unknown = new Set(payments.filter(([, , , balance]) => balance === null).map(([, account]) => account));
  if (unknown.size === 0) return new Map();
  const loaded = await connection.runAndReadAll('SELECT account FROM accounts ORDER BY account');
  const names = loaded.getRows().map(([account]) => account as string);
  const hint = (account: string, i: number) => (i < HINTED ? didYouMean(account, names) : '');
  const expected = 'an account that is loaded: ratemill load accounts FILE';
  return new Map([...unknown].map((account, i) => [account, `${expected}${hint(account, i)}`]));
}

function tooMuch(account: string, balance: bigint, creditLimit: bigint): string {
  const left = balance + creditLimit;
  const allowed = left > 0n ? `an amount of ${formatMoney(-left)} or more` : 'an amount above 0';
  return (
    `${allowed}: the balance of ${account} is ${formatMoney(balance)} before it, and may not be taken below ` +
    `${formatMoney(-creditLimit)} (overdraft is prevented, credit limit ${formatMoney(creditLimit)})`
  );
}
