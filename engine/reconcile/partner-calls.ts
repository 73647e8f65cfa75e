import type { DuckDBConnection } from '@duckdb/node-api';
import { OperatorError, usageError } from '../errors.ts';
import { didYouMean } from '../parameters/nearest-name.ts';
import { quoted } from '../parameters/parameter-value.ts';
import { sqlText } from '../sql-text.ts';
import { clockChanges, readingsSql } from './clock-changes.ts';
import {
  cellsSql,
  dialledSql,
  digitsOrNullSql,
  durationExpected,
  durationSql,
  internationalSql,
  inYearsSql,
  moneyExpected,
  moneySql,
  timeExpected,
  timeSql,
  withoutPrefixSql,
} from './field-sql.ts';
import { type ColumnMap, type ColumnName, columnNames } from './map-settings.ts';
import { readLines } from './partner-lines.ts';

/** What came of reading a partner's files. */
export interface PartnerCalls {
  /** Lines of calls, those that could not be read among them. */
  readonly rows: number;
  /** Calls of 0 seconds without a time. */
  readonly leftOut: number;
}

/**
 * Reads a partner's files into the temporary table `theirs`: `their_no` from 1 in the order of the lines, `file_no` from 0,
 * `line`, `number`, `caller`, `id`, `at_ms` (milliseconds since 1970 UTC, by our clock), `duration_ms`, both again as
 * `later_ms` and `later_duration_ms` where a clock was put back and the time may mean two, and `money`. What could not be
 * read goes to `unreadable`: `file_no`, `line`, `title`, `value`, `expected`.
 *
 * @param clockOffsetMs how far their clock is ahead of ours
 * @throws OperatorError
 */
export async function readPartnerCalls(
  connection: DuckDBConnection,
  files: readonly string[],
  map: ColumnMap,
  clockOffsetMs: number,
): Promise<PartnerCalls> {
  await connection.run(
    `CREATE TEMP TABLE unreadable (file_no INTEGER, line BIGINT, title VARCHAR, value VARCHAR, expected VARCHAR);
     CREATE TEMP TABLE partner_calls (file_no INTEGER, line BIGINT, number VARCHAR, caller VARCHAR, id VARCHAR,
       start_shown BIGINT, start_absolute BOOLEAN, end_shown BIGINT, end_absolute BOOLEAN, duration_ms BIGINT,
       money DECIMAL(18,6))`,
  );
  let leftOut = 0;
  for (const [fileNo, path] of files.entries()) leftOut += await readFile(connection, { path, fileNo }, map);
  await placeInTime(connection, map, clockOffsetMs);
  const [[rows]] = (
    await connection.runAndReadAll(
      `SELECT ((SELECT count(*) FROM theirs) + (SELECT count(*) FROM (SELECT DISTINCT file_no, line FROM unreadable)))::INTEGER`,
    )
  ).getRows();
  return { rows: (rows as number) + leftOut, leftOut };
}

interface PartnerFile {
  readonly path: string;
  readonly fileNo: number;
}

async function readFile(connection: DuckDBConnection, file: PartnerFile, map: ColumnMap): Promise<number> {
  const lines = await readLines(connection, { ...file, encoding: map.encoding });
  const first = map.skip + 1;
  const { cells, sound } = cellsSql('text', map.delimiter);
  const titles = await connection.runAndReadAll(
    `SELECT ${cells} AS cells FROM ${lines} WHERE line = ${first} AND text IS NOT NULL`,
  );
  const header = (titles.getRowObjectsJson()[0]?.cells ?? []) as string[];
  if (header.length === 0) await refuseFirstLine(connection, file, first, map);
  const places = placesOf(
    header.map((title) => title.trim()),
    file.path,
    map,
  );
  await connection.run(
    readSql(lines, { cells, sound, first: first + (map.header ? 1 : 0), width: header.length, places }, map),
  );
  await tellUnreadable(connection, file, header, places, map);
  const sums = await connection.runAndReadAll(
    `SELECT count(*) FILTER (${READABLE} AND start_shown IS NULL)::INTEGER FROM partner_read`,
  );
  await connection.run(
    `INSERT INTO partner_calls
     SELECT ${file.fileNo}, line, number, caller, id, start_shown, start_absolute, end_shown, end_absolute, duration_ms, money
     FROM partner_read WHERE ${READABLE} AND start_shown IS NOT NULL ORDER BY line;
     DROP TABLE partner_read; DROP TABLE partner_lines`,
  );
  return sums.getRows()[0][0] as number;
}

