import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStored, softswitchesWith } from '../../engine/explain.ts';
import { sightingsOf } from '../../engine/not-stored.ts';
import { explanationText, sightingsText } from '../../engine/render/explain-text.ts';
import { arrowFile, event, noon } from './events.ts';
import { ratingTest, reference } from './rating.ts';

test('a call from its number to its margin, with the rows of the deck', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  const one = event(7, {
    callee_e164: '+004930123456',
    callee_gateway: 'out-1',
    callee_to_gateway_e164: '99884930123456',
    ended_at: noon + 72_049,
  });
  await rate(write('a.arrow', arrowFile([one])), {
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2,
    SERVER_BILLING_FREE_TIME: 6,
  });
  const explained = await explainStored(connection, 7n, 'ss1');
  assert.deepEqual([explained.differences, explained.changes], [[], []]);
  assert.equal(
    explanationText({ ...explained, ratedAt: 'today' }),
    `call 7 of ss1: charged; rated by run 1 (today), with the deck as of load 3
442071234567 called +004930123456 from in-1 through out-1; account alice
start 2026-03-02T12:00:00.000Z, ringing 2026-03-02T12:00:02.000Z, answered 2026-03-02T12:00:05.000Z, ended 2026-03-02T12:01:12.049Z by the caller (200)

step                      what went in                 what came out               parameters
strip prefix              +004930123456                4930123456                  SERVER_BILLING_GATEWAY_ROUTE_PREFIX=2 (test)
no-CDR list               4930123456                   not on the list             SERVER_BILLING_NO_CDR_E164S=(none)
hold time                 67049 ms from answer to end  67 s                        SERVER_BILLING_HOLD_TIME_PRECISION=50
record illegal call       billing mode 1               kept                        SERVER_BILLING_RECORD_ILLEGAL_CALL=1
record zero hold time     67 s                         kept                        SERVER_BILLING_RECORD_ZERO_HOLD_TIME=1
record server hang-up     ended by the caller          kept                        SERVER_BILLING_RECORD_SERVER_HANG_UP=1
illegal                   billing mode 1               authorised
toll-free list            4930123456                   not on the list             SERVER_BILLING_FREE_E164S=(none)
zero hold                 67 s                         connected
free time                 67 s                         basis 61 s                  SERVER_BILLING_FREE_TIME=6 (test)
number check              4930123456                   digits
account                   alice                        rate group retail
longest prefix            4930123456 in retail         prefix 49
    row 1 of the deck: retail 49 Germany
    0.0125 per minute, 60/60 s, connect fee 0, always in effect, from load 1
    passed over, not in effect then: row 3, from 2026-03-01T00:00:00Z until 2026-03-02T12:00:05Z, prefix 4930
    passed over, not in effect then: row 4, from 2026-03-03T00:00:00Z, prefix 4930
lock                      prefix 49                    open
increments                61 s at 60/60                fee time 120 s
rate precision            0.0125 per minute            0.0125 per minute           SERVER_BILLING_FEE_PRECISTION=4 (test) quantiseRates=true
raw fee                   0 + 0.0125 × 120 / 60        0.025
fee precision             0.025                        0.025                       SERVER_BILLING_FEE_PRECISTION=4 (test)
fee unit                  0.025                        0.025                       SERVER_BILLING_FEE_UNIT=0.0001 (test)
fee                       charged                      0.025
vendor: routing gateway   out-1                        clearing account carrier-1
vendor: clearing account  carrier-1                    rate group carrier
vendor: number sent       99884930123456               99884930123456
vendor: longest prefix    99884930123456 in carrier    prefix 99
    row 9 of the deck: carrier 99 Technical
    0.006 per minute, 60/60 s, connect fee 0.001, always in effect, from load 1
vendor: increments        67 s at 60/60                fee time 120 s
vendor: rate precision    0.006 per minute             0.006 per minute            SERVER_BILLING_FEE_PRECISTION=4 (test) quantiseRates=true
vendor: raw fee           0.001 + 0.006 × 120 / 60     0.013
vendor: fee precision     0.013                        0.013                       SERVER_BILLING_FEE_PRECISTION=4 (test)
vendor: fee unit          0.013                        0.013                       SERVER_BILLING_FEE_UNIT=0.0001 (test)
vendor: vendor fee                                     0.013
vendor: margin            0.025 - 0.013                0.012

The stored figures agree with these steps.
`,
  );
});

