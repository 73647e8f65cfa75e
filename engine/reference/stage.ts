import type { DuckDBConnection } from '@duckdb/node-api';
import { appendTable } from './append-table.ts';
import type { Kind } from './kinds.ts';
import type { Columns, Table } from './read-table.ts';

/** SQL about the rows of a file beside those the database has. `s` is the file's row, `e` the existing one. */
export interface Staged {
  readonly table: string;
  readonly columns: readonly string[];
  /** The rows the file is compared with. */
  readonly existing: string;
  readonly sameKey: string;
  readonly differs: string;
}

/** Puts the rows of a file into the temporary table `staged_<kind>`: its columns, and `row`, counted from 0. */
export async function stage<C extends Columns>(
  connection: DuckDBConnection,
  { kind, columns, key }: Kind<C>,
  table: Table<C>,
): Promise<Staged> {
  const names = Object.keys(columns);
  const staged = `staged_${kind}`;
  // The types are those of the database table, so that equality means the same on both sides.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${staged} AS SELECT ${names.join(', ')}, 0::INTEGER AS row FROM ${kind} LIMIT 0`,
  );
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  await appendTable(connection, staged, [...names.map((name) => table.columns[name]), rows]);
  const content = names.filter((name) => !key.includes(name));
  return {
    table: staged,
    columns: names,
    existing: kind === 'rates' ? '(FROM rates WHERE replaced_by_load IS NULL)' : kind,
    sameKey: key.map((name) => `s.${name} IS NOT DISTINCT FROM e.${name}`).join(' AND '),
    differs: content.map((name) => `s.${name} IS DISTINCT FROM e.${name}`).join(' OR '),
  };
}
