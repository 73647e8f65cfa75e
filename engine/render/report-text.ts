import { grouped } from './amounts.ts';
import { chartValues } from './chart-values.ts';
import type { Cell, Column, Figure, ReportPage, Section } from './report-page.ts';
import { printable, textTable } from './text-table.ts';
import { cellText, isNumber, rowTexts } from './value-text.ts';

/** A table of at most so many rows is shown whole. HTML has more rows, CSV and JSON have all. */
const WHOLE = 20;
/** Rows shown of a longer one. */
const FIRST = 10;

/** A report for a terminal: headline figures, then each section with its first rows. */
export function reportText({ title, subtitle, headline, sections }: ReportPage): string {
  const head = `${printable(title)}\n${printable(subtitle)}\n`;
  return [head, headlineText(headline), ...sections.map(sectionText)].join('\n');
}

function headlineText(headline: readonly Figure[]): string {
  const rows = headline.map(({ label, kind, value, note }) => [label, cellText(value, kind) || '-', note ?? '']);
  const lines = textTable([{ title: 'figure' }, { title: 'value', align: 'right' }, { title: '' }], rows);
  return lines.slice(lines.indexOf('\n') + 1);
}

function sectionText(section: Section): string {
  const note = section.note === undefined ? '' : `${printable(section.note)}\n`;
  return `== ${printable(section.title)}\n${note}${contentOf(section)}`;
}

function contentOf(section: Section): string {
  switch (section.kind) {
    case 'text':
      return section.paragraphs.map((paragraph) => `${printable(paragraph)}\n`).join('');
    case 'chart': {
      const { columns, rows } = chartValues(section.chart);
      return table(columns, rows, undefined);
    }
    case 'table':
      return section.rows.length === 0
        ? `${printable(section.empty)}\n`
        : table(section.columns, section.rows, section.total);
  }
}

function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  total: readonly Cell[] | undefined,
): string {
  const first = rows.length > WHOLE ? rows.slice(0, FIRST) : rows;
  const shown = total === undefined ? first : [...first, total];
  const over = total === undefined ? '' : '; the total is over all';
  const more = rows.length > first.length ? `… and ${grouped(rows.length - first.length)} more rows${over}\n` : '';
  return (
    textTable(
      columns.map(({ title, kind }) => ({ title, align: isNumber(kind) ? 'right' : 'left' })),
      rowTexts(columns, shown),
    ) + more
  );
}
