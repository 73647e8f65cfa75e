import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('calls within 5 % of the cap or cut off there, by gateway; the parameters move the limit', async (t) => {
  const rating = await ratingTest(t);
  await rateCalls(rating, [
    lasting(1, 6840),
    lasting(2, 6839),
    lasting(3, 90, { end_direction: 2, end_reason: -2 }),
    lasting(4, 7300, { caller_gateway: 'in-2', account: 'bob' }),
    lasting(5, 60, { caller_gateway: 'in-3' }),
    lasting(6, 60, { answered_at: null }),
  ]);
  // 114 minutes and 2 minutes at 0.0125; the other call waits for a rate group.
  const expected = [
    ['in-1', 3, 2, 66.67, 1, 6840, 6930, '1.450000'],
    ['in-2', 1, 1, 100, 0, 7300, 7300, '0.000000'],
  ];
  assert.deepEqual(await auditRows(rating, 'zombie-calls'), expected);
  assert.equal((await auditRows(rating, 'zombie-calls', 'within=6'))[0][2], 3);
  assert.deepEqual(await auditRows(rating, 'zombie-calls', 'cap=86400'), [
    ['in-1', 3, 1, 33.33, 1, 6840, 90, '0.025000'],
  ]);
});
