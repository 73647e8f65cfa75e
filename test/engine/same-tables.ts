import type { DuckDBConnection, DuckDBListValue } from '@duckdb/node-api';

/** Columns that hold the time of the clock: what alone may differ between two databases that were made alike. */
const CLOCK = `('started_at', 'finished_at', 'loaded_at')`;

/**
 * Compares the tables of a database, and its views if these are asked for, with those of the database file `other`, all
 * rows and columns but times of the clock. Views say nothing that tables do not, but take ten times as long.
 *
 * @returns what differs, a line for each
 */
export async function differingTables(
  connection: DuckDBConnection,
  other: string,
  { views }: { views: boolean },
): Promise<string[]> {
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  await connection.run(`ATTACH '${other}' AS other (READ_ONLY)`);
  const tables = await rowsOf(
    `SELECT table_name, list(format('"{}"', column_name) ORDER BY column_index) FROM duckdb_columns()
     WHERE database_name = current_database() AND NOT internal AND column_name NOT IN ${CLOCK}
       AND (${views} OR table_name IN (SELECT table_name FROM duckdb_tables())) GROUP BY ALL ORDER BY ALL`,
  );
  const lines: string[] = [];
  for (const [table, list] of tables) {
    const columns = (list as DuckDBListValue).items.join(', ');
    const [row] = await rowsOf(
      `SELECT sum(n), ${columns} FROM (
         SELECT 1 AS n, ${columns} FROM ${table} UNION ALL SELECT -1, ${columns} FROM other.${table}
       ) GROUP BY ALL HAVING sum(n) <> 0 LIMIT 1`,
    );
    if (row !== undefined)
      lines.push(`${table} has more (less, below 0) of this row than the other: ${row.join(', ')}`);
  }
  await connection.run('DETACH other');
  return tables.length > 0 ? lines : ['there are no tables'];
}
