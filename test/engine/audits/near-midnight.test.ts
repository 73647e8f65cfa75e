import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event } from '../events.ts';
import { ratingTest, reference } from '../rating.ts';
import { auditRows, rateCalls } from './audit.ts';

const accounts = `${reference.accounts}carl,Carl,client,retail,0,0,allow,America/New_York
dora,Dora,client,retail,0,0,allow,America/Santiago
`;

/** A call that begins then and is answered 5 seconds later, for a minute. */
function beginning(flowNo: number, account: string, start: string) {
  const at = Date.parse(start);
  return event(flowNo, { account, start_at: at, ringing_at: null, answered_at: at + 5000, ended_at: at + 65_000 });
}

test('calls around midnight of their account, waiting ones too, with the day there and the day of the reports', async (t) => {
  const rating = await ratingTest(t, { ...reference, accounts });
  await rateCalls(rating, [
    beginning(1, 'alice', '2026-03-01T22:59:49.500Z'),
    beginning(2, 'alice', '2026-03-01T23:15:00Z'),
    beginning(3, 'alice', '2026-03-01T23:15:00.001Z'),
    beginning(4, 'bob', '2026-03-02T00:00:01Z'),
    beginning(5, 'carl', '2026-03-02T04:59:00Z'),
    beginning(6, 'carl', '2026-03-02T00:00:00Z'),
    beginning(7, 'nobody', '2026-03-02T00:00:00Z'),
    // In Santiago the clock went from 24:00 to 01:00 that night: the day begins an hour late.
    beginning(8, 'dora', '2026-09-06T04:00:30Z'),
  ]);
  assert.deepEqual(await auditRows(rating, 'near-midnight'), [
    [
      'alice',
      'Europe/Berlin',
      'ss1',
      1,
      '2026-03-01T23:59:49.5',
      -11,
      '2026-03-01',
      '2026-03-01',
      false,
      'charged',
      60,
      '0.010000',
    ],
    [
      'alice',
      'Europe/Berlin',
      'ss1',
      2,
      '2026-03-02T00:15:00',
      900,
      '2026-03-02',
      '2026-03-01',
      true,
      'charged',
      60,
      '0.010000',
    ],
    [
      'bob',
      'UTC',
      'ss1',
      4,
      '2026-03-02T00:00:01',
      1,
      '2026-03-02',
      '2026-03-02',
      false,
      'unknown_account',
      60,
      '0.000000',
    ],
    [
      'carl',
      'America/New_York',
      'ss1',
      5,
      '2026-03-01T23:59:00',
      -60,
      '2026-03-01',
      '2026-03-02',
      true,
      'charged',
      60,
      '0.010000',
    ],
    [
      'dora',
      'America/Santiago',
      'ss1',
      8,
      '2026-09-06T01:00:30',
      30,
      '2026-09-06',
      '2026-09-06',
      false,
      'charged',
      60,
      '0.020000',
    ],
  ]);
  const near = await auditRows(rating, 'near-midnight', 'minutes=1');
  assert.deepEqual(
    near.map((row) => row[3]),
    [1, 4, 5, 8],
  );
});
