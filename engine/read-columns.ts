import type { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** Numbers of a result by column: INTEGER becomes Int32Array, DOUBLE Float64Array. */
export type NumberColumns = (Int32Array | Float64Array)[];

/** Columns as DuckDB holds them: also BIGINT and DECIMAL(18,6), in micros, as BigInt64Array, UBIGINT as BigUint64Array. */
export type WideColumns = (Int32Array | Float64Array | BigInt64Array | BigUint64Array)[];

/**
 * Reads a result of INTEGER and DOUBLE columns without nulls, as the bytes DuckDB holds: no object per value.
 * A deck of all rate groups has millions of values.
 */
export async function readNumberColumns(connection: DuckDBConnection, sql: string): Promise<NumberColumns> {
  const { forms, chunks } = await streamBytes(connection, sql, ['INTEGER', 'DOUBLE']);
  const parts: Uint8Array[][] = forms.map(() => []);
  for await (const { columns } of chunks) {
    for (const [place, bytes] of columns.entries()) parts[place].push(bytes);
  }
  return parts.map((pieces, place) => {
    const { buffer, byteOffset, byteLength } = Buffer.concat(pieces);
    return forms[place].over(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  }) as NumberColumns;
}

/** Streams a result of columns without nulls, chunk by chunk, in the same way. */
export async function* streamColumns(
  connection: DuckDBConnection,
  sql: string,
): AsyncGenerator<{ rows: number; columns: WideColumns }> {
  const { forms, chunks } = await streamBytes(connection, sql, Object.keys(FORMS));
  for await (const { rows, columns } of chunks) {
    yield { rows, columns: columns.map((bytes, place) => forms[place].over(bytes.buffer)) };
  }
}

interface Form {
  readonly width: number;
  readonly over: (buffer: ArrayBuffer) => WideColumns[number];
}

const FORMS: Readonly<Record<string, Form>> = {
  INTEGER: { width: 4, over: (buffer) => new Int32Array(buffer) },
  DOUBLE: { width: 8, over: (buffer) => new Float64Array(buffer) },
  BIGINT: { width: 8, over: (buffer) => new BigInt64Array(buffer) },
  'DECIMAL(18,6)': { width: 8, over: (buffer) => new BigInt64Array(buffer) },
  UBIGINT: { width: 8, over: (buffer) => new BigUint64Array(buffer) },
};

async function streamBytes(connection: DuckDBConnection, sql: string, allowed: readonly string[]) {
  const result = await connection.stream(sql);
  const forms = result.columnTypes().map((type) => {
    if (!allowed.includes(type.toString())) throw new TypeError(`${type} is not one of ${allowed.join(', ')}`);
    return FORMS[type.toString()];
  });
  async function* chunks(): AsyncGenerator<{ rows: number; columns: Uint8Array<ArrayBuffer>[] }> {
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const { rowCount, chunk: raw } = chunk;
      const columns = forms.map(({ width }, place) => {
        const vector = duckdb.data_chunk_get_vector(raw, place);
        return duckdb.vector_get_data(vector, rowCount * width).slice();
      });
      yield { rows: rowCount, columns };
    }
  }
  return { forms, chunks: chunks() };
}
