import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrepaidBudget } from '../../../../engine/signal/prepaid/prepaid-budget.ts';
import { type PrepaidReading, readPrepaid } from '../../../../engine/signal/prepaid/read-prepaid.ts';
import type { BillingParameters } from '../../../../rating/parameters.ts';
import type { CallEvent } from '../../../../signalling/events/call-event.ts';
import type { CallGrant } from '../../../../signalling/prepaid/call-budget.ts';
import { CallWorld, callerPeer, gatewayPeer } from '../../../signalling/call/call-world.ts';
import { sampleEvent } from '../../../signalling/events/sample-event.ts';
import { answerOf, requestOf } from '../../../signalling/sip-text.ts';
import { arrowFile } from '../../events.ts';
import { randomSource } from '../../random-source.ts';
import { assertVerified, configurationOf, fourDecimals, type Rating, ratingTest } from '../../rating.ts';

const rates = `rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee
retail,49,Germany,0.6,1,1,0
retail,44,United Kingdom,0.9,60,30,0.05
retail,33,France,0.0001,60,60,0
`;
const accounts = `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone
acme,Acme,client,retail,2,0,prevent,UTC
bert,Bert,client,retail,10,5,prevent,UTC
carl,Carl,client,retail,0,0,allow,UTC
dora,Dora,client,,50,0,prevent,UTC
`;

interface Reader {
  readonly unread?: readonly CallEvent[];
  readonly nowMs?: number;
  readonly parameters?: Partial<BillingParameters>;
}

async function read({ connection }: Rating, known?: PrepaidBudget, reader: Reader = {}): Promise<PrepaidReading> {
  return readPrepaid(connection, {
    softswitch: 'ss1',
    configuration: configurationOf({ ...fourDecimals, ...reader.parameters }),
    nowMs: reader.nowMs ?? Date.UTC(2026, 2, 2, 10),
    unrated: known?.unrated ?? [],
    watched: known?.watched ?? new Set(),
    unreadEvents: () => reader.unread ?? [],
    before: known?.reading,
  });
}

async function prepaid(t: Parameters<typeof ratingTest>[0]): Promise<Rating> {
  return ratingTest(t, { rates, accounts });
}

test('ten calls at once on a balance for three: three last until it is used up, and the batch charges what was foretold', async (t) => {
  const rating = await prepaid(t);
  const budget = new PrepaidBudget(await read(rating));
  const world = new CallWorld({ budget });
  for (let nth = 0; nth < 10; nth++) {
    const [callId, branch] = [`call-${nth}`, `z9hG4bK${nth}`];
    world.receive(requestOf('INVITE', { callId, branch, lines: ['Contact: <sip:caller@192.0.2.9:5060>'] }));
  }
  const gateway = gatewayPeer(1).address;
  const offered = world.sent.filter(({ to, message }) => to === gateway && message.kind === 'request');
  assert.equal(offered.length, 3, 'no gateway has seen the others');
  for (const { message } of offered) {
    world.receive(answerOf(message, 200, { lines: ['Contact: <sip:callee@198.51.100.1:5060>'] }), gatewayPeer(1));
  }
  for (const { to, message } of [...world.sent]) {
    if (to !== callerPeer.address || message.kind !== 'response' || message.status !== 200) continue;
    const [answer, callId] = [message.headers.first('To'), message.headers.first('Call-ID')];
    world.receive(requestOf('ACK', { to: answer as string, callId: callId as string, branch: `z9hG4bKack${callId}` }));
  }
  world.settle();
  const lengths = world.events.map(({ answered_at, ended_at }) => (answered_at === null ? 0 : ended_at - answered_at));
  assert.deepEqual(lengths.sort((a, b) => a - b).slice(6), [0, 59_750, 59_750, 79_750]);
  assert.equal(world.events.filter(({ end_reason }) => end_reason === -11).length, 7);
  assert.equal(budget.available('acme'), 0, '2.00 less 0.6, 0.6 and 0.8');

  await rating.rate(rating.write('night.arrow', arrowFile(world.events)));
  assert.deepEqual(await rating.rows("SELECT fee::VARCHAR FROM rated_calls WHERE status <> 'zero_hold' ORDER BY fee"), [
    ['0.600000'],
    ['0.600000'],
    ['0.800000'],
  ]);
  await assertVerified(rating);
});

