import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, lasting, rateCalls, scopeOf } from './audit.ts';

test('shortened calls are priced again, free ones looked up in the deck of their run; scopes count', async (t) => {
  const accounts = `${reference.accounts}carl,Carl,client,retail,0,0,allow,UTC\n`;
  const rating = await ratingTest(t, { ...reference, accounts });
  const calls = [
    lasting(1, 60, { callee_e164: '442071234567' }),
    lasting(2, 8),
    lasting(3, 5, { callee_e164: '4490123' }),
    lasting(4, 5, { callee_e164: '331234' }),
    lasting(5, 60, { account: 'carl' }),
    lasting(6, 60, { callee_e164: '331234' }),
  ];
  await rateCalls(rating, calls, { SERVER_BILLING_FREE_TIME: 10 }, [scopeOf('carl', { SERVER_BILLING_FREE_TIME: 0 })]);
  // Call 1: 54 s at 6/6 are 0.0089 instead of 0.0099; call 2: 60 s at 60/60 are 0.0125; 3 is locked, 4 has no rate.
  const expected = [['alice', 4, 3, 2, '0.008900', '0.022400', '0.013500']];
  assert.deepEqual(await auditRows(rating, 'lost-to-free-time'), expected);
  const dearer = reference.rates.replace('retail,49,Germany,0.0125', 'retail,49,Germany,5');
  await rating.load('rates', dearer, true);
  await rating.load('rates', `${reference.rates.split('\n')[0]}\nretail,493,Berlin and around,7,60,60,0,,,\n`);
  assert.deepEqual(await auditRows(rating, 'lost-to-free-time'), expected);
});

test('without free time nothing is lost to it', async (t) => {
  const rating = await ratingTest(t);
  await rateCalls(rating, [lasting(1, 60)]);
  assert.deepEqual(await auditRows(rating, 'lost-to-free-time'), []);
});
