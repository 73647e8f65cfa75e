import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../../../engine/render/charts/chart-svg.ts';
import { bars } from '../sample-page.ts';
import { boxesOf, textsOf } from './svg-parts.ts';

test('lying bars are as long as their amounts, to the left below zero; no value is no bar', () => {
  const boxes = boxesOf(chartSvg(bars, 'b'));
  const [alder, baltic, loss, vendor, other] = boxes;
  assert.deepEqual(
    boxes.map(({ colour }) => colour),
    ['series-1', 'series-1', 'series-1', 'series-2', 'series-2'],
  );
  assert.ok(Math.abs(alder.width / baltic.width - 3405.8837 / 1281.652) < 0.01);
  assert.ok(loss.width < 0 && other.width > 0);
  assert.equal(new Set([alder, baltic, loss, vendor].map(({ left }) => left)).size, 1, 'all begin at zero');
});

test('names of a length have their beginning on the axis; series are told in a legend', () => {
  const texts = textsOf(chartSvg(bars, 'b'));
  assert.deepEqual(texts.slice(0, 3), ['alder', 'baltic', 'an account with a name th…']);
  assert.deepEqual(texts.slice(-2), ['fee', 'vendor fee']);
});

test('standing bars have their names below; one series needs no legend', () => {
  const svg = chartSvg({ ...bars, lying: false, series: bars.series.slice(0, 1) }, 'b');
  const tops = boxesOf(svg).map(({ top }) => top);
  assert.equal(new Set(tops).size, 1, 'all stand on zero');
  assert.ok(!textsOf(svg).includes('fee'));
});
