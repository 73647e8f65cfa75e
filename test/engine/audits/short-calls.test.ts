import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('of the answered calls those of 1 to N seconds, by gateway and account, waiting ones among them', async (t) => {
  const rating = await ratingTest(t);
  const other = { caller_gateway: 'in-2', account: 'bob' };
  await rateCalls(rating, [
    lasting(1, 1),
    lasting(2, 6),
    lasting(3, 7),
    lasting(4, 0),
    lasting(5, 5, { answered_at: null }),
    lasting(6, 3, { billing_mode: -1 }),
    lasting(7, 6, other),
    lasting(8, 60, { ...other, account: null, answered_at: null }),
  ]);
  // Call 4 is answered and counts no second: it is in the denominator only. 2 × 0.0125 at 60/60; bob's call waits.
  const expected = [
    ['in-2', 'bob', 1, 1, 1, 100, '0.000000'],
    ['in-1', 'alice', 5, 4, 2, 50, '0.025000'],
  ];
  assert.deepEqual(await auditRows(rating, 'short-calls'), expected);
  assert.deepEqual(await auditRows(rating, 'short-calls', 'answered=2'), expected.slice(1));
  assert.deepEqual((await auditRows(rating, 'short-calls', 'seconds=7', 'answered=2'))[0].slice(4), [
    3,
    75,
    '0.037500',
  ]);
});