async function refuseFirstLine(
  connection: DuckDBConnection,
  { path, fileNo }: PartnerFile,
  line: number,
  map: ColumnMap,
): Promise<never> {
  const result = await connection.runAndReadAll(
    `SELECT expected FROM unreadable WHERE file_no = ${fileNo} AND line = ${line}`,
  );
  const unreadable = result.getRows()[0]?.[0];
  const expected = unreadable ?? (map.header ? 'titles of columns' : 'a call');
  throw new OperatorError(
    `${path} ${unreadable === undefined ? 'has nothing in' : 'cannot be read in'} line ${line}: expected ${expected}; nothing was reconciled`,
  );
}

type Places = Partial<Record<ColumnName, number>>;

/** Where each mapped column is, from 1. @throws OperatorError with a line for every column that is not there */
function placesOf(header: readonly string[], path: string, map: ColumnMap): Places {
  const mistakes: string[] = [];
  const places: Places = {};
  for (const name of columnNames) {
    const title = map[name];
    if (title === undefined) continue;
    if (map.header) {
      const found = header.flatMap((one, i) => (one === title ? [i + 1] : []));
      places[name] = found[0];
      if (found.length === 0) mistakes.push(`${name}: there is no column ${quoted(title)}${didYouMean(title, header)}`);
      if (found.length > 1)
        mistakes.push(
          `${name}: the column ${quoted(title)} is there ${found.length} times; use header=false and numbers`,
        );
    } else {
      places[name] = Number(title);
      if (Number(title) > header.length)
        mistakes.push(`${name}: there is no column ${title}; the first line has ${header.length}`);
    }
  }
  if (mistakes.length === 0) return places;
  const shown = map.header
    ? `titles in line ${map.skip + 1}, with ${quoted(map.delimiter)} between: ${header.map(quoted).join(', ')}`
    : `delimiter ${quoted(map.delimiter)}`;
  throw usageError(`the column map does not fit ${path}`, [...mistakes, shown]);
}

/** A row that can be used: what was not expected is null, and its text kept. */
const READABLE = `whole_text IS NULL AND number IS NOT NULL AND coalesce(start_text, end_text, duration_text, money_text) IS NULL`;

interface Cut {
  readonly cells: string;
  readonly sound: string;
  /** Line of the first call. */
  readonly first: number;
  readonly width: number;
  readonly places: Places;
}

/** Each SELECT reads what the one inside it has prepared, so that nothing is worked out twice. */
function readSql(lines: string, { cells, sound, first, width, places }: Cut, map: ColumnMap): string {
  const cell = (name: ColumnName) => (places[name] === undefined ? 'NULL::VARCHAR' : `trim(cells[${places[name]}])`);
  const zeroed = (name: 'start' | 'money') => `NOT (unanswered AND ${name}_text = '')`;
  const start = timeSql('start_text', map);
  const end = timeSql('end_text', map);
  const lacking = (name: string, value: string) =>
    `CASE WHEN ${name}_text IS NOT NULL AND ${value} IS NULL THEN ${name}_text END`;
  return `CREATE TEMP TABLE partner_read AS
    SELECT line, whole_text, number, CASE WHEN number IS NULL THEN number_text END AS number_text, caller, id, start_shown,
      start_absolute, end_shown, end_absolute, duration_ms, money,
      CASE WHEN ${zeroed('start')} THEN ${lacking('start', 'start_shown')} END AS start_text,
      ${lacking('end', 'end_shown')} AS end_text, ${lacking('duration', 'duration_ms')} AS duration_text,
      ${lacking('money', 'money')} AS money_text
    FROM (SELECT * REPLACE (${digitsOrNullSql('number')} AS number, ${digitsOrNullSql('caller')} AS caller,
        ${inYearsSql('start_shown')} AS start_shown, ${inYearsSql('end_shown')} AS end_shown,
        CASE WHEN ${zeroed('money')} THEN money ELSE 0 END AS money)
      FROM (SELECT * REPLACE (${internationalSql('number', map)} AS number, ${internationalSql('caller', map)} AS caller),
          ${map.onlyAnswered} AND coalesce(duration_ms = 0, false) AS unanswered
        FROM (SELECT line, whole_text, number_text, ${withoutPrefixSql('number', map.techPrefix)} AS number, caller, id,
            start_text, ${start.shown} AS start_shown, ${start.absolute} AS start_absolute,
            end_text, ${end.shown} AS end_shown, ${end.absolute} AS end_absolute,
            duration_text, ${durationSql('duration_text', map)} AS duration_ms, money_text, ${moneySql('money_text', map)} AS money
          FROM (SELECT line, CASE WHEN NOT sound OR len(cells) <> ${width} THEN text END AS whole_text,
              ${cell('number')} AS number_text, ${dialledSql(cell('number'))} AS number, ${dialledSql(cell('caller'))} AS caller,
              nullif(${cell('id')}, '') AS id, ${cell('start')} AS start_text, ${cell('end')} AS end_text,
              ${cell('seconds')} AS duration_text, ${cell('money')} AS money_text
            FROM (SELECT line, text, ${cells} AS cells, ${sound} AS sound FROM ${lines}
              WHERE line >= ${first} AND text IS NOT NULL AND trim(text) <> '')))))`;
}

