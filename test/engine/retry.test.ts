import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStored } from '../../engine/explain.ts';
import { arrowFile, event, noon } from './events.ts';
import { assertVerified, type Rating, ratingTest, reference } from './rating.ts';

const calls = [
  event(1),
  event(2, { callee_e164: '331' }),
  event(3, { account: 'bob' }),
  event(4, { account: 'zoe', callee_e164: '4490' }),
  event(5, { callee_e164: '331', answered_at: noon + 60_000, ended_at: noon + 180_000 }),
  event(6, { callee_e164: 'x1' }),
  event(7, { callee_e164: '4490' }),
];

const waiting = async ({ rows }: Rating) =>
  (await rows('SELECT flow_no, reason, run_id FROM unrated_calls ORDER BY flow_no')).map((row) => row.join(' '));
const rated = async ({ rows }: Rating) =>
  (await rows('SELECT flow_no, status, fee, prefix, run_id FROM rated_calls ORDER BY flow_no')).map((row) =>
    row.join(' '),
  );

test('calls wait until their cause is gone, and are rated once, at the rates of their time', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile(calls)));
  assert.deepEqual(await waiting(rating), [
    '2 no_rate 1',
    '3 unknown_account 1',
    '4 unknown_account 1',
    '5 no_rate 1',
    '6 invalid_number 1',
    '7 locked_prefix 1',
  ]);
  assert.deepEqual((await rating.retry()).runId, undefined, 'nothing was loaded since');

  // A rate from a minute after noon on: it is for call 5, and not for call 2. Zoe comes, and finds her prefix locked.
  await rating.load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment,effective_from\nretail,33,France,0.03,60,60,2026-03-02T12:01:00Z\n',
  );
  await rating.load('accounts', `${reference.accounts.split('\n')[0]}\nzoe,Zoe,client,retail,5,0,prevent,UTC\n`);
  const retried = await rating.retry();
  assert.deepEqual([retried.runId, retried.waited, retried.moved, retried.waiting], [2, 6, 2, 5]);
  assert.deepEqual(await waiting(rating), [
    '2 no_rate 1',
    '3 unknown_account 1',
    '4 locked_prefix 2',
    '6 invalid_number 1',
    '7 locked_prefix 1',
  ]);
  assert.deepEqual(await rated(rating), ['1 charged 0.012500 49 1', '5 charged 0.060000 33 2']);
  assert.deepEqual(
    await rating.rows('SELECT flow_no, status, run_id, superseded_by FROM superseded_calls ORDER BY flow_no'),
    [
      ['4', 'unknown_account', '1', '2'],
      ['5', 'no_rate', '1', '2'],
    ],
  );
  assert.deepEqual((await explainStored(rating.connection, 5n, 'ss1')).differences, []);
  await assertVerified(rating);

  assert.equal((await rating.retry()).runId, undefined, 'a second time nothing changes');
  assert.deepEqual(await rating.rows('SELECT run_id, kind, files, rows_read, fee FROM runs ORDER BY run_id'), [
    ['1', 'rate', '1', '7', '0.012500'],
    ['2', 'retry', '0', '2', '0.060000'],
  ]);
});

test('the next run over files retries first, and finds what waited among its duplicates', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile(calls)));
  await rating.load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,60,60\n',
  );
  const result = await rating.rate(rating.write('b.arrow', arrowFile([event(2, { callee_e164: '331' }), event(8)])));
  assert.deepEqual([result.retry.runId, result.retry.moved, result.runId], [2, 2, 3]);
  assert.deepEqual(await rated(rating), [
    '1 charged 0.012500 49 1',
    '2 charged 0.030000 33 2',
    '5 charged 0.060000 33 2',
    '8 charged 0.012500 49 3',
  ]);
  assert.deepEqual(
    await rating.rows(
      `SELECT account, run_id, charges, closing FROM run_balances WHERE account = 'alice' ORDER BY run_id`,
    ),
    [
      ['alice', '1', '0.012500', '99.987500'],
      ['alice', '2', '0.090000', '99.897500'],
      ['alice', '3', '0.012500', '99.885000'],
    ],
  );
  await assertVerified(rating);
});

test('a call that parameters would no longer record waits on, and money decides for calls that can be rated', async (t) => {
  const rating = await ratingTest(t, {
    ...reference,
    accounts: reference.accounts.replace('retail,100,0,allow', 'retail,0.04,0,prevent'),
  });
  await rating.rate(rating.write('a.arrow', arrowFile(calls.slice(0, 6))));
  await rating.load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,60,60\n',
  );
  await rating.retry({ SERVER_BILLING_NO_CDR_E164S: '331' });
  assert.deepEqual((await waiting(rating)).slice(0, 1), ['2 no_rate 1']);
  await rating.retry();
  assert.deepEqual(await rated(rating), [
    '1 charged 0.012500 49 1',
    '2 overdraft_refused 0.000000 33 2',
    '5 overdraft_refused 0.000000 33 2',
  ]);
  await assertVerified(rating);
});

test('money at risk is told by reason and account', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile(calls)));
  assert.deepEqual(
    (await rating.rows('SELECT reason, account, calls, hold_seconds, at_risk FROM money_at_risk')).map((row) =>
      row.join(' '),
    ),
    [
      'no_rate alice 2 180 0.037500',
      'invalid_number alice 1 60 0.012500',
      'locked_prefix alice 1 60 0.012500',
      'unknown_account bob 1 60 0.012500',
      'unknown_account zoe 1 60 0.012500',
    ],
  );
});
