import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loading, mistakesOf } from './folder.ts';

const accounts = `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone
cedar,Cedar,client,,150,0,prevent,UTC
alder,Alder,client,,10.5,5,prevent,Europe/Berlin
baltic,Baltic,client,,0,0,allow,UTC
`;
const header = 'account,paid_at,amount,reference';

/** A database with three accounts, loaded as load 1. */
async function withAccounts(t: TestContext) {
  const opened = await loading(t);
  await opened.load('accounts', accounts);
  return opened;
}

const ENTRIES =
  'SELECT entry_no, run_id, account, kind, effective_at, amount, balance_after, reference, load_id FROM ledger';

test('every account has an opening entry, once', async (t) => {
  const { load, rows } = await withAccounts(t);
  const openings = [
    ['1', '1', 'alder', 'opening', null, '10.500000', '10.500000', null, '1'],
    ['2', '1', 'baltic', 'opening', null, '0.000000', '0.000000', null, '1'],
    ['3', '1', 'cedar', 'opening', null, '150.000000', '150.000000', null, '1'],
  ];
  assert.deepEqual(await rows(ENTRIES), openings);
  const more = `${accounts.replace('Alder', 'Alder Ltd')}dune,Dune,client,,-1,0,prevent,UTC\n`;
  assert.deepEqual((await load('accounts', more)).changed, 1);
  assert.deepEqual(await rows(ENTRIES), [
    ...openings,
    ['4', '1', 'dune', 'opening', null, '-1.000000', '-1.000000', null, '2'],
  ]);
  await load('accounts', more, true);
  assert.deepEqual(await rows('SELECT count(*) FROM ledger'), [['4']]);
});

test('payments are booked in the order of time, whatever that of the lines, and the chain goes on', async (t) => {
  const { load, rows } = await withAccounts(t);
  const lines = [
    'cedar,2026-03-02T10:00:00+01:00,20,b',
    'cedar,2026-03-01,5.000001,c',
    'alder,2026-03-02T09:00:00Z,7,a',
    'cedar,2026-03-03,-100,d',
  ];
  const report = await load('payments', `${header}\n${lines.join('\n')}\n`);
  assert.deepEqual([report.outcome, report.loadId, report.added], ['loaded', 2, 4]);
  const booked = [
    ['4', '1', 'cedar', 'payment', '2026-03-01 00:00:00+00', '5.000001', '155.000001', 'c', '2'],
    ['5', '1', 'alder', 'payment', '2026-03-02 09:00:00+00', '7.000000', '17.500000', 'a', '2'],
    ['6', '1', 'cedar', 'payment', '2026-03-02 09:00:00+00', '20.000000', '175.000001', 'b', '2'],
    ['7', '1', 'cedar', 'payment', '2026-03-03 00:00:00+00', '-100.000000', '75.000001', 'd', '2'],
  ];
  assert.deepEqual(await rows(`${ENTRIES} WHERE kind = 'payment' ORDER BY entry_no`), booked);
  assert.deepEqual(await rows('SELECT * FROM payments ORDER BY reference'), [
    ['alder', '2026-03-02 09:00:00+00', '7.000000', 'a', '2'],
    ['cedar', '2026-03-02 09:00:00+00', '20.000000', 'b', '2'],
    ['cedar', '2026-03-01 00:00:00+00', '5.000001', 'c', '2'],
    ['cedar', '2026-03-03 00:00:00+00', '-100.000000', 'd', '2'],
  ]);

  const reversed = await loading(t);
  await reversed.load('accounts', accounts);
  await reversed.load('payments', `${header}\n${lines.toReversed().join('\n')}\n`);
  assert.deepEqual(await reversed.rows(`${ENTRIES} WHERE kind = 'payment' ORDER BY entry_no`), booked);

  // One that was paid before others, but came later, is booked after them.
  await load('payments', `${header}\ncedar,2026-02-01,1,e\n`);
  assert.deepEqual(await rows(`${ENTRIES} WHERE reference = 'e'`), [
    ['8', '1', 'cedar', 'payment', '2026-02-01 00:00:00+00', '1.000000', '76.000001', 'e', '3'],
  ]);
});

