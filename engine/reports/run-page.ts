import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { grouped } from '../render/amounts.ts';
import type { ReportPage, TableSection } from '../render/report-page.ts';
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
  for (const section of runSections) sections.set(section, await readSection(connection, section));
  return {
    title: `Run ${run.runId} of ${database}`,
    subtitle: subtitleOf(run),
    headline: await readHeadline(connection, sections.get(unratedMoney) as TableSection),
    sections: [...sections.values()],
  };
}

function subtitleOf({ kind, startedAt, seconds, version, lastLoadId, files: count }: RunSummary): string {
  const what =
    kind === 'retry' ? 'Retry of calls that waited' : `Rating of ${grouped(count)} ${count === 1 ? 'file' : 'files'}`;
  const deck = lastLoadId === 0 ? 'no reference data' : `the reference data up to load ${lastLoadId}`;
  const started = startedAt.slice(0, 19).replace('T', ' ');
  return `${what}, started ${started} UTC, ${seconds.toFixed(1)} s, ratemill ${version}, with ${deck}. Times are UTC.`;
}