async function tellUnreadable(
  connection: DuckDBConnection,
  { fileNo }: PartnerFile,
  header: readonly string[],
  places: Places,
  map: ColumnMap,
): Promise<void> {
  const columns = [
    { name: 'number', text: 'number_text', expected: '1 to 250 digits, * and #, behind the prefixes of strip' },
    { name: 'start', text: 'start_text', expected: timeExpected(map) },
    { name: 'end', text: 'end_text', expected: timeExpected(map) },
    { name: 'seconds', text: 'duration_text', expected: durationExpected(map) },
    { name: 'money', text: 'money_text', expected: moneyExpected(map) },
  ] as const;
  const whole = `'${header.length} values with ' || ${sqlText(quoted(map.delimiter))} || ' between, quotes closed on the line and doubled inside'`;
  await connection.run(
    [
      `INSERT INTO unreadable SELECT ${fileNo}, line, '', whole_text, ${whole} FROM partner_read WHERE whole_text IS NOT NULL`,
      ...columns
        .filter(({ name }) => places[name] !== undefined)
        .map(({ name, text, expected }) => {
          const title = map.header ? header[(places[name] as number) - 1].trim() : `column ${places[name]}`;
          return `INSERT INTO unreadable SELECT ${fileNo}, line, ${sqlText(title)}, ${text}, ${sqlText(expected)}
            FROM partner_read WHERE whole_text IS NULL AND ${text} IS NOT NULL`;
        }),
    ].join('; '),
  );
}

/** Turns what the clocks of the file showed into instants. */
async function placeInTime(connection: DuckDBConnection, map: ColumnMap, clockOffsetMs: number): Promise<void> {
  const [[from, to]] = (
    await connection.runAndReadAll(
      `SELECT coalesce(least(min(start_shown), min(end_shown)), 0)::DOUBLE,
         coalesce(greatest(max(start_shown), max(end_shown)), 0)::DOUBLE FROM partner_calls`,
    )
  ).getRows() as [number, number][];
  const changes = clockChanges(map.timezone, from, to);
  const reading = (name: 'start' | 'end') => {
    const { earlier, later } = readingsSql(`${name}_shown`, changes);
    return `CASE WHEN ${name}_absolute THEN ${name}_shown ELSE ${earlier} END AS ${name}_ms,
      CASE WHEN NOT ${name}_absolute THEN ${later} END AS ${name}_later_ms`;
  };
  // The end that is nearest behind the start: within an hour that comes twice there may be two.
  const between = (start: string) =>
    map.end === undefined
      ? 'duration_ms'
      : `CASE WHEN end_ms >= ${start} THEN end_ms - ${start} WHEN end_later_ms >= ${start} THEN end_later_ms - ${start} END`;
  const told = (name: 'start' | 'end') => `strftime(make_timestamp(${name}_shown * 1000), '%Y-%m-%d %H:%M:%S')`;
  const skipped = sqlText(`a time that the clock of ${map.timezone} shows: it is put forward then`);
  const title = (name: 'start' | 'end') => sqlText(map.header ? (map[name] as string) : `column ${map[name]}`);
  const endMistakes =
    map.end === undefined
      ? ''
      : `INSERT INTO unreadable SELECT file_no, line, ${title('end')}, ${told('end')},
           CASE WHEN end_ms IS NULL THEN ${skipped} ELSE 'a time not before the start' END
         FROM partner_placed WHERE start_ms IS NOT NULL AND duration_ms IS NULL;`;
  await connection.run(
    `CREATE TEMP TABLE partner_placed AS
     SELECT * REPLACE (${between('start_ms')} AS duration_ms), ${between('start_later_ms')} AS later_duration_ms
     FROM (SELECT *, ${reading('start')}, ${reading('end')} FROM partner_calls);
     DROP TABLE partner_calls;
     INSERT INTO unreadable SELECT file_no, line, ${title('start')}, ${told('start')}, ${skipped}
     FROM partner_placed WHERE start_ms IS NULL;
     ${endMistakes}
     CREATE TEMP TABLE theirs AS
     SELECT rowid::INTEGER + 1 AS their_no, file_no, line, number, caller, id, (start_ms - ${clockOffsetMs})::BIGINT AS at_ms,
       duration_ms, (start_later_ms - ${clockOffsetMs})::BIGINT AS later_ms, later_duration_ms, money
     FROM partner_placed WHERE start_ms IS NOT NULL AND duration_ms IS NOT NULL;
     DROP TABLE partner_placed`,
  );
}
