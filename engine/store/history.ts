import type { DuckDBConnection } from '@duckdb/node-api';
import type { NameTables } from '../arrow/call-batches.ts';
import { FlowNumbers } from '../flow-numbers.ts';
import { type NameKind, Names, nameKinds } from '../names.ts';

/** The names of earlier runs, by kind, in the order of their ids. */
export async function readNames(connection: DuckDBConnection): Promise<NameTables> {
  const rows = await rowsOf(connection, 'SELECT kind, name FROM call_names ORDER BY kind, id');
  const byKind = (kind: NameKind) => rows.filter((row) => row[0] === kind).map((row) => row[1] as string);
  return Object.fromEntries(nameKinds.map((kind) => [kind, new Names(byKind(kind))])) as NameTables;
}

/**
 * The flow numbers earlier runs have rated within the given pages of each softswitch. Switches count upwards, so what is
 * read is what the input spans, not the history.
 */
export async function readEarlierFlowNumbers(
  connection: DuckDBConnection,
  pages: ReadonlyMap<number, { first: number; last: number }>,
): Promise<FlowNumbers> {
  const earlier = new FlowNumbers();
  for (const [softswitch, { first, last }] of pages) {
    const rows = await rowsOf(
      connection,
      `SELECT page::DOUBLE, flow_numbers FROM rated_flow_numbers
       WHERE softswitch_id = ${softswitch} AND page BETWEEN ${first} AND ${last}`,
    );
    for (const [page, blob] of rows) earlier.addPage(softswitch, page as number, (blob as { bytes: Uint8Array }).bytes);
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
