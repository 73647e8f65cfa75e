import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noon } from '../events.ts';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('refused and capped calls of an account: price, what was charged, what is lost, what the vendor charges', async (t) => {
  const accounts = reference.accounts.replace('100,0,allow', '0.03,0,prevent');
  const rating = await ratingTest(t, { ...reference, accounts });
  const later = { start_at: noon + 300_000, ringing_at: null, answered_at: noon + 300_000, ended_at: noon + 360_000 };
  await rateCalls(rating, [
    lasting(1, 60),
    lasting(2, 180),
    lasting(3, 60, { ...later, callee_gateway: 'out-1' }),
    lasting(4, 60, { account: 'bob' }),
  ]);
  // 1 leaves 0.0175 of 0.03; 2 costs 0.0375 and gets that; for 3 nothing is left, and carrier-1 charges a minute at 0.008.
  assert.deepEqual(await auditRows(rating, 'lost-to-overdraft'), [
    [
      'alice',
      1,
      1,
      240,
      '0.050000',
      '0.017500',
      '0.032500',
      '0.008000',
      '2026-03-02T12:00:05.000Z',
      '2026-03-02T12:05:00.000Z',
    ],
  ]);
});
