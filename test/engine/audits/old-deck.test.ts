import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertVerified, ratingTest } from '../rating.ts';
import { auditRows, lasting, rateCalls, scopeOf } from './audit.ts';

const HEADER = 'rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee,locked\n';

test('calls of replaced rows, of rows with a longer prefix since, and of rows locked since, at the new price', async (t) => {
  const rating = await ratingTest(t);
  const calls = [
    lasting(1, 60),
    lasting(2, 60, { callee_e164: '442071234567' }),
    lasting(3, 60, { callee_e164: '4915112345' }),
    lasting(4, 60, { callee_e164: '331234' }),
  ];
  // 50 s are charged of 60: the set of parameters of the account counts.
  await rateCalls(rating, calls, {}, [scopeOf('alice', { SERVER_BILLING_FREE_TIME: 10 })]);
  assert.deepEqual(await auditRows(rating, 'old-deck'), []);
  await rating.load(
    'rates',
    `${HEADER}retail,49,Germany,0.02,60,60,0,\nretail,4915,Germany Mobile,1,1,1,0,yes\n`,
    true,
  );
  await rating.load('rates', `${HEADER}retail,4420,London,0.5,1,1,0.1,\nretail,33,France,1,1,1,0,\n`);
  await rateCalls(rating, [lasting(5, 60)]);
  assert.deepEqual(await auditRows(rating, 'old-deck'), [
    // 30 s and 4 steps of 6 s: 0.0333 × 54 / 60 + 0.05 = 0.07997.
    [
      'alice',
      '4915',
      '0.033300',
      '0.050000',
      '4915',
      '1.000000',
      '0.000000',
      'locked_prefix',
      1,
      '0.080000',
      null,
      null,
      'ss1',
      3,
    ],
    // 54 s at 6/6: 0.00891; 50 s at 1/1: 0.5 × 50 / 60 + 0.1 = 0.51666…
    [
      'alice',
      '44',
      '0.009900',
      '0.000000',
      '4420',
      '0.500000',
      '0.100000',
      'charged',
      1,
      '0.008900',
      '0.516700',
      '0.507800',
      'ss1',
      2,
    ],
    [
      'alice',
      '49',
      '0.012500',
      '0.000000',
      '49',
      '0.020000',
      '0.000000',
      'charged',
      1,
      '0.012500',
      '0.020000',
      '0.007500',
      'ss1',
      1,
    ],
  ]);
  await assertVerified(rating);
});
