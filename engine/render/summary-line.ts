import type { LogFields } from '../log.ts';
import type { RunReport } from '../reports/run-report.ts';
import { cents, counted, grouped } from './amounts.ts';

/**
 * A run in one line, fit for the subject of a mail; amounts are rounded to the cent.
 *
 * @param maxUnrated most calls that may wait: said when there are more
 */
export function summaryLine(report: RunReport, maxUnrated?: number): string {
  const { runId, calls, files, fee, skipped, retry } = report;
  const headline =
    runId === null
      ? `nothing new: ${counted(skipped.length, 'file')} rated before`
      : `run ${runId} done: ${counted(calls.read, 'call')} of ${counted(files.length, 'file')}, charged ${cents(fee)}`;
  const retried =
    retry.runId === null
      ? ''
      : `; retry, run ${retry.runId}: ${counted(retry.moved, 'call')} came out otherwise, charged ${cents(retry.fee)}`;
  return `${headline}${retried}; ${[waiting(report, maxUnrated), ...exceptions(report)].join(', ')}`;
}

/** The same figures for a log: exact, and with names. */
export function summaryFields(report: RunReport): LogFields {
  const { runId, files, skipped, leftOut, olderFiles, calls, fee, vendorFee, unrated, retry } = report;
  const { refused, capped } = lackingMoney(report);
  return {
    runId,
    files: files.length,
    skippedFiles: skipped.length,
    leftOutFiles: leftOut.length,
    olderFiles,
    calls: calls.read,
    chargedCalls: calls.charged,
    fee,
    vendorFee,
    unratedCalls: unrated.calls,
    atRisk: unrated.atRisk,
    rejected: calls.rejected,
    refusedCalls: refused,
    cappedCalls: capped,
    retryRunId: retry.runId,
    retriedCalls: retry.moved,
    retryFee: retry.fee,
    stillWaitingCalls: retry.waiting,
  };
}

/** Calls that wait: those of this run with what they would bring, then those of earlier ones. */
function waiting({ runId, unrated, retry }: RunReport, maxUnrated: number | undefined): string {
  if (runId === null) return `${grouped(retry.waiting)} wait`;
  const more =
    maxUnrated !== undefined && unrated.calls > maxUnrated ? `, more than ${grouped(maxUnrated)} allowed` : '';
  const earlier = retry.waiting === 0 ? '' : ` and ${grouped(retry.waiting)} of earlier runs`;
  return `${grouped(unrated.calls)} wait (${cents(unrated.atRisk)} at risk${more})${earlier}`;
}

function exceptions(report: RunReport): string[] {
  const { runId, calls, leftOut, olderFiles } = report;
  const { refused, capped } = lackingMoney(report);
  const cappedToo = capped === 0 ? '' : ` and ${grouped(capped)} capped`;
  const left = `${counted(leftOut.length, 'file')} left out`;
  return [
    ...(runId === null ? [] : [`${grouped(calls.rejected)} rejected`]),
    ...(runId === null && refused + capped === 0
      ? []
      : [`${counted(refused, 'call')} refused${cappedToo} for want of money`]),
    left,
    ...(olderFiles === 0 ? [] : [`${counted(olderFiles, 'older file')} not looked at`]),
  ];
}

/** Of the run, and of the retry before it. */
function lackingMoney({ overdraft, retry }: RunReport): { refused: number; capped: number } {
  const lines = [...overdraft, ...retry.overdraft];
  return {
    refused: lines.reduce((sum, { refused }) => sum + refused, 0),
    capped: lines.reduce((sum, { capped }) => sum + capped, 0),
  };
}
