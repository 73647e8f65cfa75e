import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PrepaidWatch } from '../../../../engine/signal/prepaid/prepaid-watch.ts';
import { program } from '../../../signalling/peers/companion-process.ts';
import { holdDatabase } from '../../hold-database.ts';
import { configurationOf } from '../../rating.ts';
import { folder } from '../../reference/folder.ts';

const accounts = (balance: number) =>
  `account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\nacme,Acme,client,,${balance},0,prevent,UTC\n`;

function prepaidFolder(t: TestContext) {
  const { dir, write } = folder(t);
  mkdirSync(join(dir, 'events'));
  const load = (kind: string, text: string) => {
    write(`${kind}.csv`, text);
    const ran = spawnSync(process.execPath, [program, 'load', kind, `${kind}.csv`], { cwd: dir, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
  };
  load('accounts', accounts(5));
  const told: string[] = [];
  const database = join(dir, 'ratemill.duckdb');
  const settings = {
    database,
    softswitch: 'ss1',
    folder: join(dir, 'events'),
    configuration: () => configurationOf({}),
    lost: [],
    tell: (line: string) => told.push(line),
  };
  return { load, told, settings, database };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 50) {
    assert.ok(waited < 10_000, 'it does not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('what others load is read by itself, and a writer is not kept out', async (t) => {
  const { load, settings, told } = prepaidFolder(t);
  const watch = await PrepaidWatch.open(settings);
  t.after(() => watch.close());
  assert.equal(watch.budget.available('acme'), 5_000_000);
  load('payments', 'account,paid_at,amount,reference\nacme,2026-01-01T00:00:00Z,2,a\n');
  await until(() => watch.budget.available('acme') === 7_000_000);
  load('payments', 'account,paid_at,amount,reference\nacme,2026-01-01T00:00:00Z,-3,b\n');
  await until(() => watch.budget.available('acme') === 4_000_000);
  assert.deepEqual([told, watch.status.problem, watch.status.accounts], [[], null, 1]);
});

test('a parameter under which nobody pays who is hung up is warned of', async (t) => {
  const { settings, told } = prepaidFolder(t);
  const configuration = () => configurationOf({ SERVER_BILLING_RECORD_SERVER_HANG_UP: 0 });
  const watch = await PrepaidWatch.open({ ...settings, configuration });
  await watch.close();
  assert.match(told.join('\n'), /^warning: SERVER_BILLING_RECORD_SERVER_HANG_UP is 0: calls that are hung up .*$/);
});

test('while somebody writes, calls go by what was read before, and it is said once; at the start it waits', async (t) => {
  const { settings, told, database } = prepaidFolder(t);
  const waited = await holdDatabase(t, database, 1);
  const watch = await PrepaidWatch.open(settings);
  t.after(() => watch.close());
  assert.match(told.splice(0).join('\n'), new RegExp(`in use by process ${waited} `));
  const { readAt } = watch.status;
  const pid = await holdDatabase(t, database, 2.5);
  watch.reload();
  await until(() => watch.status.problem !== null);
  assert.match(watch.status.problem ?? '', new RegExp(`in use by process ${pid} `));
  assert.deepEqual([watch.status.readAt, watch.budget.available('acme')], [readAt, 5_000_000]);
  await until(() => watch.status.problem === null);
  assert.match(told[0], /^balances cannot be read, calls go by those of .*Z: the database .* is in use/);
  assert.deepEqual(told.slice(1), ['balances are read again']);
});
