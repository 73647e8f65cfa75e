import { didYouMean } from '../parameters/nearest-name.ts';
import { type FieldReader, Refusal } from './field-readers.ts';
import type { Mistake } from './mistake.ts';
import { type CsvRecords, readCsv } from './read-csv.ts';

/** A column of a reference file. */
export interface Column<T> {
  readonly read: FieldReader<T>;
  /** What every row has when the file lacks the column; a column without it must be there. */
  readonly absent?: T;
  /** Its values hardly repeat, so that remembering what was read would only cost memory. */
  readonly distinct?: boolean;
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** The rows of a file as columns; `line` says where row i stands, counted from 1. */
export interface Table<C extends Columns> {
  readonly rows: number;
  readonly columns: { readonly [K in keyof C]: (C[K] extends Column<infer T> ? T : never)[] };
  readonly line: (row: number) => number;
}

/**
 * Reads a CSV file whose first line names its columns, in any order. A table whose file has mistakes is not to be used:
 * what could not be read is missing from it.
 */
export function readTable<C extends Columns>(bytes: Buffer, columns: C): { table: Table<C>; mistakes: Mistake[] } {
  const csv = readCsv(bytes);
  if (csv.records.length === 0 && csv.mistakes.length > 0)
    return { table: emptyTable(columns), mistakes: [...csv.mistakes] };
  const header = (csv.records[0] ?? []).map((title) => title.trim());
  const wrongHeader = headerMistakes(header, columns);
  if (wrongHeader.length > 0) return { table: emptyTable(columns), mistakes: [...csv.mistakes, ...wrongHeader] };

  const mistakes = [...csv.mistakes];
  const refuse = (record: number, column: string, value: string, expected: string) => {
    mistakes.push({ line: csv.line(record), column, value, expected });
  };
  const rows = wholeRecords(csv.records, header.length, refuse);
  const values = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const field = header.indexOf(name);
      return [
        name,
        field < 0
          ? new Array(rows.length).fill(column.absent)
          : readColumn(csv.records, rows, field, column, (record, value, expected) =>
              refuse(record, name, value, expected),
            ),
      ];
    }),
  );
  mistakes.sort((a, b) => a.line - b.line);
  return { table: { rows: rows.length, columns: values, line: (row) => csv.line(rows[row]) } as Table<C>, mistakes };
}

/** The records that hold a row: not the header, not blank lines, not those with too few or too many values. */
function wholeRecords(
  records: CsvRecords['records'],
  width: number,
  refuse: (record: number, column: string, value: string, expected: string) => void,
): number[] {
  const rows: number[] = [];
  for (let record = 1; record < records.length; record++) {
    const { length } = records[record];
    if (length === width) rows.push(record);
    else if (length > 1 || records[record][0].trim() !== '') {
      refuse(record, '', `${length} values`, `${width} values, one for each column of the header`);
    }
  }
  return rows;
}

/** The values of a column, row by row. Each distinct text is read once, except in a column of distinct ones. */
function readColumn<T>(
  records: CsvRecords['records'],
  rows: readonly number[],
  field: number,
  { read, distinct }: Column<T>,
  refuse: (record: number, value: string, expected: string) => void,
): (T | Refusal)[] {
  const memo = new Map<string, T | Refusal>();
  const values: (T | Refusal)[] = new Array(rows.length);
  let lastText: string | undefined;
  let value: T | Refusal | undefined;
  for (let row = 0; row < rows.length; row++) {
    const text = records[rows[row]][field];
    // Decks are sorted: most texts repeat the one above, and comparing is cheaper than looking up.
    if (text !== lastText) {
      value = distinct ? read(text) : memo.get(text);
      if (value === undefined) {
        value = read(text);
        memo.set(text, value);
      }
      lastText = text;
    }
    values[row] = value as T | Refusal;
    if (value instanceof Refusal) refuse(rows[row], text, value.expected);
  }
  return values;
}

function emptyTable<C extends Columns>(columns: C): Table<C> {
  const values = Object.fromEntries(Object.keys(columns).map((name) => [name, []]));
  return { rows: 0, columns: values as unknown as Table<C>['columns'], line: () => 1 };
}

/** Unknown, missing and repeated columns; they concern line 1 as a whole. */
function headerMistakes(header: readonly string[], columns: Columns): Mistake[] {
  const known = Object.keys(columns);
  const required = known.filter((name) => !('absent' in columns[name]));
  if (header.length === 0 || (header.length === 1 && header[0] === '')) {
    return [{ line: 1, column: '', value: '', expected: `a header line: ${required.join(',')}` }];
  }
  if (header.length === 1 && /[;\t|]/.test(header[0])) {
    return [{ line: 1, column: '', value: header[0], expected: 'columns separated by commas' }];
  }
  const mistakes: Mistake[] = [];
  const seen = new Set<string>();
  for (const title of header) {
    if (!known.includes(title)) {
      const expected = `a column of ${known.join(', ')}${didYouMean(title, known)}`;
      mistakes.push({ line: 1, column: '', value: title, expected });
    } else if (seen.has(title)) {
      mistakes.push({ line: 1, column: '', value: title, expected: 'each column once' });
    }
    seen.add(title);
  }
  for (const name of required.filter((one) => !header.includes(one))) {
    mistakes.push({ line: 1, column: '', value: header.join(','), expected: `the column ${name} as well` });
  }
  return mistakes;
}
