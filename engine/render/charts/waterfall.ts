import { Decimal } from 'decimal.js';
import type { WaterfallChart } from '../report-page.ts';
import { cellText } from '../value-text.ts';
import { categoryAxis, DOWN, type Drawing, INK, named, SERIES_COLOURS, UP, valueAxis, WIDTH } from './drawing.ts';

/** All digits of any sum of amounts. */
const Exact = Decimal.clone({ precision: 60 });

/**
 * A waterfall, lying: each step begins where the one before ended, its exact amount beside it. Where the steps are small
 * beside the amounts they lead between, the axis is cut, and says so.
 *
 * @throws RangeError when start and steps do not add up to the end: such a picture would lie
 */
export function waterfallOption(chart: WaterfallChart): Drawing {
  const sums = partialSums(chart);
  const base = baseOf(sums);
  const whole = (amount: string): Bar => ({ from: base, to: Number(amount), colour: SERIES_COLOURS[0], amount });
  const moved = chart.steps.map(({ amount }, i): Bar => {
    const colour = amount.startsWith('-') ? DOWN : UP;
    return { from: sums[i], to: sums[i + 1], colour, amount: colour === UP ? `+${amount}` : amount };
  });
  const bars = [whole(chart.start.amount), ...moved, whole(chart.end.amount)];
  const labels = [chart.start, ...chart.steps, chart.end].map(({ label }) => label);
  const texts = bars.map(({ amount }) => cellText(amount, chart.valueKind));
  const room = Math.max(...texts.map((text) => text.length)) * DIGIT + 24;
  return {
    width: WIDTH,
    height: 72 + bars.length * 34,
    option: {
      grid: { left: 250, right: room, top: 12, bottom: base === 0 ? 28 : 52 },
      xAxis: {
        ...named(valueAxis(chart.valueKind), base === 0 ? '' : 'the axis does not begin at 0'),
        min: base === 0 ? undefined : base,
      },
      yAxis: { ...categoryAxis(labels, 32), inverse: true },
      series: {
        type: 'custom',
        silent: true,
        data: bars.map(({ from, to }, i) => [from, to, i]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (_: unknown, api: CustomApi) => drawBar(bars[api.value(2)], texts[api.value(2)], api),
      },
    },
  };
}

/** Width of a digit. */
const DIGIT = 7.5;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly colour: string;
  /** As it is written beside the bar. */
  readonly amount: string;
}

/** What echarts gives the function that draws an item. */
interface CustomApi {
  readonly value: (dimension: number) => number;
  readonly coord: (point: readonly [number, number]) => [number, number];
}

/** Start and the sum after each step, as doubles for their places, added up exactly. */
function partialSums({ start, steps, end }: WaterfallChart): number[] {
  let sum = new Exact(start.amount);
  const sums = [sum.toNumber()];
  for (const { amount } of steps) {
    sum = sum.plus(amount);
    sums.push(sum.toNumber());
  }
  if (!sum.eq(end.amount)) {
    throw new RangeError(`a waterfall from ${start.amount} comes to ${sum.toFixed()}, and not to ${end.amount}`);
  }
  return sums;
}

/** 0, or where a cut axis begins: at a round figure, so that its first tick is one. */
function baseOf(sums: readonly number[]): number {
  const [lowest, highest] = [Math.min(...sums), Math.max(...sums)];
  const range = highest - lowest;
  if (range === 0 || lowest <= 4 * range) return 0;
  const step = 10 ** Math.floor(Math.log10(range));
  return Math.floor((lowest - range / 4) / step) * step;
}

function drawBar({ from, to, colour }: Bar, text: string, api: CustomApi) {
  const row = api.value(2);
  const [left, y] = api.coord([Math.min(from, to), row]);
  const [right] = api.coord([Math.max(from, to), row]);
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: left, y: y - 11, width: Math.max(right - left, 2), height: 22 },
        style: { fill: colour },
      },
      {
        type: 'text',
        style: { x: right + 8, y, text, fill: INK, fontSize: 12, fontFamily: 'inherit', verticalAlign: 'middle' },
      },
    ],
  };
}
