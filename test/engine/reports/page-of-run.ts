import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cell, ReportPage, TableSection } from '../../../engine/render/report-page.ts';
import { readRuns } from '../../../engine/reports/run-history.ts';
import { readRunPage } from '../../../engine/reports/run-page.ts';

/** The report of a run of a database in memory. */
export async function pageOfRun(connection: DuckDBConnection, runId: number): Promise<ReportPage> {
  const run = (await readRuns(connection)).find((one) => one.runId === runId);
  assert.ok(run);
  return readRunPage(connection, run, 'memory');
}

export function sectionOf({ sections }: ReportPage, name: string): TableSection {
  const found = sections.find((section) => section.name === name);
  assert.ok(found?.kind === 'table', name);
  return found;
}

/** Rows of a section, cells joined with spaces, `-` for null: one line to compare. */
export function linesOf(page: ReportPage, name: string): string[] {
  return sectionOf(page, name).rows.map((row) => row.map((cell) => cell ?? '-').join(' '));
}

/** What a column of a section adds up to, in its total or its only row; 0 without rows. */
export function sumOf(page: ReportPage, name: string, columnName: string): Cell {
  const { columns, rows, total } = sectionOf(page, name);
  const place = columns.findIndex((column) => column.name === columnName);
  assert.ok(place >= 0, `${name}.${columnName}`);
  return (total ?? rows[0])?.[place] ?? 0;
}

export function figuresOf({ headline }: ReportPage): Record<string, Cell> {
  return Object.fromEntries(headline.map(({ name, value }) => [name, value]));
}
