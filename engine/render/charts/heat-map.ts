import type { HeatMap } from '../report-page.ts';
import { categoryAxis, type Drawing, MUTED, position, valueAxis, WIDTH } from './drawing.ts';

/** Shades from nothing to the largest value, one hue, told by steps in the legend. */
const SHADES = ['var(--heat-1)', 'var(--heat-2)', 'var(--heat-3)', 'var(--heat-4)', 'var(--heat-5)'];

/** A field a row and column; one without a value stays empty. */
export function heatMapOption({ rows, columns, values, valueKind }: HeatMap): Drawing {
  const fields = values.flatMap((line, y) => line.map((value, x) => [x, y, position(value) ?? Number.NaN]));
  const known = fields.map(([, , value]) => value).filter((value) => !Number.isNaN(value));
  const [lowest, highest] = [Math.min(0, ...known), Math.max(0, ...known)];
  const { axisLabel } = valueAxis(valueKind);
  const format = (axisLabel as { formatter: (value: number) => string }).formatter;
  const step = (highest - lowest) / SHADES.length;
  return {
    width: WIDTH,
    height: 96 + rows.length * 24,
    option: {
      grid: { left: 120, right: 24, top: 12, bottom: 84 },
      xAxis: categoryAxis(columns, 10),
      yAxis: { ...categoryAxis(rows, 16), inverse: true },
      visualMap: {
        type: 'piecewise',
        orient: 'horizontal',
        left: 'center',
        bottom: 4,
        itemSymbol: 'rect',
        textStyle: { color: MUTED, fontSize: 12 },
        pieces: SHADES.map((color, i) => {
          const [from, to] = [lowest + i * step, lowest + (i + 1) * step];
          const last = i === SHADES.length - 1;
          return { gte: from, ...(last ? {} : { lt: to }), color, label: `${format(from)} – ${format(to)}` };
        }),
      },
      series: {
        type: 'heatmap',
        silent: true,
        data: fields,
        itemStyle: { borderColor: 'var(--paper)', borderWidth: 1 },
      },
    },
  };
}
