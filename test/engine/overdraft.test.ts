import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import { explainStored } from '../../engine/explain.ts';
import { basisSeconds, feeOf, feeSeconds, holdSeconds, type OracleRate } from '../oracle/oracle.ts';
import { type OracleCall, replayByHand } from '../oracle/overdraft.ts';
import { arrowFile, type Event, event, noon } from './events.ts';
import { randomSource } from './random-source.ts';
import { assertVerified, fourDecimals, type Rating, ratingTest } from './rating.ts';

const header = 'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone';
const deck = `rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee
retail,49,Germany,0.6,60,60,0
retail,44,United Kingdom,0.15,1,1,0.01
retail,88,Dear,999999,60,60,0
`;

async function prepaid(t: Parameters<typeof ratingTest>[0], accounts: string): Promise<Rating> {
  return ratingTest(t, { rates: deck, accounts: `${header}\n${accounts}` });
}

/** A call of an account from `answered` on, in seconds after noon, for some seconds. */
function call(flowNo: number, account: string, answered: number, seconds: number, changes: Partial<Event> = {}): Event {
  const start = noon + answered * 1000;
  const times = { start_at: start, ringing_at: null, answered_at: start, ended_at: start + seconds * 1000 };
  return event(flowNo, { account, callee_e164: '4930123456', ...times, ...changes });
}

async function outcomes({ rows }: Rating): Promise<string[]> {
  const found = await rows('SELECT flow_no, status, fee, shortfall FROM rated_calls ORDER BY flow_no');
  return found.map((row) => row.join(' '));
}

test('three calls at once cannot spend the same money: two are admitted, one of them is capped', async (t) => {
  const rating = await prepaid(t, 'anna,Anna,client,retail,2,0,prevent,UTC\nbert,Bert,client,retail,2,0,allow,UTC\n');
  const three = (account: string, first: number) => [
    call(first, account, 0, 60),
    call(first + 1, account, 10, 170),
    call(first + 2, account, 20, 170),
    call(first + 3, account, 30, 60),
  ];
  const result = await rating.rate(rating.write('a.arrow', arrowFile([...three('anna', 1), ...three('bert', 11)])));
  assert.deepEqual(await outcomes(rating), [
    '1 charged 0.600000 0.000000',
    '2 overdraft_capped 1.400000 0.400000',
    '3 overdraft_capped 0.000000 1.800000',
    '4 overdraft_refused 0.000000 0.600000',
    '11 charged 0.600000 0.000000',
    '12 charged 1.800000 0.000000',
    '13 charged 1.800000 0.000000',
    '14 charged 0.600000 0.000000',
  ]);
  assert.deepEqual(await rating.rows('SELECT * EXCLUDE (run_id, spendable) FROM overdraft_by_account'), [
    [
      'anna',
      '1',
      '2',
      '2.800000',
      '2026-03-02 12:00:30+00',
      '2026-03-02 12:03:10+00',
      '1.800000',
      '2026-03-02 12:00:20+00',
    ],
  ]);
  assert.deepEqual(
    await rating.rows(`SELECT account, kind, amount, balance_after, calls, lowest FROM ledger ORDER BY entry_no`),
    [
      ['anna', 'opening', '2.000000', '2.000000', null, null],
      ['bert', 'opening', '2.000000', '2.000000', null, null],
      ['anna', 'charge', '-2.000000', '0.000000', '3', '0.000000'],
      ['bert', 'charge', '-4.800000', '-2.800000', '4', null],
    ],
  );
  assert.equal(result.overdraft.length, 1);
  await assertVerified(rating);
});

