import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, noon } from '../events.ts';
import { ratingTest } from '../rating.ts';
import { auditRows, rateCalls } from './audit.ts';

test('calls of equal numbers and nearly equal times on two switches; those of one switch are no suspects', async (t) => {
  const rating = await ratingTest(t);
  const late = (ms: number) => ({ start_at: noon + ms, answered_at: noon + 5000 + ms, ended_at: noon + 65_000 + ms });
  const second = { softswitch: 'ss2', account: 'bob' };
  await rateCalls(rating, [
    event(1),
    event(2),
    event(7, { ...second, ...late(1000) }),
    event(8, { ...second, ...late(1001), callee_e164: '44' }),
    event(9, { callee_e164: '44' }),
    event(10, { ...second, callee_e164: '45', answered_at: null }),
    event(11, { callee_e164: '45' }),
    event(12, { ...second, callee_e164: '46', ended_at: noon + 70_000 }),
    event(13, { callee_e164: '46' }),
  ]);
  const pair = (first: number) => [
    ...['442071234567', '4930123456', 'ss1', first, 'ss2', 7, '2026-03-02T12:00:00.000Z', '2026-03-02T12:00:01.000Z'],
    ...['alice', 'bob', '0.012500', '0.000000'],
  ];
  assert.deepEqual(await auditRows(rating, 'duplicate-suspects'), [pair(1), pair(2)]);
  assert.deepEqual(await auditRows(rating, 'duplicate-suspects', 'seconds=0'), []);
  const wider = await auditRows(rating, 'duplicate-suspects', 'seconds=5');
  assert.deepEqual(
    wider.map((row) => [row[3], row[5]]),
    [
      [1, 7],
      [2, 7],
      [9, 8],
      [13, 12],
    ],
  );
});
