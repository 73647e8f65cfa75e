import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { sectionCsv } from '../../../engine/render/report-csv.ts';
import { manyRows } from './sample-page.ts';

test('all rows, with values as they are and no total', () => {
  const rows = parse([...sectionCsv(manyRows)].join('')) as string[][];
  assert.equal(rows.length, 121);
  assert.deepEqual(rows[0], ['account', 'calls', 'fee', 'change', 'seconds', 'last_at']);
  assert.deepEqual(rows[4], [
    'client-003',
    '111',
    '-90071992547409951.000003',
    '39',
    '3000',
    '2026-03-01T03:00:00.000Z',
  ]);
});

test('text that a spreadsheet would run is harmless, negative amounts stay numbers, null is nothing', () => {
  const { columns } = manyRows;
  const rows = [['=1+1', -1, '-0.5', null, 0, null]];
  assert.equal(
    [...sectionCsv({ columns, rows })].join(''),
    "account,calls,fee,change,seconds,last_at\r\n'=1+1,-1,-0.5,,0,\r\n",
  );
});

test('many rows come in pieces, each row once', () => {
  const { columns } = manyRows;
  const rows = Array.from({ length: 2500 }, (_, i) => [`a${i}`, i, '0', null, 0, null]);
  const pieces = [...sectionCsv({ columns, rows })];
  assert.equal(pieces.length, 4);
  assert.deepEqual(
    (parse(pieces.join('')) as string[][]).slice(1).map(([name]) => name),
    rows.map(([name]) => name),
  );
});