test('entries belong to the next run', async (t) => {
  const { connection, load, rows } = await withAccounts(t);
  await connection.run(
    `INSERT INTO runs VALUES (1, 'rate', now(), now(), 'x', 0, 0, 0, 0, 0, 0, true), (2, 'rate', now(), now(), 'x', 0, 0, 0, 0, 0, 0, true)`,
  );
  await load('payments', `${header}\ncedar,2026-03-01,5,a\n`);
  await load('accounts', `${accounts}dune,Dune,client,,0,0,allow,UTC\n`);
  assert.deepEqual(await rows('SELECT run_id, account, kind FROM ledger WHERE entry_no > 3'), [
    ['3', 'cedar', 'payment'],
    ['3', 'dune', 'opening'],
  ]);
  assert.deepEqual(await rows('FROM run_balances'), [
    ['1', 'alder', '10.500000', '0.000000', '0.000000', '0.000000', '10.500000'],
    ['1', 'baltic', '0.000000', '0.000000', '0.000000', '0.000000', '0.000000'],
    ['1', 'cedar', '150.000000', '0.000000', '0.000000', '0.000000', '150.000000'],
    ['3', 'cedar', '150.000000', '5.000000', '0.000000', '0.000000', '155.000000'],
    ['3', 'dune', '0.000000', '0.000000', '0.000000', '0.000000', '0.000000'],
  ]);
});

test('bad values are listed', async (t) => {
  const { load, rows } = await withAccounts(t);
  const lines = [
    ',,0,',
    'cedar,1999-12-31T23:59:59.999Z,"1,5",a',
    'cedar,2060-01-01,1e3,b',
    'cedar,2026-03-02T10:00,1.1234567,c',
    'cedar,2026-03-02,1,d',
    'alder,2026-03-02,1,d',
  ];
  assert.deepEqual(mistakesOf(await load('payments', `${header}\n${lines.join('\n')}\n`)), [
    'payments.csv:2: account "": expected a name',
    'payments.csv:2: paid_at "": expected a date or a time in the years 2000 to 2059, such as 2026-01-31T08:00:00Z',
    'payments.csv:2: amount 0: expected an amount other than 0',
    'payments.csv:2: reference "": expected a reference that no other payment has',
    'payments.csv:3: paid_at "1999-12-31T23:59:59.999Z": expected a date or a time in the years 2000 to 2059, such as 2026-01-31T08:00:00Z',
    'payments.csv:3: amount "1,5": expected a decimal with a point, such as 0.0125',
    'payments.csv:4: paid_at "2060-01-01": expected a date or a time in the years 2000 to 2059, such as 2026-01-31T08:00:00Z',
    'payments.csv:4: amount "1e3": expected a decimal with a point, such as 0.0125',
    'payments.csv:5: paid_at "2026-03-02T10:00": expected a time zone after the time: Z, or an offset such as +01:00',
    'payments.csv:5: amount 1.1234567: expected at most 6 decimals',
    'payments.csv:7: reference "d": expected a row that is not there yet; line 6 has the same reference',
  ]);
  assert.deepEqual(await rows('FROM payments'), []);
});

test('the account must be loaded; nothing of the file is booked otherwise', async (t) => {
  const { load, rows } = await withAccounts(t);
  const file = `${header}\ncedar,2026-03-02,1,a\ncadar,2026-03-02,1,b\nsomebody-else,2026-03-02,-1,c\n`;
  assert.deepEqual(mistakesOf(await load('payments', file)), [
    'payments.csv:3: account "cadar": expected an account that is loaded: ratemill load accounts FILE; did you mean cedar?',
    'payments.csv:4: account "somebody-else": expected an account that is loaded: ratemill load accounts FILE',
  ]);
  assert.deepEqual(await rows("FROM payments, ledger WHERE kind = 'payment'"), []);
});

test('of many accounts that are not loaded the first get a hint, the others are listed all the same', async (t) => {
  const { load } = await withAccounts(t);
  const lines = Array.from({ length: 60 }, (_, i) => `cedar${i},2026-03-02,1,${i}`);
  const { mistakes } = await load('payments', `${header}\n${lines.join('\n')}\n`);
  assert.equal(mistakes.length, 60);
  assert.equal(mistakes.filter(({ expected }) => expected.endsWith('; did you mean cedar?')).length, 50);
});

