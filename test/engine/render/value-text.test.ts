import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, rowTexts, shortened } from '../../../engine/render/value-text.ts';

test('values as people read them', () => {
  assert.deepEqual(
    [
      cellText('-90071992547409931.000001', 'money'),
      cellText(1234567, 'integer'),
      cellText('-7.36', 'percent'),
      cellText('181.9', 'decimal'),
      cellText(5430, 'duration'),
      cellText('2026-03-01T23:59:59.999Z', 'time'),
      cellText('1234', 'text'),
      cellText(null, 'money'),
    ],
    ['-90,071,992,547,409,931.000001', '1,234,567', '-7.36 %', '181.9', '91', '2026-03-01 23:59:59', '1234', ''],
  );
});

test('points of a column of money are in line, others are left', () => {
  const columns = [
    { name: 'a', title: 'a', kind: 'money' },
    { name: 'b', title: 'b', kind: 'percent' },
  ] as const;
  assert.deepEqual(
    rowTexts(columns, [
      ['1.5', '1.5'],
      ['-1000.0625', '2'],
      [null, null],
    ]),
    [
      ['1.5000', '1.5 %'],
      ['-1,000.0625', '2 %'],
      ['', ''],
    ],
  );
});

test('shortened text has its beginning, whole characters, and says that there was more', () => {
  assert.equal(shortened('abc', 3), 'abc');
  assert.equal(shortened('abcd', 3), 'ab…');
  assert.equal(shortened('🦫'.repeat(10_000), 2), '🦫…');
});
