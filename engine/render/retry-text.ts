import type { RetryReport } from '../reports/retry-report.ts';
import { grouped, groupedMoney } from './amounts.ts';
import { overdraftTable } from './overdraft-text.ts';
import { statusTable } from './status-table.ts';

/** A retry as people read it. */
export function retryText(report: RetryReport): string {
  const { waited, runId, statuses, moved, fee, overdraft, warnings, clockWarning } = report;
  if (waited === 0) return 'No call waits for a rate or an account.\n';
  const headline = retryLine(report);
  if (runId === null) return headline;
  const told = [
    ...(clockWarning === null ? [] : [clockWarning]),
    ...warnings.map(({ warning, calls }) => `${grouped(calls)} calls: ${warning}`),
  ].map((line) => `warning: ${line}\n`);
  return [headline, statusTable(statuses, moved, fee), overdraftTable(overdraft), told.join('')]
    .filter((part) => part !== '')
    .join('\n');
}

/** A retry in a line; empty when nothing waited. */
export function retryLine({ runId, waited, moved, waiting, fee }: RetryReport): string {
  if (waited === 0) return '';
  const waits = waiting === 1 ? '1 waits' : `${grouped(waiting)} wait`;
  if (runId === null) return `retry: of ${grouped(waited)} waiting calls none can be rated yet: see unrated_calls\n`;
  return (
    `retry, run ${runId}: of ${grouped(waited)} waiting calls ${grouped(moved)} came out otherwise, ` +
    `charged ${groupedMoney(fee)}; ${waits} now\n`
  );
}
