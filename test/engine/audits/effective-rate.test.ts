import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('short calls at 60/60 cost six times the deck rate; calls at the deck rate are not told', async (t) => {
  const rating = await ratingTest(t);
  await rateCalls(rating, [lasting(1, 10), lasting(2, 10), lasting(3, 60, { callee_e164: '442071234567' })]);
  // 2 × 0.0125 for 20 s; 0.0125 × 20 / 60 = 0.0041666…; 0.025 × 60 / 20 = 0.075, which is 500 % above 0.0125.
  const germany = ['alice', 'Germany', 2, 20, '0.025000', '0.004167', '0.075000', '0.012500', '500.0'];
  assert.deepEqual(await auditRows(rating, 'effective-rate'), [[...germany.slice(0, -1), 500]]);
  assert.equal((await auditRows(rating, 'effective-rate', 'percent=499.999999')).length, 1);
  assert.deepEqual(await auditRows(rating, 'effective-rate', 'percent=500'), []);
  assert.deepEqual(await auditRows(rating, 'effective-rate', 'calls=3'), []);
});

test('free time makes calls cheaper than the deck, and what overdraft took is missing', async (t) => {
  const accounts = `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone
alice,Alice,client,retail,0.0125,0,prevent,UTC
`;
  const rating = await ratingTest(t, { ...(await import('../rating.ts')).reference, accounts });
  await rateCalls(rating, [lasting(1, 120)]);
  // Of 0.025 for two minutes half was there.
  assert.deepEqual(await auditRows(rating, 'effective-rate'), [
    ['alice', 'Germany', 1, 120, '0.012500', '0.025000', '0.006250', '0.012500', -50],
  ]);
});
