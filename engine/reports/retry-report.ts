import { formatMoney } from '../../rating/money.ts';
import type { RetryResult } from '../retry.ts';
import { type OverdraftLine, overdraftLines } from './overdraft-report.ts';
import { type StatusLine, statusLines } from './status-lines.ts';

/** What is told of a retry. Amounts are decimals as text. */
export interface RetryReport {
  /** Null when no call came out otherwise than it waited: then there is no run. */
  readonly runId: number | null;
  readonly waited: number;
  readonly moved: number;
  readonly waiting: number;
  readonly fee: string;
  readonly statuses: readonly StatusLine[];
  readonly overdraft: readonly OverdraftLine[];
  readonly warnings: readonly { warning: string; calls: number }[];
  readonly clockWarning: string | null;
  readonly elapsedSeconds: number;
}

export function reportRetry(result: RetryResult): RetryReport {
  const { runId, waited, moved, waiting, totals, overdraft, warnings, clockWarning, elapsedMs } = result;
  return {
    runId: runId ?? null,
    waited,
    moved,
    waiting,
    fee: formatMoney(totals.reduce((sum, { fee }) => sum + fee, 0n)),
    statuses: statusLines(totals),
    overdraft: overdraftLines(overdraft),
    warnings,
    clockWarning: clockWarning ?? null,
    elapsedSeconds: elapsedMs / 1000,
  };
}
