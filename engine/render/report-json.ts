import { chartValues } from './chart-values.ts';
import type { Cell, Column, ReportPage, Section } from './report-page.ts';

/** A report as JSON has it: figures and sections by name, rows as objects; money is text with all its digits. */
export function reportJson({ title, subtitle, headline, sections }: ReportPage): Record<string, unknown> {
  return {
    title,
    subtitle,
    headline: Object.fromEntries(headline.map(({ name, value }) => [name, value])),
    sections: Object.fromEntries(sections.map((section) => [section.name, contentOf(section)])),
  };
}

function contentOf(section: Section): unknown {
  switch (section.kind) {
    case 'text':
      return section.paragraphs;
    case 'chart': {
      const { columns, rows } = chartValues(section.chart);
      return rows.map((row) => objectOf(columns, row));
    }
    case 'table': {
      const rows = section.rows.map((row) => objectOf(section.columns, row));
      return section.total === undefined ? { rows } : { rows, total: objectOf(section.columns, section.total) };
    }
  }
}

function objectOf(columns: readonly Column[], row: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]));
}
