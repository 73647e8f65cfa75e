import { readFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBDecimalValue, type DuckDBValue } from '@duckdb/node-api';
import { formatMoney, MONEY_TYPE } from '../../../rating/money.ts';
import { plainValue } from '../../plain-value.ts';
import type { Cell, Chart, Column, TableSection, ValueKind } from '../../render/report-page.ts';

/** A section of the report of a run: a query in a file of its own, and what is told of its columns. */
export interface RunSection {
  readonly name: string;
  readonly title: string;
  readonly note?: string;
  readonly empty: string;
  /** Its query, over run_calls and run_waiting (run-calls.sql), with a column each of `columns`. */
  readonly sql: URL;
  readonly columns: readonly SectionColumn[];
  readonly charts?: (rows: readonly (readonly Cell[])[]) => readonly Chart[];
}

export interface SectionColumn extends Column {
  /** Whether the total adds it up. */
  readonly summed: boolean;
}

/** A column of a section; its title is its name unless given. */
export function column(name: string, kind: ValueKind, title = name.replaceAll('_', ' ')): SectionColumn {
  return { name, title, kind, summed: false };
}

/** A column whose values have a sum. */
export function summed(name: string, kind: 'integer' | 'money' | 'duration', title?: string): SectionColumn {
  return { ...column(name, kind, title), summed: true };
}

/** Reads the rows of a section, and adds them up exactly where its columns say so. */
export async function readSection(connection: DuckDBConnection, section: RunSection): Promise<TableSection> {
  const { name, title, note, empty, columns, charts } = section;
  const read = await readCells(connection, section.sql, columns);
  const rows = read.map((row) => row.map(({ cell }) => cell));
  const total = columns.some((one) => one.summed) && rows.length > 1 ? totalOf(columns, read) : undefined;
  return { kind: 'table', name, title, note, empty, columns: columns.map(bare), rows, total, charts: charts?.(rows) };
}

/** Rows of a query in a file as cells; amounts with the whole number they stand for. */
export async function readCells(
  connection: DuckDBConnection,
  sql: URL,
  columns: readonly Column[],
): Promise<{ cell: Cell; whole: bigint }[][]> {
  const reader = await connection.runAndReadAll(readFileSync(sql, 'utf8'));
  const [found, declared] = [reader.columnNames().join(), columns.map(({ name }) => name).join()];
  if (found !== declared) throw new TypeError(`${sql} has columns ${found}, and not ${declared}`);
  return reader.getRows().map((row) => row.map((value, i) => cellOf(value, columns[i])));
}

function cellOf(value: DuckDBValue, { name, kind }: Column): { cell: Cell; whole: bigint } {
  if (value === null) return { cell: null, whole: 0n };
  if (kind === 'money') {
    if (!(value instanceof DuckDBDecimalValue) || value.scale !== MONEY_TYPE.scale) {
      throw new TypeError(`${name} is ${value}, which is no amount of ${MONEY_TYPE.sql}`);
    }
    return { cell: formatMoney(value.value), whole: value.value };
  }
  const cell = plainValue(value) as Cell;
  return { cell, whole: kind === 'integer' || kind === 'duration' ? BigInt(value as bigint | number) : 0n };
}

function totalOf(columns: readonly SectionColumn[], rows: readonly { whole: bigint }[][]): Cell[] {
  return columns.map((one, i) => {
    if (i === 0) return 'all';
    if (!one.summed) return null;
    const sum = rows.reduce((all, row) => all + row[i].whole, 0n);
    return one.kind === 'money' ? formatMoney(sum) : (plainValue(sum) as Cell);
  });
}

function bare({ name, title, kind }: SectionColumn): Column {
  return { name, title, kind };
}
