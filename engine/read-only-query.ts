import { renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api';
import { openDatabase } from './database.ts';
import { type OperatorError, usageError } from './errors.ts';
import { sqlText } from './sql-text.ts';
import { storageFault } from './storage-fault.ts';

/** A query, and what it needs: statements that run before it, and the values of its parameters `$name`. */
export interface Query {
  readonly sql: string;
  readonly before?: string;
  readonly values?: BoundValues;
}

export type BoundValues = Readonly<Record<string, BoundValue>>;

export interface BoundValue {
  readonly value: DuckDBValue;
  readonly type: DuckDBType;
}

/**
 * Runs a query that can change nothing: the database is opened read-only, and the connection is kept from every other
 * file and from the network before it sees the query. `use` gets the result while its rows are still being computed.
 *
 * @throws OperatorError, exit status 2, with what DuckDB says of the query
 */
export async function readOnlyQuery<T>(
  database: string,
  query: Query,
  use: (result: DuckDBResult) => Promise<T>,
): Promise<T> {
  const { connection, close } = await openDatabase(database, { readOnly: true });
  try {
    await lock(connection);
    return await refusing(async () => use(await streamQuery(connection, query)));
  } finally {
    close();
  }
}

/** Runs a query on a connection that is open; its rows are computed as they are read. */
export async function streamQuery(
  connection: DuckDBConnection,
  { sql, before, values = {} }: Query,
): Promise<DuckDBResult> {
  if (before) await connection.run(before);
  const prepared = await prepareLast(connection, sql);
  bind(prepared, values);
  return prepared.stream();
}

/**
 * Writes the result of a query to a Parquet file, which appears whole. It is the only file the connection may touch.
 * Sums of whole numbers are wider than Parquet's integers and become DECIMAL(38,0), not binary floating point.
 *
 * @returns the number of rows
 * @throws OperatorError like `readOnlyQuery`
 */
export async function exportParquet(
  database: string,
  { sql, before, values = {} }: Query,
  file: string,
): Promise<number> {
  const part = `${resolve(file)}.part`;
  const { connection, close } = await openDatabase(database, { readOnly: true });
  try {
    await lock(connection, part);
    const rows = await refusing(async () => {
      if (before) await connection.run(before);
      const statements = await extract(connection, sql);
      if (statements.count !== 1) throw usageError('Parquet takes the result of a single SELECT');
      const { statementType } = await statements.prepare(0);
      if (statementType !== StatementType.SELECT) throw usageError('Parquet takes the result of a SELECT');
      // A view cannot have parameters; without them nothing is stored on the way.
      const kind = Object.keys(values).length === 0 ? 'VIEW' : 'TABLE';
      const created = await connection.prepare(`CREATE TEMP ${kind} exported AS ${sql}`);
      bind(created, values);
      await created.run();
      const columns = await exactColumns(connection);
      const copied = await connection.runAndReadAll(
        `COPY (SELECT ${columns} FROM exported) TO ${sqlText(part)} (FORMAT parquet, USE_TMP_FILE false)`,
      );
      return Number(copied.getRows()[0][0]);
    });
    renameSync(part, file);
    return rows;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    close();
  }
}

function bind(prepared: DuckDBPreparedStatement, values: BoundValues): void {
  const entries = Object.entries(values);
  prepared.bind(
    Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    Object.fromEntries(entries.map(([name, { type }]) => [name, type])),
  );
}

/** From here on the connection can reach nothing but the open database, and this cannot be taken back. */
async function lock(connection: DuckDBConnection, writable?: string): Promise<void> {
  if (writable !== undefined) await connection.run(`SET allowed_paths = [${sqlText(writable)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

const GIVES_ROWS: readonly StatementType[] = [
  StatementType.SELECT,
  StatementType.EXPLAIN,
  StatementType.CALL,
  StatementType.PRAGMA,
];

/** Statements before the last may prepare it (a temporary table, a macro), but have no result of their own. */
async function prepareLast(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await extract(connection, sql);
  for (let i = 0; i < statements.count - 1; i++) {
    const earlier = await statements.prepare(i);
    if (GIVES_ROWS.includes(earlier.statementType)) {
      throw usageError('there are several queries: give one, so that it is clear whose result is meant');
    }
    await earlier.run();
  }
  const last = await statements.prepare(statements.count - 1);
  if (!GIVES_ROWS.includes(last.statementType)) {
    throw usageError(
      'the query has no result: ratemill sql reads, and changes nothing. Begin with SELECT, FROM or WITH',
    );
  }
  return last;
}

async function extract(connection: DuckDBConnection, sql: string) {
  // DuckDB has no words for a text without a statement.
  if (sql.replace(/--[^\n]*|\/\*.*?\*\/|[\s;]/gs, '') === '') {
    throw usageError("the query is empty; for example: ratemill sql 'SELECT * FROM runs'");
  }
  return connection.extractStatements(sql);
}

/** Columns of the view `exported`, those cast which Parquet would make floating point. */
async function exactColumns(connection: DuckDBConnection): Promise<string> {
  const result = await connection.stream('FROM exported LIMIT 0');
  return result
    .columnNames()
    .map((name, i) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const type = result.columnTypeId(i);
      const huge = type === DuckDBTypeId.HUGEINT || type === DuckDBTypeId.UHUGEINT;
      return huge ? `${quoted}::DECIMAL(38,0) AS ${quoted}` : quoted;
    })
    .join(', ');
}

/** Turns what DuckDB says of a query into a message of ours; failures of other kinds pass. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error) ?? queryError(error) ?? error;
  }
}

/** DuckDB's messages begin with the kind of error, and point at the place in lines of their own. */
function queryError(error: unknown): OperatorError | undefined {
  if (!(error instanceof Error)) return undefined;
  const parts = /^(?:Failed to extract statements: )?([\w ]+ Error): (.*)$/s.exec(error.message);
  if (!parts) return undefined;
  const [, kind, said] = parts;
  const [first, ...rest] = said.split('\n').filter((line) => line.trim() !== '');
  const hint = /read-only|disabled by configuration|disabled through configuration|has been locked/.test(said)
    ? ['ratemill sql reads the open database and nothing else; --out writes results to a file.']
    : [];
  return usageError(`${kind}: ${first}`, [...rest, ...hint]);
}
