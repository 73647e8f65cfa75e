import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Period, readStatement } from '../../../engine/reports/statement.ts';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { arrowFile, event, noon } from '../events.ts';
import { type Rating, ratingTest } from '../rating.ts';

const alice = { account: 'alice', name: 'Alice', timezone: 'Europe/Berlin' };
const everything = { fromMs: null, toMs: null };

/** Two charged runs of alice, on different days; the second has calls she had too little money for. */
async function charged(t: TestContext): Promise<Rating> {
  const rating = await ratingTest(t);
  const { connection, load, rate, write } = rating;
  const first = [
    event(1),
    event(2, { ended_at: noon + 100_000 }),
    event(3, { callee_e164: '441' }),
    event(4, { answered_at: null, ended_at: noon + 200_000 }),
    event(5, { callee_e164: '33' }),
    event(6, { account: 'bob' }),
  ];
  await rate(write('a.arrow', arrowFile(first)));
  await load(
    'payments',
    'account,paid_at,amount,reference\nalice,2026-03-02T12:00:00Z,20,early\nalice,2026-03-09,-5,back\n',
  );
  const day = 86_400_000;
  const later = { start_at: noon + day, ringing_at: null, answered_at: noon + day, ended_at: noon + day + 60_000 };
  await rate(write('b.arrow', arrowFile([11, 12, 13].map((flowNo) => event(flowNo, later)))));
  await connection.run(
    "UPDATE calls SET fee = 0.002, shortfall = 0.018, status = 'overdraft_capped' WHERE flow_no = 12",
  );
  await connection.run("UPDATE calls SET fee = 0, shortfall = 0.02, status = 'overdraft_refused' WHERE flow_no = 13");
  await connection.run(
    "UPDATE ledger SET amount = -0.022, balance_after = balance_after + 0.038, calls = 2 WHERE run_id = 2 AND kind = 'charge'",
  );
  return rating;
}

test('entries stand in the order of time with a running balance, whatever the order of booking', async (t) => {
  const { connection } = await charged(t);
  const { opening, entries, closing, from, to } = await readStatement(connection, alice, everything);
  assert.deepEqual([from, opening, closing, to], [null, '100.00', '114.9306', null]);
  assert.deepEqual(entries, [
    {
      entryNo: 6,
      runId: 2,
      kind: 'payment',
      at: '2026-03-02T13:00:00.000+01:00',
      reference: 'early',
      calls: null,
      amount: '20.00',
      balance: '120.00',
    },
    {
      entryNo: 5,
      runId: 1,
      kind: 'charge',
      at: '2026-03-02T13:01:40.000+01:00',
      reference: null,
      calls: 3,
      amount: '-0.0474',
      balance: '119.9526',
    },
    {
      entryNo: 8,
      runId: 2,
      kind: 'charge',
      at: '2026-03-03T13:01:00.000+01:00',
      reference: null,
      calls: 2,
      amount: '-0.022',
      balance: '119.9306',
    },
    {
      entryNo: 7,
      runId: 2,
      kind: 'payment',
      at: '2026-03-09T01:00:00.000+01:00',
      reference: 'back',
      calls: null,
      amount: '-5.00',
      balance: '114.9306',
    },
  ]);
});

test('the calls behind the charges add up by destination; what money was lacking for stands apart', async (t) => {
  const { connection } = await charged(t);
  const { destinations, charged: all, notCharged } = await readStatement(connection, alice, everything);
  assert.deepEqual(destinations, [
    { destination: 'Germany', calls: 2, holdSeconds: 155, feeSeconds: 180, fee: '0.0375' },
    { destination: 'Berlin', calls: 2, holdSeconds: 120, feeSeconds: 120, fee: '0.022' },
    { destination: 'United Kingdom', calls: 1, holdSeconds: 60, feeSeconds: 60, fee: '0.0099' },
  ]);
  assert.deepEqual(all, { calls: 5, holdSeconds: 335, feeSeconds: 360, fee: '0.0694' });
  assert.deepEqual(notCharged, { calls: 2, shortfall: '0.038' });
});

