import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('premium by rate, by destination and by call type, as shares of what a rate was found for', async (t) => {
  const accounts = `${reference.accounts}carl,Carl,client,retail,0,0,allow,UTC\n`;
  const rating = await ratingTest(t, { ...reference, accounts });
  await rating.load(
    'rates',
    `rate_group,prefix,destination,rate,first_increment,next_increment,call_type
retail,31,Netherlands PREMIUM,0.02,60,60,
retail,32,Belgium,0.03,60,60,Premium
retail,37,Satellite,1,60,60,
retail,38,Nearly,0.999999,60,60,satellite
`,
  );
  await rateCalls(rating, [
    lasting(1, 60),
    lasting(2, 60, { callee_e164: '311' }),
    lasting(3, 60, { callee_e164: '321' }),
    lasting(4, 60, { callee_e164: '371' }),
    lasting(5, 60, { account: 'carl' }),
    lasting(6, 60, { callee_e164: '881', account: 'bob' }),
    lasting(7, 60, { callee_e164: '381' }),
  ]);
  // 0.02 + 0.03 + 1 of 0.0125 + 0.02 + 0.03 + 1 + 1 (0.999999 at four decimals).
  assert.deepEqual(await auditRows(rating, 'premium-share'), [
    ['alice', 5, 3, 60, 300, 180, '2.062500', '1.050000', 50.91],
  ]);
  assert.deepEqual(await auditRows(rating, 'premium-share', 'rate=2', 'word=satellite'), [
    ['alice', 5, 2, 40, 300, 120, '2.062500', '2.000000', 96.97],
  ]);
});
