import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisName, position, tick } from '../../../../engine/render/charts/drawing.ts';

test('figures along an axis are round', () => {
  assert.deepEqual(
    [0, 0.00025, 999.5, 9000, 12_500, -1_500_000].map((value) => tick(value, 'money')),
    ['0', '0.00025', '999.5', '9,000', '12.5 k', '-1.5 M'],
  );
  assert.equal(tick(60, 'percent'), '60 %');
  assert.equal(tick(7200, 'duration'), '120', 'minutes');
});

test('a name of an axis is one short line', () => {
  assert.equal(axisName('ab\u202e\n', 9), 'ab\u{fffd}\u{fffd}');
  assert.equal(axisName('a longer name', 8), 'a longe…');
  assert.equal(axisName('🦫🦫🦫🦫', 6), '🦫…');
  assert.equal(axisName('WWWWWW', 8), 'WWWW…');
});

test('null is a gap and not 0', () => {
  assert.equal(position(null), null);
  assert.equal(position('-0.5'), -0.5);
});
