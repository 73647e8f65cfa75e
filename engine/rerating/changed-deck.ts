import type { DuckDBConnection } from '@duckdb/node-api';
import { usageError } from '../errors.ts';
import { CURRENT_DECK } from '../read-tariff.ts';
import { rates } from '../reference/kinds.ts';
import { mistakeLines } from '../reference/mistake.ts';
import { openReference, readReference } from '../reference/read-reference.ts';
import { stage } from '../reference/stage.ts';

/** Temporary table with the columns of `rates`. */
const CHANGED_DECK = 'changed_deck';

/**
 * Makes the deck that loading files with --replace would make, in a temporary table: rows with the key of an earlier one
 * take its place, others are added. The rows of the files have the rate ids that loading would give them.
 *
 * @returns the deck as a relation of SQL
 * @throws OperatorError with all mistakes of a file
 */
export async function changedDeck(connection: DuckDBConnection, files: readonly string[]): Promise<string> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE ${CHANGED_DECK} AS FROM ${CURRENT_DECK};
    CREATE OR REPLACE TEMP TABLE last_rate AS SELECT coalesce(max(rate_id), 0) AS rate_id FROM rates`);
  for (const path of files) {
    const { table, mistakes } = readReference(openReference(path), rates);
    if (mistakes.length > 0) {
      throw usageError(`${path} was not used: it has mistakes`, mistakeLines(path, mistakes));
    }
    const { table: staged, columns, sameKey, differs } = await stage(connection, rates, table);
    await connection.run(`
      DELETE FROM ${CHANGED_DECK} AS e USING ${staged} s WHERE ${sameKey} AND (${differs});
      INSERT INTO ${CHANGED_DECK} (rate_id, ${columns.join(', ')}, load_id)
      SELECT (SELECT rate_id FROM last_rate) + row_number() OVER (ORDER BY s.row),
        ${columns.map((name) => `s.${name}`).join(', ')}, 0
      FROM ${staged} s ANTI JOIN ${CHANGED_DECK} e ON ${sameKey} ORDER BY s.row;
      UPDATE last_rate SET rate_id = (SELECT max(rate_id) FROM (FROM rates UNION BY NAME FROM ${CHANGED_DECK}))`);
  }
  return CHANGED_DECK;
}
