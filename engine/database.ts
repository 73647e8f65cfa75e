import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { isReadBriefly } from './brief-reading.ts';
import { OperatorError } from './errors.ts';
import { storageFault } from './storage-fault.ts';

export interface Database {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly close: () => void;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Whether it must exist, as it must to be read. */
  readonly existing?: boolean;
  /** How long to try again while another process holds the file; 0: not at all. */
  readonly waitSeconds?: number;
  /** Told once, with who holds the file, when there is something to wait for. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Opens the database and creates what it lacks of schema.sql; read-only it must exist and nothing is created.
 * Times are UTC on its connection. DuckDB lets one process write at a time; a second one waits as long as it is told to,
 * then it is refused.
 *
 * @throws OperatorError that names the process which holds the file, or says why it cannot be opened
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<Database> {
  const { readOnly = false, existing = readOnly } = options;
  if (existing && path !== ':memory:' && !existsSync(path)) {
    throw new OperatorError(
      `there is no database ${path}: load a deck first (ratemill load rates FILE), or name another with --db`,
    );
  }
  const isNew = !existsSync(path);
  const settings = {
    // Nothing may be fetched from the network, whatever a query asks for.
    autoinstall_known_extensions: 'false',
    ...(readOnly ? { access_mode: 'READ_ONLY' } : {}),
  };
  const instance = await whenFree(path, options, () => DuckDBInstance.create(path, settings)).catch(
    (error: unknown) => {
      // What there was no space for is no database, and would be in the way once there is.
      if (isNew && storageFault(error) !== undefined && isUnfinished(path)) rmSync(path);
      throw cannotOpen(path, error);
    },
  );
  let connection: DuckDBConnection | undefined;
  try {
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await assertVersion(connection, path);
    if (!readOnly) await createSchema(connection);
  } catch (error) {
    connection?.closeSync();
    instance.closeSync();
    throw error;
  }
  const opened = connection;
  return {
    instance,
    connection: opened,
    close: () => {
      opened.closeSync();
      instance.closeSync();
    },
  };
}

const TRY_AGAIN_MS = 500;
/** For how long it is tried again, in any case and without a word, when the holder only reads for a moment. */
const BRIEF_MS = 3000;
const TRY_AGAIN_BRIEFLY_MS = 50;

/** Opens again and again while another process holds the file, until the time to wait is over. */
async function whenFree<T>(path: string, options: OpenOptions, open: () => Promise<T>): Promise<T> {
  const { readOnly = false, waitSeconds = 0, onWait } = options;
  const start = performance.now();
  let told = false;
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!isHeld(error)) throw error;
      const passedMs = performance.now() - start;
      // Once more in any case: who read may have ended between the two looks.
      const isBrief = !readOnly && (tries === 1 || (passedMs < BRIEF_MS && isReadBriefly(path)));
      const left = isBrief ? TRY_AGAIN_BRIEFLY_MS : waitSeconds * 1000 - passedMs;
      if (left <= 0) throw error;
      if (!isBrief && !told) {
        told = true;
        onWait?.(cannotOpen(path, error).message);
      }
      await sleep(Math.min(TRY_AGAIN_MS, left));
    }
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && /Conflicting lock is held/.test(error.message);
}

/** The schema this program reads and writes: the number that schema.sql puts into schema_version. */
const SCHEMA_VERSION = 4;

/** A database without tables gets them; all of them or none, should the process be stopped meanwhile. */
async function createSchema(connection: DuckDBConnection): Promise<void> {
  const known = await connection.runAndReadAll("SELECT 1 FROM duckdb_tables() WHERE table_name = 'calls'");
  if (known.currentRowCount > 0) return;
  const [tables, rerating, views] = ['./schema.sql', './rerating/rerating.sql', './views.sql'].map((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8'),
  );
  await connection.run(`BEGIN; ${tables} ${rerating} ${views}`);
  await copyComments(connection);
  await connection.run('COMMIT');
}

/** Tables and views which repeat columns of another: what a column means is said once. */
const SAME_COLUMNS = [
  ['calls', 'waiting_calls'],
  ['calls', 'superseded'],
  ['calls', 'kept_calls'],
  ['pruned_calls', 'accounted_calls'],
  ['named_calls', 'rated_calls'],
  ['named_calls', 'unrated_calls'],
  ['named_calls', 'superseded_calls'],
  ['named_calls', 'long_calls'],
  ['run_overdraft', 'overdraft_by_account'],
  ['fee_adjustments', 'adjustments'],
] as const;

async function copyComments(connection: DuckDBConnection): Promise<void> {
  const pairs = SAME_COLUMNS.map(([from, to]) => `('${from}', '${to}')`).join(', ');
  const missing = await connection.runAndReadAll(
    `WITH commented AS MATERIALIZED (SELECT table_name, column_name, comment FROM duckdb_columns())
     SELECT t.table_name, t.column_name, f.comment FROM (VALUES ${pairs}) pair("from", "to")
     JOIN commented t ON t.table_name = pair."to" AND t.comment IS NULL
     JOIN commented f ON f.table_name = pair."from" AND f.column_name = t.column_name AND f.comment IS NOT NULL`,
  );
  const statements = (missing.getRows() as string[][]).map(([table, column, comment]) => {
    return `COMMENT ON COLUMN ${table}.${column} IS '${comment.replaceAll("'", "''")}'`;
  });
  await connection.run(statements.join('; '));
}

/** @throws OperatorError when the tables are those of another version of ratemill */
async function assertVersion(connection: DuckDBConnection, path: string): Promise<void> {
  const tables = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE table_name IN ('calls', 'schema_version')",
  );
  const names = tables.getRows().map(([name]) => name);
  if (!names.includes('calls')) return;
  const version = names.includes('schema_version')
    ? (await connection.runAndReadAll('SELECT version FROM schema_version')).getRows()[0]?.[0]
    : 1;
  if (version === SCHEMA_VERSION) return;
  throw new OperatorError(
    `the database ${path} has tables of schema ${version}, this ratemill those of schema ${SCHEMA_VERSION}: use the ` +
      'ratemill that made it, or rate the event files into a new database (--db)',
  );
}

function cannotOpen(path: string, cause: unknown): OperatorError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const holder = /Conflicting lock is held in (?:(.*?) \(PID (\d+)\)|PID (\d+))/.exec(message);
  if (holder) {
    const [, program, pid = holder[3]] = holder;
    // The system tells no number of a process that this container cannot see.
    const known = program === undefined ? `process ${pid}` : `process ${pid} (${program})`;
    const who = pid === '0' ? 'a process of another container' : known;
    return new OperatorError(
      `the database ${path} is in use by ${who}: wait until it has ended, or stop it, then try again`,
      { cause },
    );
  }
  const fault = storageFault(cause);
  if (fault !== undefined) return fault;
  if (isUnfinished(path)) {
    return new OperatorError(
      `${path} is the beginning of a database, whose making was stopped: it holds nothing. Remove it, then try again`,
      { cause },
    );
  }
  if (/not a valid DuckDB database|Could not read enough bytes/.test(message)) {
    return new OperatorError(`${path} is not a DuckDB database: name another file with --db`, { cause });
  }
  return new OperatorError(
    `the database ${path} cannot be opened: ${message.replace(/^[\w ]*Error: /, '')}. Check --db and the folder`,
    { cause },
  );
}

/** Whether a file is what DuckDB leaves when it is stopped before its three headers of 4096 bytes are written. */
function isUnfinished(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size >= 3 * 4096) return false;
  return stat.size === 0 || readFileSync(path).subarray(8, 12).toString() === 'DUCK';
}
