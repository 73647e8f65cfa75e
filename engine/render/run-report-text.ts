import type { RunReport, TopLine } from '../reports/run-report.ts';
import { counted, grouped, groupedMoney, pointsInLine } from './amounts.ts';
import { belowLimitTable, overdraftTable } from './overdraft-text.ts';
import { retryLine } from './retry-text.ts';
import { statusTable } from './status-table.ts';
import { printable, textTable } from './text-table.ts';

/** Files named one by one before the rest is only counted. */
const LISTED = 20;

/** A run as people read it: statuses with calls and money, the largest destinations and accounts, what was left out. */
export function runReportText(report: RunReport): string {
  const parts = [
    leftOutText(report),
    skippedText(report),
    olderText(report),
    retryLine(report.retry),
    overdraftTable(report.retry.overdraft),
  ];
  if (report.runId === null) {
    parts.push('Nothing was rated: there is no new file among what was named.\n');
  } else {
    parts.push(headline(report), statusTable(report.statuses, report.calls.read, report.fee));
    if (report.topDestinations.length > 0) parts.push(topTable('top destinations', report.topDestinations));
    if (report.topAccounts.length > 0) parts.push(topTable('top accounts', report.topAccounts));
    parts.push(overdraftTable(report.overdraft), belowLimitTable(report.belowLimit), notes(report));
  }
  return parts.filter((part) => part !== '').join('\n');
}

function headline({
  runId,
  files,
  calls,
  fee,
  vendorFee,
  elapsedSeconds,
  callsPerSecond,
  database,
}: RunReport): string {
  return `run ${runId}: ${grouped(calls.read)} calls of ${counted(files.length, 'file')} in ${elapsedSeconds.toFixed(1)} s (${grouped(callsPerSecond)} calls/s), into ${database}
charged ${groupedMoney(fee)} for ${grouped(calls.charged)} calls; vendors charge ${groupedMoney(vendorFee)}
`;
}

function topTable(title: string, lines: readonly TopLine[]): string {
  return textTable(
    [
      { title },
      { title: 'calls', align: 'right' },
      { title: 'minutes', align: 'right' },
      { title: 'fee', align: 'right' },
    ],
    pointsInLine(
      lines.map(({ name, calls, seconds, fee }) => [name, grouped(calls), grouped(Math.round(seconds / 60)), fee]),
      3,
    ),
  );
}

function leftOutText({ leftOut }: RunReport): string {
  return listed(leftOut.map(({ path, reason }) => `left out: ${printable(path)} ${printable(reason)}`));
}

function skippedText({ skipped }: RunReport): string {
  return listed(skipped.map(({ path, sameAs }) => `skipped: ${printable(path)} is ${printable(sameAs)}`));
}

function olderText({ olderFiles }: RunReport): string {
  if (olderFiles === 0) return '';
  return `${counted(olderFiles, 'older file')} ${olderFiles === 1 ? 'was' : 'were'} not looked at (--since)\n`;
}

function listed(lines: readonly string[]): string {
  const rest = lines.length > LISTED ? `… and ${grouped(lines.length - LISTED)} more (--json lists all)\n` : '';
  return (
    lines
      .slice(0, LISTED)
      .map((line) => `${line}\n`)
      .join('') + rest
  );
}

function notes({
  unrated,
  calls,
  differingDuplicates,
  warnings,
  clockWarning,
  files,
  columns,
  runId,
}: RunReport): string {
  const lines = warnings.map(({ warning, calls: count }) => `warning: ${grouped(count)} calls: ${warning}`);
  if (clockWarning !== null) lines.unshift(`warning: ${clockWarning}`);
  for (const { path, torn } of files) if (torn !== undefined) lines.push(`salvaged: ${printable(path)}: ${torn}`);
  for (const { path, unknown, absent } of columns) {
    if (unknown.length > 0)
      lines.push(`warning: ${printable(path)}: unknown columns are not read: ${printable(unknown.join(', '))}`);
    if (absent.length > 0)
      lines.push(`warning: ${printable(path)}: columns are missing and taken as null: ${absent.join(', ')}`);
  }
  if (unrated.calls > 0) {
    const minutes = grouped(Math.round(unrated.seconds / 60));
    lines.push(
      `${grouped(unrated.calls)} calls (${minutes} minutes, ${groupedMoney(unrated.atRisk)} at the average rate of their accounts) wait for a rate or an account: see unrated_calls`,
    );
  }
  if (calls.rejected > 0) {
    const differing = differingDuplicates > 0 ? `, ${grouped(differingDuplicates)} of them duplicates that differ` : '';
    lines.push(`${grouped(calls.rejected)} rows were rejected${differing}: see rejected_events of run ${runId}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
