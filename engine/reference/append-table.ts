import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBTimestampTZType,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { withAppender } from '../store/with-appender.ts';

/** Rows of a DuckDB vector. */
const CHUNK_ROWS = 2048;

/**
 * Appends columns of equal length to a temporary table, in the order of its columns.
 * Amounts of DECIMAL columns are given in micros, times of TIMESTAMPTZ columns in milliseconds since 1970.
 */
export async function appendTable(
  connection: DuckDBConnection,
  temporaryTable: string,
  columns: readonly (readonly unknown[])[],
): Promise<void> {
  await withAppender(connection, temporaryTable, ['main', 'temp'], (appender) => {
    const types = columns.map((_, i) => appender.columnType(i));
    const converters = types.map(converter);
    for (let start = 0; start < columns[0].length; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, columns[0].length - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      for (const [i, values] of columns.entries()) {
        chunk.setColumnValues(i, values.slice(start, start + rows).map(converters[i]));
      }
      appender.appendDataChunk(chunk);
    }
  });
}

/** Values of money and time are objects to DuckDB; each distinct one is made once. */
function converter(type: DuckDBType): (value: unknown) => DuckDBValue {
  const made = new Map<unknown, DuckDBValue>();
  const make =
    type instanceof DuckDBDecimalType
      ? (value: number | bigint) => new DuckDBDecimalValue(BigInt(value), type.width, type.scale)
      : type instanceof DuckDBTimestampTZType
        ? (value: number | bigint) => new DuckDBTimestampTZValue(BigInt(value) * 1000n)
        : undefined;
  if (make === undefined) return (value) => value as DuckDBValue;
  return (value) => {
    if (value === null) return null;
    let known = made.get(value);
    if (known === undefined) {
      known = make(value as number | bigint);
      made.set(value, known);
    }
    return known;
  };
}
