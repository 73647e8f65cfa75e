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
      yield { rows: rowCount, columns: forms.map(({ width }, place) => bytesOf(raw, place, rowCount * width)) };
    }
  }
  return { forms, chunks: chunks() };
}

/** Rows of a table looked at by one statement: a few row groups, which bound what a result takes of memory. */
const RANGE_ROWS = 983_040;

/** Most rows of a chunk of DuckDB (STANDARD_VECTOR_SIZE). */
export const CHUNK_ROWS = 2048;

/**
 * Reads a table in ranges of its rows into columns that are there already, a chunk at a time: DuckDB reads a range on all
 * cores, which a streamed result does not, and no column is made anew. Columns must not have nulls.
 *
 * @param select SQL without a condition on rowid, which is added; it must have a WHERE
 * @param columns receive the bytes DuckDB holds: each has room for CHUNK_ROWS values
 * @param ahead whether the next range is read while a chunk is worked on. If not, no statement is under way by then, so
 *   what is read may be written to the same connection.
 * @returns the rows of each chunk
 */
export async function* readRanges(
  connection: DuckDBConnection,
  table: string,
  select: string,
  columns: readonly ArrayBufferView[],
  ahead: boolean,
): AsyncGenerator<number> {
  const found = await connection.runAndReadAll(`SELECT coalesce(max(rowid), -1)::DOUBLE FROM ${table}`);
  const last = found.getRows()[0][0] as number;
  const range = (from: number) => connection.run(`${select} AND rowid >= ${from} AND rowid < ${from + RANGE_ROWS}`);
  const bytes = columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  const widths = bytes.map(({ length }) => length / CHUNK_ROWS);
  let next: ReturnType<typeof range> | undefined;
  try {
    for (let from = 0; from <= last; from += RANGE_ROWS) {
      const result = await (next ?? range(from));
      next = ahead && from + RANGE_ROWS <= last ? range(from + RANGE_ROWS) : undefined;
      // A failure is told when its range is asked for, and not before as one that nobody waits for.
      next?.catch(() => undefined);
      let coming = result.fetchChunk();
      for (let chunk = await coming; chunk && chunk.rowCount > 0; chunk = await coming) {
        coming = result.fetchChunk();
        const { chunk: raw, rowCount } = chunk;
        bytes.forEach((column, place) => {
          column.set(duckdb.vector_get_data(duckdb.data_chunk_get_vector(raw, place), rowCount * widths[place]));
        });
        yield rowCount;
      }
    }
  } finally {
    // Whoever stops in the middle finds the connection free.
    await next?.catch(() => undefined);
  }
}

function bytesOf(chunk: duckdb.DataChunk, place: number, length: number): Uint8Array<ArrayBuffer> {
  return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk, place), length).slice() as Uint8Array<ArrayBuffer>;
}
