import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('whose balance is below its limit, since which run, and who is near it', async (t) => {
  const accounts = reference.accounts.replace('retail,100,0,allow', 'retail,0.02,0.001,allow');
  const rating = await ratingTest(t, { ...reference, accounts });
  await rating.load('payments', 'account,paid_at,amount,reference\nbob,2026-03-01,0.5,b1\nbob,2026-03-02,-0.1,b2\n');
  await rateCalls(rating, [lasting(1, 60)]);
  assert.deepEqual(await auditRows(rating, 'balances-below-limit'), []);
  assert.deepEqual(await auditRows(rating, 'balances-below-limit', 'margin=0.4'), [
    ['carrier-1', 'vendor', 'allow', '0.000000', '0.000000', '0.000000', null, null, null],
    ['carrier-2', 'vendor', 'allow', '0.000000', '0.000000', '0.000000', null, null, null],
    ['alice', 'client', 'allow', '0.001000', '0.007500', '0.008500', null, null, null],
  ]);
  await rateCalls(rating, [lasting(2, 60)]);
  await rateCalls(rating, [lasting(3, 60)]);
  const below = ['alice', 'client', 'allow', '0.001000', '-0.017500', '-0.016500', 2, null, null];
  assert.deepEqual(await auditRows(rating, 'balances-below-limit'), [below]);
  await rating.load('payments', 'account,paid_at,amount,reference\nalice,2026-03-03,0.0165,a1\n');
  assert.deepEqual(await auditRows(rating, 'balances-below-limit'), []);
  await rateCalls(rating, [lasting(4, 60)]);
  assert.deepEqual(await auditRows(rating, 'balances-below-limit'), [
    ['alice', 'client', 'allow', '0.001000', '-0.013500', '-0.012500', 4, '2026-03-03T00:00:00.000Z', '0.016500'],
  ]);
});
