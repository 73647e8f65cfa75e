import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, lasting, rateCalls, scopeOf } from './audit.ts';

test('what fees are above and below the exact raw fee, and what rounding rates did before', async (t) => {
  const accounts = `${reference.accounts}dave,Dave,client,carrier,0,0,allow,UTC\nerin,Erin,client,retail,0,0,allow,UTC\n`;
  const rating = await ratingTest(t, { ...reference, accounts });
  const uk = { callee_e164: '442071234567' };
  const calls = [
    lasting(1, 12, uk),
    lasting(2, 36, uk),
    lasting(3, 60),
    lasting(4, 1, { account: 'dave' }),
    lasting(5, 1, { account: 'dave' }),
    lasting(6, 60, { account: 'erin' }),
    lasting(7, 60, { account: 'bob' }),
  ];
  await rateCalls(rating, calls, {}, [scopeOf('erin', { SERVER_BILLING_FEE_PRECISTION: 2 })]);
  assert.deepEqual(await auditRows(rating, 'lost-to-rounding'), [
    // 2 × 0.008 / 60 = 0.000266…, charged 2 × 0.0001.
    ['dave', 2, '0.000200', '0.00026667', 0, '0.00000000', 2, '0.00006667', '-0.00006667', '0.00000000'],
    // 0.00198 → 0.002, 0.00594 → 0.0059, 0.0125 exactly.
    ['alice', 3, '0.020400', '0.02042000', 1, '0.00002000', 1, '0.00004000', '-0.00002000', '0.00000000'],
    // 0.0125 a minute becomes 0.01 before the fee is worked out.
    ['erin', 1, '0.010000', '0.01000000', 0, '0.00000000', 0, '0.00000000', '0.00000000', '-0.00250000'],
  ]);
});
