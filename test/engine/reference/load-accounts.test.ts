import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loading, mistakesOf } from './folder.ts';

const header = 'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone';
const file = `${header}
c1,"Call & Co, Ltd",client,retail,100,0,prevent,Europe/Berlin
v1,Carrier,vendor,,-5.25,10,allow,UTC
`;

test('accounts are stored exactly, and warned of when nothing can be rated', async (t) => {
  const { load, rows } = await loading(t);
  const report = await load('accounts', file);
  assert.deepEqual([report.outcome, report.added], ['loaded', 2]);
  assert.deepEqual(report.warnings, [
    'line 2: rate group retail has no rates yet: calls of its accounts stay unrated until they are loaded',
    'line 3: account v1 has no rate group: its calls stay unrated',
  ]);
  assert.deepEqual(await rows('FROM accounts'), [
    ['c1', 'Call & Co, Ltd', 'client', 'retail', '100.000000', '0.000000', 'prevent', 'Europe/Berlin', '1'],
    ['v1', 'Carrier', 'vendor', null, '-5.250000', '10.000000', 'allow', 'UTC', '1'],
  ]);
});

test('bad values are listed', async (t) => {
  const { load, rows } = await loading(t);
  const bad = `${header}\nc1,x,Client,g,1.0000001,-1,maybe,Berlin\nc2,x,client,g,0,0,allow,UTC\nc2,x,client,g,0,0,allow,UTC\n`;
  assert.deepEqual(mistakesOf(await load('accounts', bad)), [
    'accounts.csv:2: kind "Client": expected client or vendor',
    'accounts.csv:2: balance 1.0000001: expected at most 6 decimals',
    'accounts.csv:2: credit_limit -1: expected an amount of 0 or more',
    'accounts.csv:2: overdraft "maybe": expected prevent or allow',
    'accounts.csv:2: timezone "Berlin": expected an IANA time zone such as Europe/Berlin',
    'accounts.csv:4: account "c2": expected a row that is not there yet; line 3 has the same account',
  ]);
  assert.deepEqual(await rows('FROM accounts'), []);
});

test('a reload changes what may change', async (t) => {
  const { load, rows } = await loading(t);
  await load('accounts', file);
  const report = await load('accounts', file.replace('retail', 'gold').replace('Europe/Berlin', 'Asia/Tokyo'));
  assert.deepEqual([report.outcome, report.added, report.changed, report.loadId], ['loaded', 0, 1, 2]);
  assert.deepEqual(await rows('SELECT account, rate_group, timezone, load_id FROM accounts ORDER BY 1'), [
    ['c1', 'gold', 'Asia/Tokyo', '2'],
    ['v1', null, 'UTC', '1'],
  ]);
  assert.equal((await load('accounts', file)).outcome, 'unchanged');
  assert.equal((await load('accounts', file, true)).changed, 1);
});

test('the opening balance counts at the first load only', async (t) => {
  const { load, rows } = await loading(t);
  await load('accounts', file);
  for (const replace of [false, true]) {
    assert.deepEqual(mistakesOf(await load('accounts', file.replace('100', '250.5'), replace)), [
      'accounts.csv:2: balance 250.5: expected 100, the opening balance it was loaded with; payments and adjustments change a balance',
    ]);
  }
  assert.deepEqual(await rows('SELECT sum(balance) FROM accounts'), [['94.750000']]);
  assert.equal((await load('accounts', file.replace('100', '100.00'))).changed, 0);
});