for (const [title, parameters] of [
  ['as they are', {}],
  [
    'with free time, hold times cut off and a coarse unit',
    {
      SERVER_BILLING_FREE_TIME: 7,
      SERVER_BILLING_HOLD_TIME_PRECISION: 1000,
      SERVER_BILLING_FEE_UNIT: '0.01',
      SERVER_BILLING_FEE_PRECISTION: 2,
    },
  ],
  [
    'three minutes ahead, hold times rounded up',
    { SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 3, SERVER_BILLING_HOLD_TIME_PRECISION: 1 },
  ],
] as const) {
  test(`no call that was let go on is refused or capped by the batch, and no fee is another: parameters ${title}`, async (t) => {
    const rating = await prepaid(t);
    const budget = new PrepaidBudget(await read(rating, undefined, { parameters }));
    const random = randomSource(7);
    let nowMs = Date.UTC(2026, 2, 2, 10);
    const live = new Map<bigint, { event: CallEvent; grant: CallGrant; limitMs: number; hangUpMs: number }>();
    let flowNo = 0n;
    for (const file of ['1', '2', '3']) {
      const ended: CallEvent[] = [];
      for (let step = 0; step < 300; step++) {
        nowMs += 1 + random(4000);
        for (const [key, call] of live) {
          const { event, grant } = call;
          const talkedMs = nowMs - (event.answered_at as number);
          while (talkedMs >= call.limitMs - 250 && nowMs < call.hangUpMs) {
            const extended = grant.extend({ ...event, ended_at: nowMs });
            if (extended <= call.limitMs) break;
            call.limitMs = extended;
          }
          if (talkedMs < call.limitMs - 250 && nowMs < call.hangUpMs) continue;
          const over = { ...event, ended_at: Math.min(nowMs, (event.answered_at as number) + call.limitMs) };
          grant.ended(over);
          ended.push(over);
          live.delete(key);
        }
        const numbers = ['4930123', '442071234', '33123'];
        const times = { start_at: nowMs, ringing_at: null, answered_at: null, ended_at: nowMs };
        const account = ['acme', 'bert', 'bert'][random(3)];
        const event = sampleEvent(++flowNo, { ...times, account, callee_e164: numbers[random(3)] });
        const grant = budget.admit(event);
        assert.ok(grant !== undefined);
        if ('refused' in grant) continue;
        const answered = { ...event, answered_at: nowMs };
        const hangUpMs = nowMs + random(120_000);
        live.set(flowNo, { event: answered, grant, limitMs: grant.answered(answered), hangUpMs });
      }
      const foretold = ['acme', 'bert'].map((account) => budget.available(account));
      await rating.rate(rating.write(`${file}.arrow`, arrowFile(ended)), parameters);
      budget.restate(await read(rating, budget, { parameters, nowMs }));
      assert.deepEqual(budget.unrated, [], 'all that has ended is rated');
      assert.deepEqual(
        ['acme', 'bert'].map((account) => budget.available(account)),
        foretold,
      );
    }
    const statuses = await rating.rows('SELECT DISTINCT status FROM rated_calls');
    assert.deepEqual(
      statuses.flat().filter((status) => `${status}`.startsWith('overdraft')),
      [],
    );
    const [[calls]] = await rating.rows("SELECT count(*)::INTEGER FROM rated_calls WHERE status = 'charged'");
    assert.ok(Number(calls) > 20, `${calls} calls`);
    await assertVerified(rating);
  });
}

