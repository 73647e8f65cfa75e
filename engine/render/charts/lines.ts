import type { LineChart } from '../report-page.ts';
import {
  categoryAxis,
  type Drawing,
  legend,
  named,
  position,
  SERIES_COLOURS,
  seriesName,
  valueAxis,
  WIDTH,
} from './drawing.ts';

/** Marks tell the curves apart where colours do not, as do dashes. */
const MARKS = ['circle', 'rect', 'triangle', 'diamond'];
const DASHES = ['solid', 'dashed', 'dotted', 'solid'];

/** Curves with a mark at every point. */
export function lineOption({ x, xTitle, series, valueKind }: LineChart): Drawing {
  const numeric = x.every((value) => typeof value === 'number');
  return {
    width: WIDTH,
    height: 320,
    option: {
      legend: legend(series),
      grid: { left: 72, right: 32, top: series.length > 1 ? 32 : 12, bottom: 52 },
      xAxis: named(numeric ? { ...valueAxis('decimal'), scale: true } : categoryAxis(x.map(String), 16), xTitle),
      yAxis: { ...valueAxis(valueKind), scale: true },
      series: series.map((one, i) => ({
        type: 'line',
        name: seriesName(one),
        silent: true,
        symbol: MARKS[i % MARKS.length],
        symbolSize: 7,
        lineStyle: { width: 2, type: DASHES[i % DASHES.length], color: SERIES_COLOURS[i % SERIES_COLOURS.length] },
        itemStyle: { color: SERIES_COLOURS[i % SERIES_COLOURS.length] },
        data: one.values.map((value, at) => (numeric ? [x[at], position(value)] : position(value))),
      })),
    },
  };
}
