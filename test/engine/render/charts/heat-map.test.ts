import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../../../engine/render/charts/chart-svg.ts';
import { heatMap } from '../sample-page.ts';
import { boxesOf, textsOf } from './svg-parts.ts';

const fields = (svg: string) => boxesOf(svg).map(({ colour }) => colour);

test('changes have two hues, none for 0, by thirds of the largest; a field without value stays empty', () => {
  const svg = chartSvg(
    {
      ...heatMap,
      values: [
        ['0.00', '1.25', '401', '1200'],
        ['-1200', '-401', '-0.5', null],
      ],
    },
    'h',
  );
  assert.deepEqual(fields(svg).slice(0, 7), ['raised', 'rise-1', 'rise-2', 'rise-3', 'fall-3', 'fall-2', 'fall-1']);
  assert.deepEqual(
    textsOf(svg).filter((text) => text.includes('–') || text === '0'),
    ['0', '0', '-1,200 – -800', '-800 – -400', '-400 – 0', '0', '0 – 400', '400 – 800', '800 – 1,200'],
  );
});

test('amounts have one hue in five steps, both ends among them', () => {
  const svg = chartSvg(
    { ...heatMap, rows: ['a'], columns: ['0', '1', '2', '3'], values: [['0', '20', '21', '100']] },
    'h',
  );
  assert.deepEqual(fields(svg).slice(0, 4), ['heat-1', 'heat-1', 'heat-2', 'heat-5']);
});

test('values stand in the fields where there is room, and titles at the axes', () => {
  const texts = textsOf(chartSvg(heatMap, 'h'));
  for (const text of ['free time (s)', 'fee unit', '-157.62', '120.5']) assert.ok(texts.includes(text), text);
  const columns = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
  const day = textsOf(chartSvg({ ...heatMap, rows: ['day'], columns, values: [columns.map(() => '0.77')] }, 'h'));
  assert.ok(!day.includes('0.77'));
});

test('a map without any value, or with zeros only, is drawn', () => {
  for (const value of [null, '0.00']) {
    assert.match(chartSvg({ ...heatMap, values: heatMap.values.map((row) => row.map(() => value)) }, 'h'), /<\/svg>$/);
  }
});
