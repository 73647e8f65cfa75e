import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, noon } from '../events.ts';
import { ratingTest } from '../rating.ts';
import { auditRows, rateCalls } from './audit.ts';

/** A call nobody may send, so many minutes after noon. */
function illegal(flowNo: number, address: string | null, minutes: number, number = '4930123456') {
  const at = noon + 60_000 * minutes;
  const changes = { billing_mode: -1, account: null, caller_ip: address, callee_e164: number };
  return event(flowNo, { ...changes, start_at: at, ringing_at: null, answered_at: null, ended_at: at });
}

test('illegal calls by address and hour, with the numbers tried', async (t) => {
  const rating = await ratingTest(t);
  await rateCalls(rating, [
    illegal(1, '203.0.113.9', 0),
    illegal(2, '203.0.113.9', 10, '491'),
    illegal(3, '203.0.113.9', 59.999, '491'),
    illegal(4, '203.0.113.9', 60),
    illegal(5, null, 5),
    event(6, { caller_ip: '203.0.113.9' }),
  ]);
  const expected = [
    ['203.0.113.9', '2026-03-02T12:00:00.000Z', 3, 2, 1, '2026-03-02T12:00:00.000Z', '2026-03-02T12:59:59.940Z'],
    ['203.0.113.9', '2026-03-02T13:00:00.000Z', 1, 1, 1, '2026-03-02T13:00:00.000Z', '2026-03-02T13:00:00.000Z'],
    [null, '2026-03-02T12:00:00.000Z', 1, 1, 1, '2026-03-02T12:05:00.000Z', '2026-03-02T12:05:00.000Z'],
  ];
  assert.deepEqual(await auditRows(rating, 'illegal-sources'), expected);
  assert.deepEqual(await auditRows(rating, 'illegal-sources', 'calls=2'), expected.slice(0, 1));
});
