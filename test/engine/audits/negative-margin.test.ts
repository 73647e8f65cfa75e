import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('destinations with calls below cost, and what is given away on purpose in lines of its own', async (t) => {
  const rating = await ratingTest(t);
  // Behind 99 the vendor asks 0.006 a minute begun, and 0.001 a call.
  const sent = { callee_gateway: 'out-1', callee_to_gateway_e164: '99442071234567' };
  const uk = { ...sent, callee_e164: '442071234567' };
  await rateCalls(
    rating,
    [
      lasting(1, 6, uk),
      lasting(2, 60, uk),
      lasting(3, 60, { ...sent, callee_e164: '800123' }),
      lasting(4, 60, sent),
      lasting(5, 6, { ...uk, callee_gateway: 'out-2' }),
      lasting(6, 60, { ...sent, callee_e164: '331234' }),
    ],
    { SERVER_BILLING_FREE_E164S: '800*' },
  );
  assert.deepEqual(await auditRows(rating, 'negative-margin'), [
    [null, 'carrier-1', 'toll_free', 1, 1, '0.000000', '0.007000', '0.007000', '-0.007000'],
    // 6 s are 0.00099, charged 0.001; the minute for 0.0099 brings 0.0029 back.
    ['United Kingdom', 'carrier-1', 'charged', 2, 1, '0.001000', '0.007000', '0.006000', '-0.003100'],
  ]);
});
