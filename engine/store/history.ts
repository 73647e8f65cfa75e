import type { DuckDBConnection } from '@duckdb/node-api';
import type { NameTables } from '../arrow/call-batches.ts';
import { FlowNumbers } from '../flow-numbers.ts';
import { type NameKind, Names, nameKinds } from '../names.ts';
import { appendTable } from '../reference/append-table.ts';

/** The names of earlier runs, by kind, in the order of their ids. */
export async function readNames(connection: DuckDBConnection): Promise<NameTables> {
  const rows = await rowsOf(connection, 'SELECT kind, name FROM call_names ORDER BY kind, id');
  const byKind = (kind: NameKind) => rows.filter((row) => row[0] === kind).map((row) => row[1] as string);
  return Object.fromEntries(nameKinds.map((kind) => [kind, new Names(byKind(kind))])) as NameTables;
}

/**
 * The flow numbers earlier runs have rated in the pages that the input has numbers in. What is read depends on the input
 * and not on the history, also when a stray call of long ago is in it: DuckDB passes over what is between its pages.
 */
export async function readEarlierFlowNumbers(connection: DuckDBConnection, input: FlowNumbers): Promise<FlowNumbers> {
  const pages = [...input.pages()];
  await connection.run('CREATE OR REPLACE TEMP TABLE input_pages (softswitch_id INTEGER, page UBIGINT)');
  await appendTable(connection, 'input_pages', [
    pages.map(({ softswitch }) => softswitch),
    pages.map(({ page }) => BigInt(page)),
  ]);
  const rows = await rowsOf(
    connection,
    `SELECT softswitch_id, page::DOUBLE, flow_numbers FROM rated_flow_numbers
     SEMI JOIN input_pages USING (softswitch_id, page)`,
  );
  await connection.run('DROP TABLE input_pages');
  const earlier = new FlowNumbers();
  for (const [softswitch, page, blob] of rows) {
    earlier.addPage(softswitch as number, page as number, (blob as { bytes: Uint8Array }).bytes);
  }
  return earlier;
}

/** Files of earlier runs with one of the given sizes: path by SHA-256, with the run. */
export async function readRatedFiles(
  connection: DuckDBConnection,
  sizes: readonly number[],
): Promise<{ sha256: string; runId: number; bytes: number }[]> {
  if (sizes.length === 0) return [];
  const rows = await rowsOf(
    connection,
    `SELECT sha256, run_id, bytes::DOUBLE FROM run_inputs WHERE bytes IN (${sizes.join(', ')}) ORDER BY run_id`,
  );
  return rows.map(([sha256, runId, bytes]) => ({ sha256, runId, bytes })) as {
    sha256: string;
    runId: number;
    bytes: number;
  }[];
}

export async function nextRunId(connection: DuckDBConnection): Promise<number> {
  const [[id]] = await rowsOf(connection, 'SELECT coalesce(max(run_id), 0)::INTEGER + 1 FROM runs');
  return id as number;
}

/** The run that ended last by its clock, undefined when there is none. */
export async function lastEnd(
  connection: DuckDBConnection,
): Promise<{ runId: number; finishedMs: number } | undefined> {
  const [last] = await rowsOf(
    connection,
    'SELECT run_id, epoch_ms(finished_at)::DOUBLE FROM runs ORDER BY finished_at DESC, run_id LIMIT 1',
  );
  return last && { runId: last[0] as number, finishedMs: last[1] as number };
}

async function rowsOf(connection: DuckDBConnection, sql: string) {
  return (await connection.runAndReadAll(sql)).getRows();
}
