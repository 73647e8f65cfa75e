import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../../../engine/render/charts/chart-svg.ts';
import type { WaterfallChart } from '../../../../engine/render/report-page.ts';
import { waterfall } from '../sample-page.ts';
import { boxesOf, textsOf } from './svg-parts.ts';

/** Bars in order of the drawing. */
function drawn(chart: WaterfallChart) {
  const svg = chartSvg(chart, 'w');
  return { texts: textsOf(svg), bars: boxesOf(svg) };
}

test('amounts stand at the bars with all their digits, steps with their sign', () => {
  const { texts } = drawn(waterfall);
  assert.deepEqual(
    texts.filter((text) => /^[+-]?[\d,]+\.\d+$/.test(text)),
    ['16,657.7211', '-412.107345', '+25.5', '-0.000001', '16,271.113754'],
  );
});

test('each step begins where the one before ended; the axis is cut where steps are small, and says so', () => {
  const { bars, texts } = drawn(waterfall);
  assert.deepEqual(
    bars.map(({ colour }) => colour),
    ['series-1', 'down', 'up', 'down', 'series-1'],
  );
  const [start, fall, rise, tiny, end] = bars;
  const right = (bar: (typeof bars)[number]) => bar.left + bar.width;
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 0.2, `${a} and ${b}`);
  near(right(start), right(fall));
  near(fall.left, rise.left);
  near(right(rise), tiny.left);
  near(right(end), right(rise));
  assert.ok(tiny.width >= 2, 'a step is seen however small it is');
  assert.ok(texts.includes('the axis does not begin at 0'));
  near(fall.width / rise.width, 412.107345 / 25.5);
});

test('where steps are large the axis begins at 0, also below it', () => {
  const large = { ...waterfall, start: { label: 'a', amount: '10' }, end: { label: 'b', amount: '-5.5' } };
  const { bars, texts } = drawn({ ...large, steps: [{ label: 'loss', amount: '-15.5' }] });
  assert.ok(!texts.includes('the axis does not begin at 0'));
  assert.equal(Math.round((bars[1].width / bars[0].width) * 100), 155);
  assert.ok(Math.abs(bars[2].left + bars[2].width - bars[0].left) <= 0.2, 'zero is where both end');
});

test('a waterfall that does not add up to the last micro is refused', () => {
  const wrong = { ...waterfall, end: { label: 'wrong', amount: '16271.113755' } };
  assert.throws(
    () => chartSvg(wrong, 'w'),
    new RangeError('a waterfall from 16657.7211 comes to 16271.113754, and not to 16271.113755'),
  );
});

test('amounts beyond a double are added up exactly', () => {
  const huge = '90071992547409930.000001';
  const chart = {
    ...waterfall,
    start: { label: 'a', amount: huge },
    end: { label: 'b', amount: `${huge.slice(0, -1)}2` },
  };
  const { texts } = drawn({ ...chart, steps: [{ label: 'one micro', amount: '0.000001' }] });
  assert.ok(texts.includes('90,071,992,547,409,930.000002'));
});
