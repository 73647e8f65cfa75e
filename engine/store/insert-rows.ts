import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { withAppender } from './with-appender.ts';

/** Appends rows to a table, value by value, in the order of its columns: for tables of few rows. */
export async function insertRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<readonly DuckDBValue[]>,
): Promise<void> {
  await withAppender(connection, table, [], (appender) => {
    for (const row of rows) {
      for (const value of row) {
        if (value === null) appender.appendNull();
        else appender.appendValue(value);
      }
      appender.endRow();
    }
  });
}