test('a period takes from its first instant up to the one it ends with; earlier entries are the opening', async (t) => {
  const { connection } = await charged(t);
  const period = async (from: string | null, to: string | null) => {
    const [fromMs, toMs] = [from, to].map((text) => (text === null ? null : Date.parse(text)));
    const read = await readStatement(connection, alice, { fromMs, toMs } as Period);
    return [read.opening, read.entries.map(({ entryNo }) => entryNo).join(' '), read.closing, read.charged.calls];
  };
  assert.deepEqual(await period('2026-03-02T12:00:00Z', '2026-03-02T12:01:40Z'), ['100.00', '6', '120.00', 0]);
  assert.deepEqual(await period('2026-03-02T12:00:00.001Z', '2026-03-02T12:01:40.001Z'), [
    '120.00',
    '5',
    '119.9526',
    3,
  ]);
  assert.deepEqual(await period('2026-03-03', null), ['119.9526', '8 7', '114.9306', 2]);
  assert.deepEqual(await period(null, '2026-03-03'), ['100.00', '6 5', '119.9526', 3]);
  assert.deepEqual(await period('2020-01-01', '2020-01-02'), ['100.00', '', '100.00', 0]);
  assert.deepEqual(await period('2030-01-01', null), ['114.9306', '', '114.9306', 0]);
});

test('an account without calls has its opening', async (t) => {
  const { connection } = await charged(t);
  const carrier = { account: 'carrier-1', name: '', timezone: 'UTC' };
  const { opening, entries, closing, destinations, notCharged } = await readStatement(connection, carrier, everything);
  assert.deepEqual([opening, entries, closing, destinations, notCharged.calls], ['0.00', [], '0.00', [], 0]);
});

test('charges that differ from their calls make no statement', async (t) => {
  const { connection } = await charged(t);
  await connection.run('UPDATE calls SET fee = fee + 0.000001 WHERE flow_no = 11');
  await assert.rejects(readStatement(connection, alice, everything), {
    name: 'OperatorError',
    message:
      'the statement of alice does not add up: 0.0694 is charged for 2 runs, but its calls there come to 0.069401. ' +
      'See what is wrong with "ratemill verify"',
  });
  await assert.rejects(readStatement(connection, alice, { fromMs: Date.UTC(2026, 2, 3), toMs: null }), {
    message: /: 0\.022 is charged for run 2, but its calls there come to 0\.022001\. /,
  });
});

test('adjustments come with their causes, and make no statement when they differ from those of their calls', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile([event(1), event(2, { ended_at: noon + 100_000 })])));
  const parameters = { SERVER_BILLING_FREE_TIME: 60, SERVER_BILLING_FEE_UNIT: '0.02' };
  await rerate(connection, { window: { fromMs: null, untilMs: null }, parameters, deck: 'kept' });
  const { adjusted, entries } = await readStatement(connection, alice, everything);
  assert.deepEqual(adjusted, [
    { runId: 2, cause: 'SERVER_BILLING_FEE_UNIT', calls: 1, delta: '0.0075' },
    { runId: 2, cause: 'SERVER_BILLING_FREE_TIME', calls: 2, delta: '-0.025' },
  ]);
  assert.deepEqual(
    entries.map(({ kind, runId, amount }) => [kind, runId, amount]),
    [
      ['charge', 1, '-0.0375'],
      ['adjustment', 2, '0.0175'],
    ],
  );
  await connection.run("UPDATE fee_adjustments SET delta = delta - 0.000001 WHERE cause = 'SERVER_BILLING_FEE_UNIT'");
  await assert.rejects(readStatement(connection, alice, everything), {
    name: 'OperatorError',
    message: /: -0\.0175 is adjusted for run 2, but its calls there come to -0\.017501\. /,
  });
});
