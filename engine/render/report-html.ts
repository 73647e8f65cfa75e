import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { grouped } from './amounts.ts';
import { chartValues } from './chart-values.ts';
import { chartSvg } from './charts/chart-svg.ts';
import { csvScript } from './csv-cell.ts';
import { textHtml } from './escaped.ts';
import { tableHtml } from './html-table.ts';
import type { Chart, ChartSection, Figure, ReportPage, Section, TableSection } from './report-page.ts';
import { cellText } from './value-text.ts';

/** Rows of a table that a page shows; CSV and JSON have all. */
export const PAGE_ROWS = 100;

/**
 * A report as one HTML file that needs nothing else: no network, no script to be read, no colour to be understood. Its
 * policy lets no script run but its own.
 */
export function reportHtml({ title, subtitle, headline, sections }: ReportPage): string {
  const script = `${csvScript()};\n${read('./page-script.js')}`;
  const hash = createHash('sha256').update(script).digest('base64');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${textHtml(title)}</title>
<style>
${read('./page-style.css')}</style>
</head>
<body>
<header>
<h1>${textHtml(title)}</h1>
<p>${textHtml(subtitle)}</p>
</header>
<main>
${headlineHtml(headline)}
${contentsHtml(sections)}
${sections.map(sectionHtml).join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

function headlineHtml(headline: readonly Figure[]): string {
  const figures = headline.map(({ label, kind, value, note }) => {
    const small = note === undefined ? '' : `<dd class="note">${textHtml(note)}</dd>`;
    return `<div><dt>${textHtml(label)}</dt><dd>${value === null ? '–' : textHtml(cellText(value, kind))}</dd>${small}</div>`;
  });
  return `<section aria-labelledby="headline">
<h2 id="headline">Headline figures</h2>
<dl class="headline">
${figures.join('\n')}
</dl>
</section>`;
}

function contentsHtml(sections: readonly Section[]): string {
  const links = sections.map(({ name, title }) => `<li><a href="#${name}">${textHtml(title)}</a></li>`);
  return `<nav aria-label="Sections">
<ul>
${links.join('\n')}
</ul>
</nav>`;
}

function sectionHtml(section: Section): string {
  const note = section.note === undefined ? '' : `<p class="note">${textHtml(section.note)}</p>\n`;
  return `<section aria-labelledby="${section.name}">
<h2 id="${section.name}">${textHtml(section.title)}</h2>
${note}${contentOf(section)}
</section>`;
}

function contentOf(section: Section): string {
  switch (section.kind) {
    case 'text':
      return section.paragraphs.map((paragraph) => `<p>${textHtml(paragraph)}</p>`).join('\n');
    case 'chart':
      return chartHtml(section.chart, section, 0);
    case 'table':
      return [...(section.charts ?? []).map((chart, i) => chartHtml(chart, section, i)), rowsHtml(section)].join('\n');
  }
}

function rowsHtml({ name, columns, rows, total, empty }: TableSection): string {
  if (rows.length === 0) return `<p>${textHtml(empty)}</p>`;
  const rest = rows.length - PAGE_ROWS;
  const cut = `<p class="note">The first ${PAGE_ROWS} of ${grouped(rows.length)} rows${total ? '; the total is over all' : ''}. --format csv writes all, to ${name}.csv.</p>\n`;
  const table = { id: `${name}-table`, labelledBy: name, columns, rows: rows.slice(0, PAGE_ROWS), total };
  return `${rest > 0 ? cut : ''}${tableHtml({ ...table, file: `${name}.csv` })}`;
}

function chartHtml(chart: Chart, { name }: TableSection | ChartSection, place: number): string {
  const id = `${name}-chart-${place + 1}`;
  const values = { id: `${id}-table`, labelledBy: `${id}-caption`, file: `${id}.csv`, ...chartValues(chart) };
  return `<figure>
<figcaption id="${id}-caption">${textHtml(chart.title)}</figcaption>
${chartSvg(chart, id)}
<details>
<summary>Values of the chart</summary>
${tableHtml(values)}
</details>
</figure>`;
}
