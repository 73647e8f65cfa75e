import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { formatMoney } from '../../rating/money.ts';
import { microsOf } from '../../rating/single-call.ts';
import { grouped } from '../render/amounts.ts';
import type { Figure, ReportPage, TableSection } from '../render/report-page.ts';
import type { RunSummary } from './run-history.ts';
import { balances } from './sections/balances.ts';
import { damagedRates } from './sections/damaged-rates.ts';
import { files } from './sections/files.ts';
import { readHeadline } from './sections/headline.ts';
import { illegalBySource } from './sections/illegal-by-source.ts';
import { longCalls } from './sections/long-calls.ts';
import { mappingGateways } from './sections/mapping-gateways.ts';
import { marginByVendor } from './sections/margin-by-vendor.ts';
import { negativeMargins } from './sections/negative-margins.ts';
import { overdraft } from './sections/overdraft.ts';
import { parameters } from './sections/parameters.ts';
import { reratedAccounts } from './sections/rerated-accounts.ts';
import { reratedChanges } from './sections/rerated-changes.ts';
import { revenueByAccount } from './sections/revenue-by-account.ts';
import { revenueByDay } from './sections/revenue-by-day.ts';
import { revenueByDestination } from './sections/revenue-by-destination.ts';
import { revenueByHour } from './sections/revenue-by-hour.ts';
import { routingGateways } from './sections/routing-gateways.ts';
import { scopedParameters } from './sections/scoped-parameters.ts';
import { type RunSection, readSection } from './sections/section.ts';
import { statuses } from './sections/statuses.ts';
import { unratedMoney } from './sections/unrated-money.ts';
import { warnings } from './sections/warnings.ts';

/** The sections about what a run of kind rerate or undo changed; of an undo there are no others, as it rates nothing. */
export const reratingSections: readonly RunSection[] = [reratedChanges, reratedAccounts];

/** The sections of the report of a run, in the order of the page. */
export const runSections: readonly RunSection[] = [
  statuses,
  revenueByHour,
  revenueByDay,
  revenueByDestination,
  revenueByAccount,
  mappingGateways,
  routingGateways,
  marginByVendor,
  negativeMargins,
  unratedMoney,
  damagedRates,
  longCalls,
  illegalBySource,
  overdraft,
  balances,
  warnings,
  files,
  parameters,
  scopedParameters,
];

/** Reads the report of a run. The database is only read; views and a variable of its own live as long as the connection. */
export async function readRunPage(
  connection: DuckDBConnection,
  run: RunSummary,
  database: string,
): Promise<ReportPage> {
  await connection.run(`SET VARIABLE report_run = ${run.runId}`);
  await connection.run(readFileSync(new URL('./sections/run-calls.sql', import.meta.url), 'utf8'));
  const sections = new Map<RunSection, TableSection>();
  for (const section of sectionsOf(run)) sections.set(section, await readSection(connection, section));
  const unrated = sections.get(unratedMoney);
  return {
    title: `Run ${run.runId} of ${database}`,
    subtitle: subtitleOf(run),
    headline:
      unrated === undefined
        ? changeFigures(sections.get(reratedAccounts) as TableSection)
        : await readHeadline(connection, run, unrated),
    sections: [...sections.values()],
  };
}

function sectionsOf({ kind }: RunSummary): readonly RunSection[] {
  if (kind === 'undo') return reratingSections;
  return kind === 'rerate' ? [...reratingSections, ...runSections] : runSections;
}

/** The headline of an undo: the calls whose fee is again what it was, and what that comes to. */
function changeFigures({ rows, columns }: TableSection): Figure[] {
  const sum = (name: string) => {
    const place = columns.findIndex((column) => column.name === name);
    return rows.reduce((all, row) => all + microsOf(String(row[place])), 0n);
  };
  const calls = rows.reduce((all, row) => all + Number(row[1]) + Number(row[2]), 0);
  return [
    { name: 'calls_changed', label: 'Fees changed', kind: 'integer', value: calls, note: 'calls' },
    { name: 'delta', label: 'Change of fees', kind: 'money', value: formatMoney(sum('delta')) },
  ];
}

function subtitleOf({ kind, startedAt, seconds, version, lastLoadId, files: count, read }: RunSummary): string {
  const kinds: Readonly<Record<string, string>> = {
    retry: 'Retry of calls that waited',
    rerate: `Re-rating: the ${grouped(read)} calls that came out otherwise, as they are since`,
    undo: 'Undo of a re-rating',
  };
  const what = kinds[kind] ?? `Rating of ${grouped(count)} ${count === 1 ? 'file' : 'files'}`;
  const deck = lastLoadId === 0 ? 'no reference data' : `the reference data up to load ${lastLoadId}`;
  const started = startedAt.slice(0, 19).replace('T', ' ');
  return `${what}, started ${started} UTC, ${seconds.toFixed(1)} s, ratemill ${version}, with ${deck}. Times are UTC.`;
}
