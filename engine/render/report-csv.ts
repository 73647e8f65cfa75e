import { csvCell, csvLine } from './csv-cell.ts';
import type { Cell, TableSection } from './report-page.ts';
import { isNumber } from './value-text.ts';

/** Rows a piece has: a file is not written to for every line. */
const PIECE = 1000;

/** A section as CSV, all its rows, in pieces: a header line of names, values as they are; null is empty. */
export function* sectionCsv({ columns, rows }: Pick<TableSection, 'columns' | 'rows'>): Generator<string> {
  const kinds = columns.map(({ kind }) => (isNumber(kind) ? 'number' : 'text'));
  yield csvLine(columns.map(({ name }) => csvCell(name, 'text')));
  const lineOf = (row: readonly Cell[]) =>
    csvLine(row.map((cell, i) => (cell === null ? '' : csvCell(String(cell), kinds[i]))));
  for (let at = 0; at < rows.length; at += PIECE) {
    yield rows
      .slice(at, at + PIECE)
      .map(lineOf)
      .join('');
  }
}
