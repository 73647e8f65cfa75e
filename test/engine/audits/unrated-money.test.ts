import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noon } from '../events.ts';
import { ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls } from './audit.ts';

test('what waits by reason, beginning of the number and age, at the average rate of its account', async (t) => {
  const rating = await ratingTest(t);
  const earlier = { start_at: noon - 86_400_000, ringing_at: null, answered_at: noon - 86_400_000 };
  await rateCalls(rating, [
    lasting(1, 60),
    lasting(2, 30, { callee_e164: '331234' }),
    lasting(3, 30, { callee_e164: '331299' }),
    lasting(4, 60, { callee_e164: '4490123' }),
    lasting(5, 120, { account: 'bob' }),
    lasting(6, 0, { ...earlier, callee_e164: '331234', ended_at: noon - 86_400_000 + 7000 }),
  ]);
  // Alice pays 0.0125 a minute on average, and so does everybody. 7 s of it are 0.00145833…, rounded down.
  assert.deepEqual(await auditRows(rating, 'unrated-money', 'as_of=2026-03-04T12:00:05Z', 'digits=3'), [
    ['unknown_account', '493', '2 to 6', 1, 1, 120, '0.025000', '2026-03-02T12:00:05.000Z'],
    ['no_rate', '331', '2 to 6', 3, 1, 67, '0.013958', '2026-03-01T12:00:00.000Z'],
    ['locked_prefix', '449', '2 to 6', 1, 1, 60, '0.012500', '2026-03-02T12:00:05.000Z'],
  ]);
  const younger = await auditRows(rating, 'unrated-money', 'as_of=2026-03-03T12:00:04Z', 'digits=6');
  assert.deepEqual(
    younger.map(([reason, beginning, age]) => [reason, beginning, age]),
    [
      ['unknown_account', '493012', '0'],
      ['locked_prefix', '449012', '0'],
      ['no_rate', '331234', '0'],
      ['no_rate', '331299', '0'],
      ['no_rate', '331234', '2 to 6'],
    ],
  );
  await rating.load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,1,1,1\n',
  );
  await rating.retry();
  // What a retry charged no longer waits, though its old row is kept as superseded.
  assert.equal((await auditRows(rating, 'unrated-money')).length, 2);
});