test('explain tells what was available, at the answer and at the end', async (t) => {
  const rating = await prepaid(
    t,
    'anna,Anna,client,retail,1,0.2,prevent,UTC\nrich,Rich,client,retail,99,0,prevent,UTC\n',
  );
  const events = [call(1, 'anna', 0, 170), call(2, 'anna', 5, 60), call(3, 'anna', 6, 60), call(4, 'rich', 0, 60)];
  await rating.rate(rating.write('a.arrow', arrowFile(events)));
  const steps = async (flowNo: bigint) => {
    const explained = await explainStored(rating.connection, flowNo, 'ss1');
    assert.deepEqual(explained.differences, []);
    const about = explained.steps.filter(({ rule }) => rule.startsWith('overdraft') || rule === 'fee');
    return about.map(({ rule, input, output }) => `${rule} | ${input} | ${output}`);
  };
  assert.deepEqual(await steps(1n), [
    'overdraft: answer | reserve 0.60 of 1.20 available | reserved',
    'overdraft: end | fee 1.80 of 0.60 left | overdraft_capped at 0.60, shortfall 1.20',
    'fee | overdraft_capped | 0.60',
  ]);
  assert.deepEqual(await steps(2n), [
    'overdraft: answer | reserve 0.60 of 0.60 available | reserved',
    'overdraft: end | fee 0.60 of 1.20 left | charged in full',
    'fee | charged | 0.60',
  ]);
  assert.deepEqual(await steps(3n), [
    'overdraft: answer | reserve 0.60 of 0.00 available | ends here: overdraft_refused, shortfall 0.60',
    'fee | overdraft_refused | 0.00',
  ]);
  assert.deepEqual(await steps(4n), [
    'overdraft | all calls of the run | the account had enough for them',
    'fee | charged | 0.60',
  ]);
});

test('calls of an account at different rates are each explained with their own reservation', async (t) => {
  const rating = await prepaid(t, 'anna,Anna,client,retail,0.9,0,prevent,UTC\n');
  const events = [
    call(1, 'anna', 0, 60, { callee_e164: '44' }),
    call(2, 'anna', 10, 60),
    call(3, 'anna', 20, 60, { callee_e164: '4493' }),
    call(4, 'anna', 30, 120),
  ];
  await rating.rate(rating.write('a.arrow', arrowFile(events)));
  assert.deepEqual(await outcomes(rating), [
    '1 charged 0.160000 0.000000',
    '2 charged 0.600000 0.000000',
    '3 overdraft_refused 0.000000 0.160000',
    '4 overdraft_refused 0.000000 1.200000',
  ]);
  for (const flowNo of [1n, 2n, 3n, 4n]) {
    const { steps, differences } = await explainStored(rating.connection, flowNo, 'ss1');
    assert.deepEqual(differences, []);
    const reserve = flowNo % 2n === 1n ? '0.16' : '0.60';
    assert.match(
      steps.find(({ rule }) => rule === 'overdraft: answer')?.input ?? '',
      new RegExp(`^reserve ${reserve} `),
    );
  }
});

test('a payment counts from its time on, whether it was loaded before earlier runs or after', async (t) => {
  const rating = await prepaid(t, 'anna,Anna,client,retail,0.6,0,prevent,UTC\n');
  const paid = 'account,paid_at,amount,reference\nanna,2026-03-02T12:10:00Z,1.2,p1\nanna,2026-03-05T00:00:00Z,50,p2\n';
  assert.equal((await rating.load('payments', paid)).outcome, 'loaded');
  const first = [call(1, 'anna', 0, 60), call(2, 'anna', 300, 60), call(3, 'anna', 600, 60)];
  await rating.rate(rating.write('a.arrow', arrowFile(first)));
  const second = [call(4, 'anna', 590, 60), call(5, 'anna', 601, 60), call(6, 'anna', 900, 60)];
  await rating.rate(rating.write('b.arrow', arrowFile(second)));
  assert.deepEqual(await outcomes(rating), [
    '1 charged 0.600000 0.000000',
    '2 overdraft_refused 0.000000 0.600000',
    '3 charged 0.600000 0.000000',
    '4 overdraft_refused 0.000000 0.600000',
    '5 charged 0.600000 0.000000',
    '6 overdraft_refused 0.000000 0.600000',
  ]);
  assert.deepEqual(await rating.rows('SELECT closing FROM run_balances ORDER BY run_id'), [
    ['50.600000'],
    ['50.000000'],
  ]);
  for (const flowNo of [2n, 4n, 5n, 6n]) {
    assert.deepEqual((await explainStored(rating.connection, flowNo, 'ss1')).differences, []);
  }
  await assertVerified(rating);
});

