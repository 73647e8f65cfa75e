import type { RunReport, TopLine } from '../reports/run-report.ts';
import { printable, textTable } from './text-table.ts';

/** Files named one by one before the rest is only counted. */
const LISTED = 20;

/** A run as people read it: statuses with calls and money, the largest destinations and accounts, what was left out. */
export function runReportText(report: RunReport): string {
  const parts = [leftOutText(report), skippedText(report)];
  if (report.runId === null) {
    parts.push('Nothing was rated: there is no new file among what was named.\n');
  } else {
    parts.push(headline(report), statusTable(report));
    if (report.topDestinations.length > 0) parts.push(topTable('top destinations', report.topDestinations));
    if (report.topAccounts.length > 0) parts.push(topTable('top accounts', report.topAccounts));
    parts.push(notes(report));
  }
  return parts.filter((part) => part !== '').join('\n');
}

/** A count with thousands separators. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A decimal with thousands separators, its digits untouched. */
export function groupedMoney(amount: string): string {
  const [whole, decimals] = amount.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? separated : `${separated}.${decimals}`;
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
  const count = files.length === 1 ? '1 file' : `${grouped(files.length)} files`;
  return `run ${runId}: ${grouped(calls.read)} calls of ${count} in ${elapsedSeconds.toFixed(1)} s (${grouped(callsPerSecond)} calls/s), into ${database}
charged ${groupedMoney(fee)} for ${grouped(calls.charged)} calls; vendors charge ${groupedMoney(vendorFee)}
`;
}

function statusTable({ statuses, calls, fee }: RunReport): string {
  const rows = statuses.map(({ status, recorded, calls: count, seconds, fee: money, feeNotBilled }) => [
    status,
    recorded === 'nowhere' ? '-' : recorded,
    grouped(count),
    grouped(Math.round(seconds / 60)),
    money,
    feeNotBilled === '0.00' ? '' : feeNotBilled,
  ]);
  const minutes = statuses.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  rows.push(['all', '', grouped(calls.read), grouped(Math.round(minutes)), fee, '']);
  return textTable(
    [
      { title: 'status' },
      { title: 'recorded in' },
      { title: 'calls', align: 'right' },
      { title: 'minutes', align: 'right' },
      { title: 'fee', align: 'right' },
      { title: 'not billed', align: 'right' },
    ],
    pointsInLine(rows, 4),
  );
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

/** Gives the amounts of a column as many decimals as the longest has, and separators. */
function pointsInLine(rows: readonly string[][], column: number): string[][] {
  const decimals = (amount: string) => amount.split('.')[1]?.length ?? 0;
  const most = Math.max(...rows.map((row) => decimals(row[column])));
  return rows.map((row) =>
    row.with(column, row[column] === '' ? '' : groupedMoney(row[column] + '0'.repeat(most - decimals(row[column])))),
  );
}

function leftOutText({ leftOut }: RunReport): string {
  return listed(leftOut.map(({ path, reason }) => `left out: ${printable(path)} ${printable(reason)}`));
}

function skippedText({ skipped }: RunReport): string {
  return listed(skipped.map(({ path, sameAs }) => `skipped: ${printable(path)} is ${printable(sameAs)}`));
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
