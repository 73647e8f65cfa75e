import type { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** Numbers of a result by column: INTEGER becomes Int32Array, DOUBLE Float64Array. */
export type NumberColumns = (Int32Array | Float64Array)[];

/**
 * Reads a result of INTEGER and DOUBLE columns without nulls, as the bytes DuckDB holds: no object per value.
 * A deck of all rate groups has millions of values.
 */
export async function readNumberColumns(connection: DuckDBConnection, sql: string): Promise<NumberColumns> {
  const result = await connection.stream(sql);
  const widths = result.columnTypes().map((type) => {
    const width = { INTEGER: 4, DOUBLE: 8 }[type.toString()];
    if (width === undefined) throw new TypeError(`${type} is neither INTEGER nor DOUBLE`);
    return width;
  });
  const parts: Uint8Array[][] = widths.map(() => []);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    widths.forEach((width, place) => {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, place);
      parts[place].push(duckdb.vector_get_data(vector, chunk.rowCount * width).slice());
    });
  }
  return parts.map((pieces, place) => {
    const { buffer, byteOffset, byteLength } = Buffer.concat(pieces);
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    return widths[place] === 4 ? new Int32Array(bytes) : new Float64Array(bytes);
  });
}
