import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../../../engine/render/charts/chart-svg.ts';
import { lines } from '../sample-page.ts';
import { textsOf } from './svg-parts.ts';

/** The points of the curves, a list each, cut where a curve is. */
function curvesOf(svg: string): { points: [number, number][][]; dashed: boolean }[] {
  const curves = svg.matchAll(/<path d="([^"]*)" fill="none" stroke="var\(--series-\d\)"([^>]*)>/g);
  return [...curves].map(([, d, rest]) => ({
    points: d
      .split('M')
      .slice(1)
      .map((piece) => piece.split('L').map((point) => point.split(' ').map(Number) as [number, number])),
    dashed: rest.includes('stroke-dasharray'),
  }));
}

test('points stand where their x is, and a missing value is a gap', () => {
  const [revenue, margin] = curvesOf(chartSvg(lines, 'l'));
  assert.deepEqual(
    revenue.points.map((piece) => piece.length),
    [3, 1],
  );
  const [xs] = margin.points.map((piece) => piece.map(([x]) => x));
  const scale = (xs[4] - xs[0]) / 60;
  assert.deepEqual(
    xs.map((x) => Math.round((x - xs[0]) / scale)),
    [0, 3, 6, 10, 60],
  );
});

test('curves differ by dashes and marks, not by colour alone, and have names', () => {
  const svg = chartSvg(lines, 'l');
  assert.deepEqual(
    curvesOf(svg).map(({ dashed }) => dashed),
    [false, true],
  );
  const texts = textsOf(svg);
  assert.ok(texts.includes('SERVER_BILLING_FREE_TIME (s)'));
  assert.deepEqual(texts.slice(-2), ['revenue', 'margin']);
});

test('over text the points stand side by side', () => {
  const x = ['0.0001', '0.001', '0.01', '0.1', '1'];
  const svg = chartSvg({ ...lines, x }, 'l');
  const [, margin] = curvesOf(svg);
  const xs = margin.points[0].map(([at]) => at);
  const widths = xs.slice(1).map((at, i) => Math.round(at - xs[i]));
  assert.ok(Math.max(...widths) - Math.min(...widths) <= 1);
  assert.deepEqual(
    textsOf(svg).filter((text) => x.includes(text)),
    x,
  );
});