test('who is looked at: accounts that prevent, and calls that cost something; a call without a price is refused', async (t) => {
  const rating = await prepaid(t);
  const parameters = { SERVER_BILLING_FREE_E164S: '49800*' };
  const budget = new PrepaidBudget(await read(rating, undefined, { parameters }));
  const admit = (changes: Partial<CallEvent>) => {
    const grant = budget.admit(sampleEvent(1n, { answered_at: null, ...changes }));
    return grant === undefined ? 'not looked at' : 'refused' in grant ? grant.refused : 'granted';
  };
  assert.deepEqual(
    [
      admit({ account: 'carl' }),
      admit({ account: 'nobody' }),
      admit({ account: null, billing_mode: -1 }),
      admit({ account: 'acme', callee_e164: '49800123' }),
      admit({ account: 'acme', callee_e164: '7495' }),
      admit({ account: 'acme', callee_e164: 'anna' }),
      admit({ account: 'dora' }),
      admit({ account: 'bert' }),
    ],
    [
      ...Array.from({ length: 4 }, () => 'not looked at'),
      ...Array.from({ length: 3 }, () => 'the call has no price'),
      'granted',
    ],
  );
  assert.equal(budget.refused, 3);
});

test('events no run has read are charged from the start; those that runs have dealt with are not, whatever file they were in', async (t) => {
  const rating = await prepaid(t);
  const [read1, unread] = [sampleEvent(1n, { account: 'bert' }), sampleEvent(2n, { account: 'bert' })];
  await rating.rate(rating.write('renamed.arrow', arrowFile([read1])));
  const budget = new PrepaidBudget(await read(rating, undefined, { unread: [read1, unread, unread] }));
  assert.deepEqual(budget.unrated, [2n]);
  assert.equal(budget.available('bert'), 15_000_000 - 2 * 150_000, '15 s at 0.6 a minute, twice');
  await rating.rate(rating.write('2.arrow', arrowFile([unread])));
  budget.restate(await read(rating, budget));
  assert.deepEqual([budget.unrated, budget.available('bert')], [[], 15_000_000 - 2 * 150_000]);
});

test('a payment counts from its time on; a deck loaded meanwhile prices calls from then on, and what is held is enough or extended', async (t) => {
  const rating = await prepaid(t);
  const nowMs = Date.UTC(2026, 2, 2, 10);
  const budget = new PrepaidBudget(await read(rating));
  const before = budget.reading.basis;
  await rating.load(
    'payments',
    'account,paid_at,amount,reference\nacme,2026-03-02T09:00:00Z,1,a\nacme,2026-03-02T10:00:10Z,4,b\n',
  );
  budget.restate(await read(rating, budget));
  assert.deepEqual([budget.available('acme'), budget.reading.basis === before], [3_000_000, true]);
  const times = { start_at: nowMs, ringing_at: null, answered_at: null };
  const grant = budget.admit(sampleEvent(1n, { ...times, account: 'acme', ended_at: nowMs + 10_000 })) as CallGrant;
  assert.equal(budget.available('acme'), 7_000_000 - 600_000);

  await rating.load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,4915,Mobile,1.2,1,1\n',
  );
  budget.restate(await read(rating, budget, { nowMs: nowMs + 10_000 }));
  assert.notEqual(budget.reading.basis, before);
  const answered = sampleEvent(1n, {
    ...times,
    account: 'acme',
    answered_at: nowMs + 10_000,
    ended_at: nowMs + 10_000,
  });
  assert.equal(grant.answered(answered), 60_000);
  assert.equal(budget.available('acme'), 7_000_000 - 1_200_000);
  assert.equal(grant.extend({ ...answered, ended_at: nowMs + 69_000 }), 120_000);
  grant.ended({ ...answered, ended_at: nowMs + 70_000 });
  assert.equal(budget.available('acme'), 7_000_000 - 1_200_000);
});

test('an account that comes to prevent its overdraft is looked at from then on, with what its calls were charged before', async (t) => {
  const rating = await prepaid(t);
  const budget = new PrepaidBudget(await read(rating));
  const unread = [sampleEvent(1n, { account: 'carl' }), sampleEvent(2n, { account: 'bert' })];
  await rating.load('accounts', accounts.replace('0,0,allow', '0,1,prevent').replace('10,5,prevent', '10,5,allow'));
  budget.restate(await read(rating, budget, { unread }));
  assert.deepEqual([budget.available('carl'), budget.available('bert')], [1_000_000 - 150_000, undefined]);
  assert.deepEqual(budget.unrated, [1n]);
});
