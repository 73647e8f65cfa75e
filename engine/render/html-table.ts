import { escaped, textHtml } from './escaped.ts';
import type { Cell, Column } from './report-page.ts';
import { isNumber, rowTexts, shortened } from './value-text.ts';

/** A table of a page, as `tableHtml` takes it. */
export interface HtmlTable {
  /** Of the element; unique on the page. */
  readonly id: string;
  /** Id of the heading that names it. */
  readonly labelledBy: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly total?: readonly Cell[];
  /** File name its script gives to a download. */
  readonly file: string;
}

/** Characters of a cell that a page holds; CSV and JSON have all. */
export const LONGEST_TEXT = 300;

/**
 * A table that reads well without the script of the page; with it, its columns sort, it can be searched and downloaded.
 * A cell carries the value itself in `data-value` where it is shown otherwise.
 */
export function tableHtml({ id, labelledBy, columns, rows, total, file }: HtmlTable): string {
  const shown = rowTexts(columns, total === undefined ? rows : [...rows, total]);
  const body = rows.map((row, i) => rowHtml(columns, row, shown[i])).join('\n');
  const foot = total === undefined ? '' : `<tfoot>\n${rowHtml(columns, total, shown[rows.length])}\n</tfoot>\n`;
  const heads = columns.map(({ title, kind }) => `<th scope="col" class="${kind}">${textHtml(title)}</th>`).join('');
  return `<div class="table" role="group" aria-labelledby="${labelledBy}" tabindex="0">
<table id="${id}" aria-labelledby="${labelledBy}" data-file="${escaped(file)}" data-columns="${escaped(JSON.stringify(columns.map(({ name }) => name)))}">
<thead>
<tr>${heads}</tr>
</thead>
<tbody>
${body}
</tbody>
${foot}</table>
</div>`;
}

function rowHtml(columns: readonly Column[], row: readonly Cell[], shown: readonly string[]): string {
  return `<tr>${columns.map(({ kind }, i) => cellHtml(kind, row[i], shown[i])).join('')}</tr>`;
}

function cellHtml(kind: Column['kind'], value: Cell, shown: string): string {
  if (value === null) return `<td class="${kind}" data-null></td>`;
  const text = isNumber(kind) ? escaped(shown) : textHtml(shortened(shown, LONGEST_TEXT));
  const long = kind === 'text' && shown.length > SHORT ? ' long' : '';
  return `<td class="${kind}${long}"${valueAttribute(String(value), shown)}>${text}</td>`;
}

/** Characters of a text that stays on one line. */
const SHORT = 28;

/** Characters that a page cannot carry as they are, JSON can. */
function valueAttribute(value: string, shown: string): string {
  const kept = shortened(value, LONGEST_TEXT);
  if (UNPRINTABLE.test(kept)) {
    const json = JSON.stringify(kept).replace(/[\x7f-\x9f\p{Noncharacter_Code_Point}]/gu, escapedInJson);
    return ` data-json="${escaped(json)}"`;
  }
  return kept === shown ? '' : ` data-value="${escaped(kept)}"`;
}

const UNPRINTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

function escapedInJson(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
