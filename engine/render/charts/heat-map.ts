import type { HeatMap, ValueKind } from '../report-page.ts';
import { axisName, categoryAxis, type Drawing, INK, MUTED, named, PAPER, position, tick, WIDTH } from './drawing.ts';

/** Columns beside which the fields have room for their values. */
const MOST_LABELLED = 12;

/** A field a row and column, its value in it where there is room; one without a value stays empty. */
export function heatMapOption({ rows, columns, rowTitle, columnTitle, values, valueKind }: HeatMap): Drawing {
  const fields = values.flatMap((line, y) => line.map((value, x) => [x, y, position(value) ?? Number.NaN]));
  const shades = shadesOf(fields.map(([, , value]) => value).filter((value) => !Number.isNaN(value)));
  const data = fields.map((value) => ({ value, label: { color: shadeAt(value[2], shades)?.ink ?? INK } }));
  const labelled = columns.length <= MOST_LABELLED;
  return {
    width: WIDTH,
    height: 136 + rows.length * 26,
    option: {
      grid: { left: 130, right: 24, top: 36, bottom: 100 },
      xAxis: named(categoryAxis(columns, 10), columnTitle),
      yAxis: {
        ...categoryAxis(rows, 16),
        inverse: true,
        name: axisName(rowTitle, 16),
        nameLocation: 'start',
        nameTextStyle: NAME,
      },
      visualMap: {
        type: 'piecewise',
        orient: 'horizontal',
        left: 'center',
        bottom: 4,
        itemGap: 20,
        itemSymbol: 'rect',
        textStyle: { color: MUTED, fontSize: 12 },
        pieces: shades.map(({ ink, ...shade }) => ({ ...shade, label: labelOf(shade, valueKind) })),
      },
      series: {
        type: 'heatmap',
        silent: true,
        data,
        itemStyle: { borderColor: PAPER, borderWidth: 1 },
        label: {
          show: labelled,
          fontSize: 12,
          formatter: ({ value: [, , value] }: { value: number[] }) => tick(value, valueKind),
        },
      },
    },
  };
}

const NAME = { color: MUTED, fontSize: 12, align: 'right', padding: [0, 8, 0, 0] };

/** What a shade stands for, in the library's terms: from `gte` or above `gt`, up to `lte` or below `lt`. */
interface Shade {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly color: string;
  /** Of text on it. */
  readonly ink: string;
}

/** One hue from nothing to the largest value; where there are negative ones two hues, and none for 0. */
function shadesOf(values: readonly number[]): Shade[] {
  const highest = Math.max(0, ...values);
  if (!values.some((value) => value < 0)) return steps(5, 'heat', highest, 3);
  const largest = Math.max(highest, -Math.min(0, ...values));
  const rise = steps(3, 'rise', largest, 2);
  const fall = steps(3, 'fall', largest, 2).map(({ gt, gte, lte, ...shade }) => ({
    ...shade,
    gte: 0 - (lte as number),
    lt: 0 - ((gt ?? gte) as number),
  }));
  const none: Shade = { gte: 0, lte: 0, color: 'var(--raised)', ink: INK };
  return [...fall.reverse(), none, ...rise.map(({ gte, ...shade }) => ({ ...shade, gt: shade.gt ?? gte }))];
}

/** Equal steps up to `highest`, the first from 0 on; text is dark on the first `weak` of a light page. */
function steps(count: number, hue: string, highest: number, weak: number): Shade[] {
  return Array.from({ length: count }, (_, i) => {
    const from = (highest * i) / count;
    const shade = { lte: (highest * (i + 1)) / count, color: `var(--${hue}-${i + 1})`, ink: i < weak ? INK : PAPER };
    return i === 0 ? { gte: from, ...shade } : { gt: from, ...shade };
  });
}

function shadeAt(value: number, shades: readonly Shade[]): Shade | undefined {
  return shades.find(({ gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }) => {
    return value > gt && value >= gte && value < lt && value <= lte;
  });
}

function labelOf({ gt, gte, lt, lte }: Omit<Shade, 'ink'>, kind: ValueKind): string {
  const [from, to] = [gt ?? gte, lt ?? lte] as [number, number];
  return from === to ? tick(to, kind) : `${tick(from, kind)} – ${tick(to, kind)}`;
}
