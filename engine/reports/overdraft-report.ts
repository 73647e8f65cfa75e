import type { DuckDBConnection } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import type { AccountOverdraft } from '../overdraft/prevent-overdraft.ts';

/** An account that ran out of money in a run. Amounts are decimals as text, times ISO 8601. */
export interface OverdraftLine {
  readonly account: string;
  readonly refused: number;
  readonly capped: number;
  readonly shortfall: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly peakExposure: string;
}

/** A postpaid account that is below its limit now. */
export interface BelowLimitLine {
  readonly account: string;
  readonly balance: string;
  readonly creditLimit: string;
}

/** The accounts of which calls were refused or capped, those with the largest shortfall first. */
export function overdraftLines(overdraft: readonly AccountOverdraft[]): OverdraftLine[] {
  return overdraft
    .filter(({ refused, capped }) => refused + capped > 0)
    .sort((a, b) => (a.shortfall === b.shortfall ? 0 : a.shortfall < b.shortfall ? 1 : -1))
    .map(({ account, refused, capped, shortfall, firstMs, lastMs, peak }) => ({
      account,
      refused,
      capped,
      shortfall: formatMoney(shortfall),
      firstAt: new Date(firstMs as number).toISOString(),
      lastAt: new Date(lastMs as number).toISOString(),
      peakExposure: formatMoney(peak.reserved),
    }));
}

/** Accounts whose overdraft is allowed and that are below their limit, the deepest first. */
export async function readBelowLimit(connection: DuckDBConnection): Promise<BelowLimitLine[]> {
  const found = await connection.runAndReadAll(
    `SELECT account, balance::VARCHAR, credit_limit::VARCHAR FROM account_balances
     WHERE below_limit AND overdraft = 'allow' AND kind = 'client' ORDER BY balance + credit_limit, account`,
  );
  return (found.getRows() as string[][]).map(([account, balance, creditLimit]) => ({ account, balance, creditLimit }));
}
