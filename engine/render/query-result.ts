import type { DuckDBResult } from '@duckdb/node-api';
import { plainValue, valueText } from '../plain-value.ts';
import { grouped } from './amounts.ts';
import { textTable } from './text-table.ts';

/** Pieces of text, to be written one after the other; a result need not fit into memory. */
export type TextPieces = AsyncGenerator<string, void>;

/** CSV with a header line. Null is empty; a text that is empty is written as "". */
export async function* csvPieces(result: DuckDBResult): TextPieces {
  yield `${result
    .columnNames()
    .map((name) => csvText(harmless(name)))
    .join(',')}\r\n`;
  for await (const rows of result.yieldRows()) {
    yield rows.map((row) => `${row.map((value) => (value === null ? '' : csvCell(value))).join(',')}\r\n`).join('');
  }
}

/** A JSON array of objects, one a line. A column whose name was there before gets a number. */
export async function* jsonPieces(result: DuckDBResult): TextPieces {
  const names = result.deduplicatedColumnNames();
  let before = '[\n';
  for await (const rows of result.yieldRows()) {
    let text = '';
    for (const row of rows) {
      text += before + JSON.stringify(Object.fromEntries(row.map((value, i) => [names[i], plainValue(value)])));
      before = ',\n';
    }
    yield text;
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** An aligned table, its rows beyond `limit` only counted. */
export async function* tablePieces(result: DuckDBResult, limit: number): TextPieces {
  const shown: string[][] = [];
  let count = 0;
  for await (const rows of result.yieldRows()) {
    for (const row of rows.slice(0, Math.max(0, limit - count))) {
      shown.push(row.map((value) => (value === null ? 'NULL' : valueText(value))));
    }
    count += rows.length;
  }
  yield textTable(
    result.columnNames().map((title) => ({ title })),
    shown,
  );
  if (count > limit) yield `… and ${grouped(count - limit)} more rows (--limit 0 shows all)\n`;
}

type Cell = Parameters<typeof valueText>[0];

function csvCell(value: Cell): string {
  return typeof value === 'string' ? csvText(harmless(value)) : csvText(valueText(value));
}

function csvText(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** Spreadsheets run a cell that begins like a formula; names and numbers come from other people's systems. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
