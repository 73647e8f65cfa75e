import { formatMoney } from '../../rating/money.ts';
import { statusCode, statuses } from '../../rating/status.ts';
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
  return totals.map(({ status, calls, seconds, fee }) => {
    const withheld = status === statusCode.suppressed_server_hang_up;
    const { name, recorded } = statuses[status];
    const money = { fee: formatMoney(withheld ? 0n : fee), feeNotBilled: formatMoney(withheld ? fee : 0n) };
    return { status: name, recorded, calls, seconds, ...money };
  });
}
