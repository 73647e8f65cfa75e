import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { OperatorError } from '../errors.ts';
import { sqlText } from '../sql-text.ts';

/** No file of calls has this between two characters: each line is read as one value. */
const NEVER = '\u0001\u0002\u0003\u0004';

/**
 * Reads the lines of a file. They are cut into values later, so that each keeps its number and a stray quote spoils one
 * line and not all that follow. Lines that cannot be read at all go to the table `unreadable`.
 *
 * @returns SQL for the lines: `line`, counted from 1, and `text`, null for a blank one
 * @throws OperatorError
 */
export async function readLines(
  connection: DuckDBConnection,
  { path, fileNo, encoding }: { readonly path: string; readonly fileNo: number; readonly encoding: string },
): Promise<string> {
  await connection.run('DROP TABLE IF EXISTS line_rejects; DROP TABLE IF EXISTS line_scans');
  await cutLines(connection, path, encoding);
  const [[rejected]] = (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM line_rejects')).getRows();
  if (rejected === 0) return '(SELECT rowid + 1 AS line, text FROM partner_lines)';
  await connection.run(
    `INSERT INTO unreadable
     SELECT DISTINCT ON (line) ${fileNo}, line, '', coalesce(left(csv_line, 200), ''),
       CASE error_type WHEN 'INVALID ENCODING' THEN 'text in ${encoding}: name another encoding in the map, or save the file as UTF-8'
         WHEN 'LINE SIZE OVER MAXIMUM' THEN 'a line of less than 2,000,000 bytes' ELSE 'a line of text' END
     FROM line_rejects`,
  );
  // Of the lines that were left out, how many stand before the first line behind them.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE lines_missing AS
     SELECT line - number AS good_before, max(number) AS missing
     FROM (SELECT line, row_number() OVER (ORDER BY line) AS number FROM (SELECT DISTINCT line FROM line_rejects))
     GROUP BY good_before`,
  );
  return `(SELECT l.good + 1 + coalesce(m.missing, 0) AS line, l.text
    FROM (SELECT rowid AS good, text FROM partner_lines) l ASOF LEFT JOIN lines_missing m ON l.good >= m.good_before)`;
}

async function cutLines(connection: DuckDBConnection, path: string, encoding: string): Promise<void> {
  if (!existsSync(path)) throw new OperatorError(`${path} does not exist; nothing was reconciled`);
  if (!statSync(path).isFile()) throw new OperatorError(`${path} is no file; nothing was reconciled`);
  // DuckDB would take these for patterns.
  const exact = resolve(path).replace(/[*?[]/g, '[$&]');
  try {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE partner_lines AS FROM read_csv(${sqlText(exact)}, columns = {'text': 'VARCHAR'},
         auto_detect = false, header = false, delim = '${NEVER}', quote = '', escape = '', comment = '', nullstr = '',
         compression = 'none', encoding = '${encoding}', store_rejects = true, rejects_table = 'line_rejects',
         rejects_scan = 'line_scans')`,
    );
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    const why = /invalid state/.test(said)
      ? 'its lines end in several ways (CR, LF): save it with one'
      : `${said.replace(/^[\w ]*Error: /, '')}. Check the file, and encoding in the map`;
    throw new OperatorError(`${path} cannot be read: ${why}`, { cause });
  }
}
