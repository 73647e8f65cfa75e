/** `ratemill signal` as a process, with prepaid accounts: payments, runs and crashes while it runs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askStatus, controlPath } from '../../../engine/signal/control-socket.ts';
import type { PrepaidStatus } from '../../../engine/signal/prepaid/prepaid-watch.ts';
import { CompanionProcess, freePorts, program, sipp, withoutSipp } from './companion-process.ts';
import { established, hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { pause, recv, scenario, sdp, send } from './sipp-scenario.ts';

const paid = scenario([...established, pause(100), ...hangUp]);
const callee = scenario([...picksUp, ...isHungUp]);
const unpaid = scenario([
  send('INVITE', { body: sdp }),
  recv(100, { optional: true }),
  recv(402),
  send('ACK', { within: false }),
]);

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'companion-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function ratemill(folder: string, ...words: string[]) {
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
}

async function statusOf(folder: string): Promise<PrepaidStatus> {
  const { prepaid } = await askStatus(controlPath(join(folder, 'events'), 'ss1'));
  assert.ok(prepaid !== null);
  return prepaid;
}

/** Does something to the database, and waits until the companion has read it again. */
async function changed(folder: string, ...words: string[]): Promise<PrepaidStatus> {
  const { readAt } = await statusOf(folder);
  const ran = ratemill(folder, ...words);
  assert.equal(ran.status, 0, ran.stderr);
  for (let tries = 0; tries < 40; tries++) {
    const now = await statusOf(folder);
    if (now.readAt !== readAt) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`balances are not read again after ${words.join(' ')}`);
}

test('a call costs 1 of 2.50: a crash spends nothing twice, a payment and a run count without a restart', {
  skip: withoutSipp,
}, async (t) => {
  const folder = folderWith({
    'rates.csv':
      'rate_group,prefix,destination,rate,first_increment,next_increment,connect_fee\nretail,49,Germany,0,1,1,1\n',
    'accounts.csv':
      'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\nacme,Acme,client,retail,2.5,0,prevent,UTC\n',
    'payments.csv': 'account,paid_at,amount,reference\nacme,2026-01-01T00:00:00Z,1,p1\n',
  });
  ratemill(folder, 'load', 'rates', 'rates.csv');
  ratemill(folder, 'load', 'accounts', 'accounts.csv');
  const [gateway, ...ports] = freePorts(8);
  let companion = await CompanionProcess.start(t, [gateway], { folder, prepaid: { database: 'ratemill.duckdb' } });
  const call = async (name: string, xml: string) => {
    const port = ports.shift() as number;
    const answers = xml === paid ? sipp(folder, `${name}-callee`, callee, { port: gateway }) : '';
    if (xml === paid) await new Promise((resolve) => setTimeout(resolve, 200));
    const calls = sipp(folder, name, xml, { port, target: companion.port });
    assert.deepEqual(await Promise.all([calls, answers]), ['', '']);
  };
  await call('first', paid);
  await call('second', paid);
  await call('third-unpaid', unpaid);
  const { unrated, refused } = await statusOf(folder);
  assert.deepEqual([unrated, refused], [2, 1]);

  await companion.kill();
  companion = await CompanionProcess.start(t, [gateway], { folder, prepaid: { database: 'ratemill.duckdb' } });
  assert.equal((await statusOf(folder)).unrated, 2);
  await call('after-the-crash', unpaid);

  await changed(folder, 'load', 'payments', 'payments.csv');
  await call('paid-in', paid);

  const rated = await changed(folder, 'rate', 'events');
  assert.deepEqual([rated.problem, rated.unrated], [null, 1], 'what the first process wrote is rated');
  await call('after-the-run', unpaid);
  await companion.stop();
  assert.equal(ratemill(folder, 'rate', 'events').status, 0);
  const told = ratemill(
    folder,
    'sql',
    "SELECT count(*) FILTER (status = 'charged') AS charged, count(*) FILTER (status::VARCHAR LIKE 'overdraft%') AS refused, (SELECT arg_max(balance_after, entry_no) FROM ledger) AS left FROM rated_calls",
    '--json',
  );
  assert.deepEqual(JSON.parse(told.stdout), [{ charged: 3, refused: 0, left: '0.500000' }], told.stdout);
  assert.equal(ratemill(folder, 'verify').status, 0);
});

test('without the database it does not start: nobody would know who may call', () => {
  const signalling = {
    listen: [{ transport: 'udp', address: '127.0.0.1', port: freePorts(1)[0] }],
    mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.1'], account: 'acme' }],
    routingGateways: [{ name: 'out-1', address: '127.0.0.1:5080' }],
    prepaid: { database: 'other.duckdb' },
  };
  const folder = folderWith({ 'ratemill.json': JSON.stringify({ signalling }) });
  const { status, stderr } = ratemill(folder, 'signal');
  assert.deepEqual([status, /there is no database .*other\.duckdb: load a deck first/.test(stderr)], [1, true], stderr);
  rmSync(folder, { recursive: true });
});
