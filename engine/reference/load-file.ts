import type { DuckDBConnection } from '@duckdb/node-api';
import { bookLoad } from './book-load.ts';
import { comparedWithDatabase, warningsAfterLoad } from './compare-with-database.ts';
import { type Kind, kinds, type RateTable } from './kinds.ts';
import type { LoadReport } from './load-report.ts';
import { paymentMistakes } from './payment-mistakes.ts';
import { precisionEffect } from './precision-effect.ts';
import { openReference, type ReferenceFile, readReference } from './read-reference.ts';
import { type Staged, stage } from './stage.ts';

export interface LoadOptions {
  /** Lets a row of a deck take the place of an earlier one of its key, and a file loaded before be loaded again. */
  readonly replace: boolean;
  readonly precision: number;
  readonly quantiseRates: boolean;
  /** Set when a transaction has begun: then it is for the caller to end it. */
  readonly withinTransaction?: boolean;
}

/**
 * Loads a file, all of it or nothing, in a transaction (interfaces.md, "Reference data").
 * Rows the database already has are left alone. Rates keep their rate_id for good: calls refer to it, also once replaced.
 *
 * @throws OperatorError when the file cannot be read; its mistakes are in the report
 */
export async function loadFile(
  connection: DuckDBConnection,
  kindName: Kind['kind'],
  path: string,
  options: LoadOptions,
): Promise<LoadReport> {
  const kind: Kind = kinds[kindName] as unknown as Kind;
  const file = openReference(path);
  const report = { file: path, kind: kindName, rows: 0, added: 0, changed: 0, mistakes: [], warnings: [] };
  const before = await earlierLoad(connection, kindName, file.sha256);
  if (before && !options.replace) return { ...report, ...before, outcome: 'unchanged' };

  const { table, mistakes } = readReference(file, kind);
  const precision =
    kindName === 'rates' && mistakes.length === 0
      ? { precision: precisionEffect(table as unknown as RateTable, options.precision, options.quantiseRates) }
      : {};
  const read = { ...report, ...precision, rows: table.rows };
  if (mistakes.length > 0) return { ...read, outcome: 'refused', loadId: null, mistakes };

  const transaction = async (word: string) => {
    if (!options.withinTransaction) await connection.run(word);
  };
  await transaction('BEGIN');
  try {
    const staged = await stage(connection, kind, table);
    const compared = await comparedWithDatabase(connection, kind, staged, table, options.replace);
    if (kindName === 'payments') compared.mistakes.push(...(await paymentMistakes(connection, staged, table.line)));
    if (compared.mistakes.length > 0) {
      await transaction('ROLLBACK');
      const byLine = compared.mistakes.sort((a, b) => a.line - b.line);
      return { ...read, outcome: 'refused', loadId: null, mistakes: byLine };
    }
    const { added, changed } = compared;
    const warnings = await warningsAfterLoad(connection, kindName, staged, table.line);
    if (before && added + changed === 0) {
      await transaction('ROLLBACK');
      return { ...read, warnings, outcome: 'unchanged', loadId: before.loadId };
    }
    const loadId = await recordLoad(connection, kindName, file, table.rows, added, changed);
    await (kindName === 'rates' ? writeRates : writeInPlace)(connection, kindName, staged, loadId);
    await bookLoad(connection, kindName, loadId);
    await transaction('COMMIT');
    return { ...read, warnings, added, changed, outcome: 'loaded', loadId };
  } catch (error) {
    await transaction('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The last load of the same content, with its rows and whether later loads may have changed them. */
async function earlierLoad(
  connection: DuckDBConnection,
  kind: string,
  sha256: string,
): Promise<{ loadId: number; rows: number; warnings: string[] } | undefined> {
  const result = await connection.runAndReadAll(
    `SELECT load_id, rows::INTEGER, strftime(loaded_at, '%Y-%m-%d %H:%M:%SZ'),
       EXISTS (FROM loads l WHERE l.kind = $kind AND l.load_id > loads.load_id AND l.changed > 0)
     FROM loads WHERE kind = $kind AND sha256 = $sha256 ORDER BY load_id DESC LIMIT 1`,
    { kind, sha256 },
  );
  if (result.currentRowCount === 0) return undefined;
  const [loadId, rows, loadedAt, overtaken] = result.getRows()[0] as [number, number, string, boolean];
  const hint = overtaken ? '; later loads may have changed its rows, --replace loads it again' : '';
  return { loadId, rows, warnings: overtaken ? [`loaded before as load ${loadId} on ${loadedAt}${hint}`] : [] };
}

async function recordLoad(
  connection: DuckDBConnection,
  kind: string,
  { path, sha256 }: ReferenceFile,
  rows: number,
  added: number,
  changed: number,
): Promise<number> {
  const result = await connection.runAndReadAll(
    `INSERT INTO loads (load_id, kind, path, sha256, loaded_at, rows, added, changed)
     SELECT coalesce(max(load_id), 0) + 1, $kind, $path, $sha256, now(), $rows, $added, $changed FROM loads
     RETURNING load_id`,
    { kind, path, sha256, rows, added, changed },
  );
  return result.getRows()[0][0] as number;
}

/** Replaced rows stay, marked; new and replacing ones get the next ids, in the order of the file. */
async function writeRates(connection: DuckDBConnection, _kind: string, staged: Staged, loadId: number): Promise<void> {
  const { table, columns, existing, sameKey, differs } = staged;
  await connection.run(
    `UPDATE rates AS e SET replaced_by_load = ${loadId} FROM ${table} s
     WHERE e.replaced_by_load IS NULL AND ${sameKey} AND (${differs})`,
  );
  await connection.run(
    `INSERT INTO rates (rate_id, ${columns.join(', ')}, load_id)
     SELECT (SELECT coalesce(max(rate_id), 0) FROM rates) + row_number() OVER (ORDER BY s.row),
       ${columns.map((name) => `s.${name}`).join(', ')}, ${loadId}
     FROM ${table} s ANTI JOIN ${existing} e ON ${sameKey} ORDER BY s.row`,
  );
}

async function writeInPlace(connection: DuckDBConnection, kind: string, staged: Staged, loadId: number): Promise<void> {
  const { table, columns, sameKey, differs } = staged;
  await connection.run(
    `UPDATE ${kind} AS e SET ${columns.map((name) => `${name} = s.${name}`).join(', ')}, load_id = ${loadId}
     FROM ${table} s WHERE ${sameKey} AND (${differs})`,
  );
  await connection.run(
    `INSERT INTO ${kind} (${columns.join(', ')}, load_id)
     SELECT ${columns.map((name) => `s.${name}`).join(', ')}, ${loadId}
     FROM ${table} s ANTI JOIN ${kind} e ON ${sameKey} ORDER BY s.row`,
  );
}
