import { grouped, groupedMoney, pointsInLine } from './amounts.ts';
import type { Cell, Column, ValueKind } from './report-page.ts';

/** A value as people read it; nothing for null. Money keeps all its digits, minutes are rounded. */
export function cellText(value: Cell, kind: ValueKind): string {
  if (value === null) return '';
  if (kind === 'text') return String(value);
  if (kind === 'time') return clock(String(value));
  if (kind === 'duration') return grouped(Math.round(Number(value) / 60));
  const text = groupedMoney(String(value));
  return kind === 'percent' ? `${text} %` : text;
}

/** Rows as people read them: amounts of a column have as many decimals as the longest, so that their points are in line. */
export function rowTexts(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[][] {
  const raw = ({ kind }: Column) => kind === 'money';
  const texts = rows.map((row) =>
    row.map((cell, i) => (raw(columns[i]) ? String(cell ?? '') : cellText(cell, columns[i].kind))),
  );
  return columns.reduce((lined, column, i) => (raw(column) ? pointsInLine(lined, i) : lined), texts);
}

/** Whether a kind is aligned at its last digit, and safe in a spreadsheet. */
export function isNumber(kind: ValueKind): boolean {
  return kind !== 'text' && kind !== 'time';
}

/** Text with its beginning only, where it is longer than `longest` characters. */
export function shortened(text: string, longest: number): string {
  const characters = [...text.slice(0, 2 * longest + 2)];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

/** `2026-03-01 00:00:00`: seconds do for a reader. */
function clock(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