test('calls that end by an earlier rule reserve nothing; free time and the advance time count in a reservation', async (t) => {
  const rating = await prepaid(t, 'anna,Anna,client,retail,1.2,0,prevent,UTC\n');
  const events = [
    call(1, 'anna', 0, 3),
    call(2, 'anna', 0, 3, { callee_e164: '8005' }),
    call(3, 'anna', 0, 3, { callee_e164: '33' }),
    call(4, 'anna', 1, 70),
    call(5, 'anna', 2, 70),
  ];
  const settings = {
    SERVER_BILLING_FREE_E164S: '800*',
    SERVER_BILLING_FREE_TIME: 5,
    SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 2,
  };
  await rating.rate(rating.write('a.arrow', arrowFile(events)), settings);
  assert.deepEqual(await outcomes(rating), [
    '1 within_free_time 0.000000 0.000000',
    '2 toll_free 0.000000 0.000000',
    '3 within_free_time 0.000000 0.000000',
    '4 charged 1.200000 0.000000',
    '5 overdraft_refused 0.000000 1.200000',
  ]);
});

test('amounts that no double counts are replayed in whole numbers all the same', async (t) => {
  // 999,999 a minute for 151 days: the fee of a call is 217 billion and has more than 2^53 micros.
  const rating = await prepaid(t, 'anna,Anna,client,retail,434880000000.000001,0,prevent,UTC\n');
  const days = 151 * 86_400;
  const dear = { callee_e164: '8849' };
  const events = [call(1, 'anna', 0, days, dear), call(2, 'anna', 1, days, dear), call(3, 'anna', 2, days, dear)];
  await rating.rate(rating.write('a.arrow', arrowFile(events)));
  assert.deepEqual(await outcomes(rating), [
    '1 charged 217439782560.000000 0.000000',
    '2 charged 217439782560.000000 0.000000',
    '3 overdraft_capped 434880.000001 217439347679.999999',
  ]);
  await assertVerified(rating);
});

