import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { maxForwards } from '../../../signalling/message/max-forwards.ts';

test('hops a request may take: what it says, 70 when it does not, 255 at most', () => {
  const hops = (value: string) => maxForwards(new SipHeaders([{ name: 'Max-Forwards', value }]));
  assert.equal(maxForwards(new SipHeaders()), 70);
  assert.deepEqual(['0', '0068', '255', '256', '9'.repeat(400)].map(hops), [0, 68, 255, 255, 255]);
  assert.equal(hops('many'), 70);
});
