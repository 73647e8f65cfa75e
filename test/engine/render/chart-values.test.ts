import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartValues } from '../../../engine/render/chart-values.ts';
import { bars, heatMap, lines, waterfall } from './sample-page.ts';

const titles = (chart: Parameters<typeof chartValues>[0]) => chartValues(chart).columns.map(({ title }) => title);

test('bars and lines: a row a place, a column a series', () => {
  assert.deepEqual(titles(bars), ['account', 'fee', 'vendor fee']);
  assert.deepEqual(chartValues(bars).rows[1], ['baltic', '1281.652', null]);
  assert.deepEqual(titles(lines), ['SERVER_BILLING_FREE_TIME (s)', 'revenue', 'margin']);
  assert.deepEqual(chartValues(lines).rows[3], ['10', null, '4400.5']);
});

test('waterfall: start, steps and end with their amounts', () => {
  const { columns, rows } = chartValues(waterfall);
  assert.deepEqual(columns, [
    { name: 'step', title: 'step', kind: 'text' },
    { name: 'amount', title: 'amount', kind: 'money' },
  ]);
  assert.deepEqual(rows.at(0), ['as rated', '16657.7211']);
  assert.deepEqual(rows.at(3), ['rounding', '-0.000001']);
  assert.deepEqual(rows.at(-1), ['with SERVER_BILLING_FREE_TIME=6', '16271.113754']);
});

test('heat map: columns say of what they are', () => {
  assert.deepEqual(titles(heatMap).slice(0, 3), ['free time (s)', 'fee unit 0.0001', 'fee unit 0.001']);
  assert.deepEqual(chartValues(heatMap).rows[1], ['3', '-157.6211', '-150', '-30.25', null]);
});
