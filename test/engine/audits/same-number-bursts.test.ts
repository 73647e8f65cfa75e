import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, noon } from '../events.ts';
import { ratingTest } from '../rating.ts';
import { auditRows, rateCalls } from './audit.ts';

/** A call of ten seconds to a number, so many seconds after noon. */
function calling(flowNo: number, number: string, seconds: number, caller = '4420', account = 'alice') {
  const at = noon + 1000 * seconds;
  const times = { start_at: at, ringing_at: null, answered_at: at, ended_at: at + 10_000 };
  return event(flowNo, { ...times, callee_e164: number, caller_e164: caller, account });
}

test('numbers with so many calls within the minutes, the last one on the minute counted, one beyond it not', async (t) => {
  const rating = await ratingTest(t);
  await rateCalls(rating, [
    calling(1, '4411', 0),
    calling(2, '4411', 30, '4421'),
    calling(3, '4411', 60, '4420', 'bob'),
    calling(4, '4411', 600),
    calling(5, '4412', 0),
    calling(6, '4412', 30),
    calling(7, '4412', 60.001),
  ]);
  // Three calls of alice: 12 s at 6/6 of 0.0099 are 0.00198, charged 0.002.
  assert.deepEqual(await auditRows(rating, 'same-number-bursts', 'calls=3', 'minutes=1'), [
    ['4411', 3, '2026-03-02T12:00:00.000Z', '2026-03-02T12:01:00.000Z', 4, 2, 2, 40, '0.006000'],
  ]);
  assert.equal((await auditRows(rating, 'same-number-bursts', 'calls=3', 'minutes=2')).length, 2);
  assert.deepEqual(await auditRows(rating, 'same-number-bursts'), []);
});