test('every stored call is explained as it was rated', async (t) => {
  const { connection, rate, rows, write } = await ratingTest(t);
  const events = [
    event(1),
    event(2, { callee_e164: '800' }),
    event(3, { answered_at: null }),
    event(4, { ended_at: noon + 6000 }),
    event(5, { callee_e164: 'anonymous', callee_gateway: 'out-1' }),
    event(6, { account: 'bob', callee_gateway: 'out-2' }),
    event(7, { account: null, billing_mode: -1, callee_gateway: 'out-1' }),
    event(8, { callee_e164: '33', callee_gateway: 'out-9' }),
    event(9, { callee_e164: '44901', callee_gateway: 'out-1', callee_to_gateway_e164: '+44901' }),
    event(10, {
      callee_e164: '881',
      ended_at: noon + 30 * 86_400_000,
      callee_gateway: 'out-1',
      callee_to_gateway_e164: '',
    }),
    event(11, { callee_e164: '4915', ended_at: noon + 5000 + 7000, softswitch: 'ss2' }),
    event(2n ** 64n - 1n, { callee_gateway: 'out-1', end_direction: 2 }),
  ];
  await rate(write('a.arrow', arrowFile(events)), { SERVER_BILLING_FREE_E164S: '800', SERVER_BILLING_FREE_TIME: 3 });
  for (const [flowNo, softswitch, status] of await rows('SELECT flow_no, softswitch, status FROM named_calls')) {
    const { differences, steps, call } = await explainStored(
      connection,
      BigInt(flowNo as string),
      softswitch as string,
    );
    assert.deepEqual(differences, [], `${flowNo}`);
    assert.equal(call.status, status);
    const ended = steps
      .filter(({ output }) => output.startsWith('ends here:'))
      .map(({ output }) => output.split(' ')[2]);
    assert.deepEqual(ended, status === 'charged' ? [] : [status]);
  }
});

test('a call keeps its explanation when deck and accounts change, and what has changed is said', async (t) => {
  const { connection, rate, load, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1), event(2, { account: 'bob' })])));
  await load('rates', reference.rates.replaceAll('0.0125', '0.5'), true);
  await load(
    'accounts',
    reference.accounts.replace('client,retail', 'client,carrier').replace('client,,0', 'client,retail,0'),
  );
  const alice = await explainStored(connection, 1n, 'ss1');
  assert.deepEqual(alice.differences, []);
  assert.deepEqual(alice.changes, [
    'account alice was in rate group retail; now it is in carrier',
    'row 1 of the deck was replaced by load 4, after the call was rated',
  ]);
  const bob = await explainStored(connection, 2n, 'ss1');
  assert.deepEqual(bob.differences, []);
  assert.deepEqual(bob.changes, [
    'account bob was written by load 5, after the call was rated: now its rate group is retail',
  ]);
});

test('a stored figure that is not what the path leads to is told', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1)])));
  await connection.run('UPDATE calls SET fee = 9');
  const { differences } = await explainStored(connection, 1n, 'ss1');
  assert.deepEqual(differences, [{ figure: 'fee', stored: '9.000000', recomputed: '0.012500' }]);
});

test('longer prefixes which were not in effect are named', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1)])));
  const { steps } = await explainStored(connection, 1n, 'ss1');
  const step = steps.find(({ rule }) => rule === 'longest prefix');
  assert.equal(step?.rate?.prefix, '49');
  assert.deepEqual(
    step?.notEffective?.map(({ rateId, prefix }) => [rateId, prefix]),
    [
      [3, '4930'],
      [4, '4930'],
    ],
  );
});

test('a number that is not stored: counted only, rejected, or never seen', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  const events = [
    event(1, { callee_e164: '5000' }),
    event(2, { end_direction: 3 }),
    event(3),
    event(3, { attempts: 9 }),
  ];
  await rate(write('a.arrow', arrowFile(events)), { SERVER_BILLING_NO_CDR_E164S: '5000' });
  const told = async (flowNo: bigint) =>
    sightingsText(await sightingsOf(connection, flowNo)).replace(/ of \S+\.arrow/, '');
  assert.equal(
    await told(1n),
    'The call of ss1 was rated by run 1 and only counted, nothing of it is stored: as no_cdr (1 calls).\n',
  );
  assert.match(
    await told(2n),
    /^Row 2 was rejected by run 1: end_direction_unknown\n {2}\{"softswitch":"ss1","flow_no":"2"/,
  );
  assert.match(await told(3n), /^Row [34] was rejected by run 1: duplicate\n/);
  assert.equal(await told(4n), '');
  assert.deepEqual(await softswitchesWith(connection, 3n), ['ss1']);
  assert.deepEqual(await softswitchesWith(connection, 4n), []);
  assert.deepEqual((await sightingsOf(connection, 1n, 'ss2')).counted, []);
});
