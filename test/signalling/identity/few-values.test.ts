import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewValues } from '../../../signalling/identity/few-values.ts';
import { SipHeaders } from '../../../signalling/message/headers.ts';

test('the first sixteen values of all lines', () => {
  const headers = new SipHeaders(['a, b', 'c'].map((value) => ({ name: 'Diversion', value })));
  assert.deepEqual(fewValues(headers, 'Diversion'), ['a', 'b', 'c']);
  headers.append('Diversion', 'd,'.repeat(100));
  assert.equal(fewValues(headers, 'Diversion').length, 16);
  assert.deepEqual(fewValues(headers, 'Privacy'), []);
});
