import type { BarChart } from '../report-page.ts';
import {
  categoryAxis,
  type Drawing,
  legend,
  position,
  SERIES_COLOURS,
  seriesName,
  valueAxis,
  WIDTH,
} from './drawing.ts';

/** Bars from zero: standing over a course of time, lying where names need room. */
export function barOption({ categories, series, lying = false, valueKind }: BarChart): Drawing {
  const category = categoryAxis(categories, lying ? 28 : 16);
  const value = valueAxis(valueKind);
  const top = series.length > 1 ? 32 : 12;
  return {
    width: WIDTH,
    height: lying ? top + 32 + categories.length * (series.length > 1 ? 34 : 24) : 300,
    option: {
      legend: legend(series),
      grid: { left: lying ? 220 : 64, right: 24, top, bottom: 28 },
      xAxis: lying ? value : category,
      yAxis: lying ? { ...category, inverse: true } : value,
      series: series.map((one, i) => ({
        type: 'bar',
        name: seriesName(one),
        silent: true,
        barMaxWidth: 28,
        itemStyle: { color: SERIES_COLOURS[i % SERIES_COLOURS.length] },
        data: one.values.map(position),
      })),
    },
  };
}
