import { DuckDBDecimalValue, type DuckDBResult, type DuckDBValue } from '@duckdb/node-api';
import { plainValue, valueText } from '../plain-value.ts';
import { grouped } from './amounts.ts';
import { type CellKind, csvCell, csvLine } from './csv-cell.ts';
import { textTable } from './text-table.ts';

/** The text of a result, piece by piece, as its rows come. */
type Pieces = AsyncGenerator<string, void>;

/** CSV with a header line. Null is empty; a text that is empty is written as "". */
export async function* csvPieces(result: DuckDBResult): Pieces {
  const cell = (value: DuckDBValue) => (value === null ? '' : csvCell(valueText(value), kindOf(value)));
  yield csvLine(result.columnNames().map((name) => csvCell(name, 'text')));
  for await (const rows of result.yieldRows()) yield rows.map((row) => csvLine(row.map(cell))).join('');
}

/** A JSON array of objects, one a line. A column whose name was there before gets a number. */
export async function* jsonPieces(result: DuckDBResult): Pieces {
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
export async function* tablePieces(result: DuckDBResult, limit: number): Pieces {
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

function kindOf(value: DuckDBValue): CellKind {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof DuckDBDecimalValue;
  return isNumber ? 'number' : 'text';
}
