import type { Cell, Chart, Column } from './report-page.ts';

/** The values of a chart as a table: its text alternative. */
export function chartValues(chart: Chart): { columns: Column[]; rows: Cell[][] } {
  switch (chart.kind) {
    case 'bars':
    case 'lines': {
      const [title, places] = chart.kind === 'bars' ? [chart.categoryTitle, chart.categories] : [chart.xTitle, chart.x];
      return {
        columns: [firstColumn(title), ...chart.series.map(({ name }) => valueColumn(chart, name))],
        rows: places.map((place, i) => [String(place), ...chart.series.map(({ values }) => values[i])]),
      };
    }
    case 'waterfall':
      return {
        columns: [firstColumn('step'), valueColumn(chart, 'amount')],
        rows: [chart.start, ...chart.steps, chart.end].map(({ label, amount }) => [label, amount]),
      };
    case 'heat-map':
      return {
        columns: [
          firstColumn(chart.rowTitle),
          ...chart.columns.map((name) => valueColumn(chart, `${chart.columnTitle} ${name}`)),
        ],
        rows: chart.rows.map((row, i) => [row, ...chart.values[i]]),
      };
  }
}

function firstColumn(title: string): Column {
  return { name: title, title, kind: 'text' };
}

function valueColumn({ valueKind }: Chart, title: string): Column {
  return { name: title, title, kind: valueKind };
}
