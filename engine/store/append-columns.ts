import { type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { withAppender } from './with-appender.ts';

const CHUNK_ROWS = duckdb.vector_size();

type Values = Int32Array | Float64Array | Uint8Array | BigInt64Array | BigUint64Array;

/**
 * Appends columns of numbers to a temporary table as the bytes they are: their widths must be those of its columns, in
 * order. Amounts are micros, nulls there are none.
 *
 * @param rows how many of each column
 */
export async function appendColumns(
  connection: DuckDBConnection,
  temporaryTable: string,
  columns: readonly Values[],
  rows: number,
): Promise<void> {
  await withAppender(connection, temporaryTable, ['main', 'temp'], (appender) => {
    const types = columns.map((_, place) => appender.columnType(place));
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      const chunk = DuckDBDataChunk.create(types, count);
      columns.forEach(({ buffer, byteOffset, BYTES_PER_ELEMENT: width }, place) => {
        const vector = duckdb.data_chunk_get_vector(chunk.chunk, place);
        duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset + from * width, count * width);
      });
      appender.appendDataChunk(chunk);
    }
  });
}
