import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event } from '../events.ts';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, rateCalls } from './audit.ts';

/** A call that is up from one moment to the other. */
function during(flowNo: number, account: string, from: string, until: string) {
  const at = Date.parse(from);
  return event(flowNo, { account, start_at: at, ringing_at: null, answered_at: at, ended_at: Date.parse(until) });
}

test('calls that were up while the clock changed, forward and back, by clock and in truth', async (t) => {
  const accounts = `${reference.accounts}carl,Carl,client,retail,0,0,allow,America/New_York\n`;
  const rating = await ratingTest(t, { ...reference, accounts });
  await rateCalls(rating, [
    during(1, 'alice', '2026-03-29T00:59:30.500Z', '2026-03-29T01:00:45Z'),
    during(2, 'alice', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z'),
    during(3, 'alice', '2026-03-29T01:00:00Z', '2026-03-29T01:01:00Z'),
    during(4, 'carl', '2026-03-29T00:59:30Z', '2026-03-29T01:00:45Z'),
    during(5, 'bob', '2026-03-29T00:59:30Z', '2026-03-29T01:00:45Z'),
    during(6, 'carl', '2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'),
    during(7, 'alice', '2026-10-25T00:59:00Z', '2026-10-25T01:01:00Z'),
  ]);
  assert.deepEqual(await auditRows(rating, 'dst-changes'), [
    // 3600 s at 60/6 of 0.02; 75 s are 60 and 3 steps of 6: 78 s.
    [
      'carl',
      'America/New_York',
      '2026-03-08T07:00:00.000Z',
      3600,
      'ss1',
      6,
      '2026-03-08T01:30:00',
      '2026-03-08T03:30:00',
      '7200.000',
      '3600.000',
      3600,
      'charged',
      '1.200000',
    ],
    [
      'alice',
      'Europe/Berlin',
      '2026-03-29T01:00:00.000Z',
      3600,
      'ss1',
      1,
      '2026-03-29T01:59:30.5',
      '2026-03-29T03:00:45',
      '3674.500',
      '74.500',
      75,
      'charged',
      '0.026000',
    ],
    [
      'alice',
      'Europe/Berlin',
      '2026-10-25T01:00:00.000Z',
      -3600,
      'ss1',
      7,
      '2026-10-25T02:59:00',
      '2026-10-25T02:01:00',
      '-3480.000',
      '120.000',
      120,
      'charged',
      '0.040000',
    ],
  ]);
});