test('nights of random calls, cut into files at random: each call as the oracle has it', async (t) => {
  const next = randomSource(20260302);
  const names = ['anna', 'bert', 'cora', 'dora', 'emil'];
  const accounts = names.map((name, i) => {
    return { name, balance: new Decimal(next(40)), creditLimit: new Decimal(next(3)), allow: i === 4 };
  });
  const rating = await prepaid(
    t,
    accounts
      .map(({ name, balance, creditLimit, allow }) => {
        return `${name},${name},client,retail,${balance},${creditLimit},${allow ? 'allow' : 'prevent'},UTC\n`;
      })
      .join(''),
  );
  const events = Array.from({ length: 3000 }, (_, i) => {
    const softswitch = ['ss2', 'ss10', 'SS1'][next(3)];
    // Few instants, so that ends, payments and answers meet.
    const [at, seconds] = [60 * next(200), 60 * next(8) + next(2) * next(60)];
    return call(1 + Math.floor(i / 2), names[next(5)], at, seconds, {
      softswitch: i % 2 === 0 ? softswitch : `${softswitch}b`,
      callee_e164: ['4930', '44'][next(2)] + next(1000),
    });
  });
  const payments = Array.from({ length: 60 }, (_, i) => {
    return {
      account: names[next(4)],
      paidMs: noon + 60_000 * next(220),
      amount: new Decimal(1 + next(500)).div(100),
      reference: `p${i}`,
    };
  });
  const lines = payments.map(({ account, paidMs, amount, reference }) => {
    return `${account},${new Date(paidMs).toISOString()},${amount},${reference}\n`;
  });
  await rating.load('payments', `account,paid_at,amount,reference\n${lines.join('')}`);
  const shuffled = events.map((one) => ({ one, key: next(1e9) })).sort((a, b) => a.key - b.key);
  for (let file = 0, from = 0; from < shuffled.length; file++) {
    const to = from + 1 + next(700);
    rating.write(
      `${next(1e6)}-${file}.arrow`,
      arrowFile(
        shuffled.slice(from, to).map(({ one }) => one),
        { batchRows: 1 + next(200) },
      ),
    );
    from = to;
  }
  const result = await rating.rate(rating.dir);
  assert.deepEqual(result.leftOut, []);

  const found = await rating.rows('SELECT softswitch, flow_no, status, fee, shortfall FROM rated_calls');
  const stored = new Map(found.map(([softswitch, flowNo, ...rest]) => [`${softswitch} ${flowNo}`, rest.join(' ')]));
  const counted = new Map<string, number>();
  for (const { name, balance, creditLimit, allow } of accounts.filter((one) => !one.allow)) {
    assert.ok(!allow);
    const mine = events.filter((one) => one.account === name && one.ended_at !== one.answered_at);
    const {
      outcomes: expected,
      closing,
      peak,
    } = replayByHand({
      balance,
      creditLimit,
      payments: payments.filter(({ account }) => account === name),
      calls: mine.map(pricedByHand),
    });
    mine.forEach((one, i) => {
      const { status, fee, shortfall } = expected[i];
      counted.set(status, (counted.get(status) ?? 0) + 1);
      assert.equal(
        stored.get(`${one.softswitch} ${one.flow_no}`),
        `${status} ${fee.toFixed(6)} ${shortfall.toFixed(6)}`,
      );
    });
    const [[booked]] = await rating.rows(`SELECT balance FROM account_balances WHERE account = '${name}'`);
    assert.equal(booked, closing.toFixed(6));
    const [[exposure, at]] = await rating.rows(
      `SELECT peak_exposure, epoch_ms(peak_at) FROM run_overdraft WHERE account = '${name}'`,
    );
    assert.deepEqual([exposure, at], [peak.reserved.toFixed(6), String(peak.atMs)]);
  }
  assert.ok([...counted.values()].every((calls) => calls > 50) && counted.size === 3, JSON.stringify([...counted]));
  await assertVerified(rating);
});

test('a night in which no call was answered is rated, also with prepaid accounts and payments', async (t) => {
  const rating = await prepaid(t, 'anna,Anna,client,retail,2,0,prevent,UTC\n');
  await rating.load('payments', 'account,paid_at,amount,reference\nanna,2026-03-02,1,a\n');
  const { rows } = await rating.rate(rating.write('a.arrow', arrowFile([event(1, { answered_at: null })])));
  assert.equal(rows, 1);
  await assertVerified(rating);
});

/** A call of the random nights with its fee and reservation, by the oracle of single calls. */
function pricedByHand({ softswitch, flow_no, answered_at, ended_at, callee_e164 }: Event): OracleCall {
  const [answeredMs, endedMs] = [answered_at, ended_at].map(Number);
  const terms = String(callee_e164).startsWith('49')
    ? { rate: '0.6', first: 60, next: 60, connectFee: '0' }
    : { rate: '0.15', first: 1, next: 1, connectFee: '0.01' };
  const row: OracleRate = { id: 1, group: 'retail', prefix: '4', from: null, until: null, locked: false, ...terms };
  const rounding = { precision: 4, unit: fourDecimals.SERVER_BILLING_FEE_UNIT, quantiseRates: true };
  const fee = (hold: number) =>
    new Decimal(feeOf(row, feeSeconds(basisSeconds(hold, 0), row.first, row.next), rounding));
  return {
    softswitch: String(softswitch),
    flowNo: flow_no as bigint,
    answeredMs,
    endedMs,
    fee: fee(holdSeconds(endedMs - answeredMs, 50)),
    reserve: fee(60),
  };
}