test('a payment comes again without effect; a changed one is a mistake', async (t) => {
  const { load, rows } = await withAccounts(t);
  const file = `${header}\ncedar,2026-03-02T10:00:00Z,20,a\nalder,2026-03-02,1,b\n`;
  await load('payments', file);
  assert.deepEqual((await load('payments', file)).outcome, 'unchanged');
  assert.deepEqual((await load('payments', file, true)).outcome, 'unchanged');
  const longer = await load('payments', `${header}\ncedar,2026-03-02T11:00:00+01:00,20.00,a\nalder,2026-03-04,2,c\n`);
  assert.deepEqual([longer.outcome, longer.rows, longer.added], ['loaded', 2, 1]);
  assert.deepEqual(await rows('SELECT account, balance FROM account_balances ORDER BY account'), [
    ['alder', '13.500000'],
    ['baltic', '0.000000'],
    ['cedar', '170.000000'],
  ]);

  const advice =
    'as loaded before; a payment is booked and never overwritten: give another payment a reference of its own, ' +
    'or take this one back with a negative amount';
  for (const replace of [false, true]) {
    const changed = `${header}\nalder,2026-03-02,5,d\ncedar,2026-03-02T10:00:00Z,21,a\ncedar,2026-03-02,1,b\nzed,2026-03-01,1,e\nalder,2026-03-05,2,c\n`;
    assert.deepEqual(mistakesOf(await load('payments', changed, replace)), [
      `payments.csv:3: amount 21: expected 20, ${advice}`,
      `payments.csv:4: account "cedar": expected alder, ${advice}`,
      'payments.csv:5: account "zed": expected an account that is loaded: ratemill load accounts FILE',
      `payments.csv:6: paid_at "2026-03-05 00:00:00+00": expected 2026-03-04 00:00:00+00, ${advice}`,
    ]);
  }
  assert.deepEqual(await rows('SELECT count(*) FROM payments'), [['3']]);
});

test('no more is taken back than a prevented overdraft leaves; earlier lines count, refused ones do not', async (t) => {
  const { load, rows } = await withAccounts(t);
  const lines = [
    'alder,2026-03-02,-15.500001,a',
    'cedar,2026-03-02,50,b',
    'cedar,2026-03-03,-200.000001,c',
    'cedar,2026-03-04,-200,d',
    'cedar,2026-03-05,-0.5,e',
    'baltic,2026-03-02,-1000,f',
  ];
  assert.deepEqual(mistakesOf(await load('payments', `${header}\n${lines.join('\n')}\n`)), [
    'payments.csv:2: amount -15.500001: expected an amount of -15.50 or more: the balance of alder is 10.50 before it, and may not be taken below -5.00 (overdraft is prevented, credit limit 5.00)',
    'payments.csv:4: amount -200.000001: expected an amount of -200.00 or more: the balance of cedar is 200.00 before it, and may not be taken below 0.00 (overdraft is prevented, credit limit 0.00)',
    'payments.csv:6: amount -0.5: expected an amount above 0: the balance of cedar is 0.00 before it, and may not be taken below 0.00 (overdraft is prevented, credit limit 0.00)',
  ]);
  const taken = `${header}\nalder,2026-03-02,-15.5,a\ncedar,2026-03-02,-150,b\nbaltic,2026-03-02,-1000,f\n`;
  assert.equal((await load('payments', taken)).outcome, 'loaded');
  assert.deepEqual(await rows('SELECT account, balance, available, below_limit FROM account_balances'), [
    ['alder', '-5.000000', '0.000000', 'false'],
    ['baltic', '-1000.000000', '-1000.000000', 'true'],
    ['cedar', '0.000000', '0.000000', 'false'],
  ]);
});

test('a limit that was lowered since lets payments in, and nothing out', async (t) => {
  const { load } = await withAccounts(t);
  await load('payments', `${header}\nalder,2026-03-02,-15,a\n`);
  await load('accounts', accounts.replace('10.5,5', '10.5,1'));
  assert.deepEqual(mistakesOf(await load('payments', `${header}\nalder,2026-03-03,1,b\nalder,2026-03-03,-0.1,c\n`)), [
    'payments.csv:3: amount -0.1: expected an amount above 0: the balance of alder is -3.50 before it, and may not be taken below -1.00 (overdraft is prevented, credit limit 1.00)',
  ]);
  assert.equal((await load('payments', `${header}\nalder,2026-03-03,1,b\n`)).outcome, 'loaded');
});
