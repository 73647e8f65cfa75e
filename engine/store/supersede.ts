import type { DuckDBConnection } from '@duckdb/node-api';
import { appendTable } from '../reference/append-table.ts';
import type { CallTable } from './insert-calls.ts';

/** Moves rows of a table of calls, by their rowids, to `superseded`: a run puts others in their place. */
export async function supersede(
  connection: DuckDBConnection,
  table: CallTable,
  rowIds: readonly bigint[],
  runId: number,
): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE superseded_rows (row BIGINT)');
  await appendTable(connection, 'superseded_rows', [rowIds]);
  const rows = `rowid IN (SELECT row FROM superseded_rows)`;
  await keepSuperseded(connection, table, rows, runId);
  await connection.run(`DELETE FROM ${table} WHERE ${rows}`);
  await connection.run('DROP TABLE superseded_rows');
}

/** Copies rows of a table of calls to `superseded`; what becomes of them is the caller's. `where` is SQL. */
export async function keepSuperseded(
  connection: DuckDBConnection,
  table: CallTable,
  where: string,
  runId: number,
): Promise<void> {
  await connection.run(`INSERT INTO superseded SELECT *, ${runId} FROM ${table} WHERE ${where}`);
}
