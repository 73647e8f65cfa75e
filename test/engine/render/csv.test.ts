import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine, harmless } from '../../../engine/render/csv.ts';

test('a line quotes what needs it, and keeps null and empty apart', () => {
  assert.equal(csvLine(['a', null, '', 'b "c"', 'd,e', 'f\ng', 'h\r']), 'a,,"","b ""c""","d,e","f\ng","h\r"\r\n');
});

test('formulas are disarmed, numbers are left', () => {
  for (const text of ['=1', '+a', '-1-1', '@x', '\t=1', '\r=1', '-', '+49 30'])
    assert.equal(harmless(text), `'${text}`);
  for (const text of ['-1', '+49', '-0.5', 'a=1', '', '2026-03-01']) assert.equal(harmless(text), text);
});
