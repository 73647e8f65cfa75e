import type { TextPieces } from '../output.ts';
import { chartValues } from './chart-values.ts';
import { sectionCsv } from './report-csv.ts';
import { reportJson } from './report-json.ts';
import type { ReportPage, Section } from './report-page.ts';
import { reportText } from './report-text.ts';

export const reportFormats = ['html', 'csv', 'json', 'text'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The files of a report by name, in the order of the formats: one each, but for CSV one a section. */
export function reportFiles(page: ReportPage, formats: readonly ReportFormat[]): ReportFile[] {
  return formats.flatMap((format) => FILES[format](page));
}

/** The library that draws takes longer to load than most commands take: it is loaded when there is something to draw. */
export async function* htmlPieces(page: ReportPage): AsyncGenerator<string> {
  const { reportHtml } = await import('./report-html.ts');
  yield reportHtml(page);
}

interface ReportFile {
  readonly name: string;
  readonly pieces: TextPieces;
}

const FILES: Readonly<Record<ReportFormat, (page: ReportPage) => ReportFile[]>> = {
  html: (page) => [{ name: 'report.html', pieces: htmlPieces(page) }],
  csv: ({ sections }) => sections.flatMap(csvFile),
  json: (page) => [{ name: 'report.json', pieces: [`${JSON.stringify(reportJson(page), null, 2)}\n`] }],
  text: (page) => [{ name: 'report.txt', pieces: [reportText(page)] }],
};

function csvFile(section: Section): ReportFile[] {
  if (section.kind === 'text') return [];
  const table = section.kind === 'chart' ? chartValues(section.chart) : section;
  return [{ name: `${section.name}.csv`, pieces: sectionCsv(table) }];
}
