import { formatMoney } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';
import type { StatusTotal } from '../tally.ts';

/** Calls of one status. Amounts are decimals as text. */
export interface StatusLine {
  readonly status: string;
  readonly recorded: string;
  readonly calls: number;
  readonly seconds: number;
  readonly fee: string;
  readonly feeNotBilled: string;
}

/** What a run counted, by status in order of precedence. */
export function statusLines(totals: readonly StatusTotal[]): StatusLine[] {
  return totals.map(({ status, calls, seconds, fee, notBilled }) => {
    const { name, recorded } = statuses[status];
    return { status: name, recorded, calls, seconds, fee: formatMoney(fee), feeNotBilled: formatMoney(notBilled) };
  });
}
