import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cents, counted } from '../../../engine/render/amounts.ts';

test('cents: half up, with separators; what would vanish keeps its digits', () => {
  const amounts = ['16662.9775', '0.005', '0.00', '0.0049', '-0.001', '-1234.565', '999999999999.999999'];
  assert.deepEqual(amounts.map(cents), [
    '16,662.98',
    '0.01',
    '0.00',
    '0.0049',
    '-0.001',
    '-1,234.57',
    '1,000,000,000,000.00',
  ]);
});

test('counts have their noun', () => {
  assert.deepEqual(
    [0, 1, 2000].map((count) => counted(count, 'file')),
    ['0 files', '1 file', '2,000 files'],
  );
});
