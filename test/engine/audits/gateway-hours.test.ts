import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noon } from '../events.ts';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('ratios of each gateway and hour with their denominators, waiting calls among them', async (t) => {
  const rating = await ratingTest(t);
  const before = noon - 1;
  await rateCalls(rating, [
    lasting(1, 60, { callee_gateway: 'out-1' }),
    lasting(2, 31, { ringing_at: noon + 3010, account: 'bob' }),
    lasting(3, 0, { ringing_at: null, answered_at: null }),
    lasting(4, 0, { start_at: before, ringing_at: null, answered_at: null, callee_gateway: 'out-1' }),
    lasting(5, 60, { billing_mode: -1 }),
  ]);
  const expected = [
    ['mapping', 'in-1', '2026-03-02T11:00:00.000Z', 1, 0, 0, null, 0, null],
    // (2 + 3.01) / 2 s to ringing, 91 s over two answered calls, 2 of 3 answered.
    ['mapping', 'in-1', '2026-03-02T12:00:00.000Z', 3, 2, 66.67, 45.5, 2, 2.51],
    ['routing', 'out-1', '2026-03-02T11:00:00.000Z', 1, 0, 0, null, 0, null],
    ['routing', 'out-1', '2026-03-02T12:00:00.000Z', 1, 1, 100, 60, 1, 2],
  ];
  assert.deepEqual(await auditRows(rating, 'gateway-hours'), expected);
  assert.deepEqual(await auditRows(rating, 'gateway-hours', 'calls=2'), [expected[1]]);
});
