import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';

/**
 * Appends to a table what `fill` gives, all of it written when this returns.
 *
 * An appender that fails keeps its rows and tries once more when it is collected as garbage, at any time, after the
 * transaction it belonged to: so what it has is thrown away as soon as anything fails.
 *
 * @param place where the table is, as createAppender takes it: schema and catalog
 */
export async function withAppender(
  connection: DuckDBConnection,
  table: string,
  place: readonly [] | readonly [schema: string, catalog: string],
  fill: (appender: DuckDBAppender) => void,
): Promise<void> {
  const appender = await connection.createAppender(table, ...place);
  try {
    fill(appender);
    appender.closeSync();
  } catch (error) {
    appender.clear();
    throw error;
  }
}
