import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadCommand, loadFiles } from '../../../engine/commands/load.ts';
import { openDatabase } from '../../../engine/database.ts';
import { exitStatus } from '../../../engine/errors.ts';
import type { LoadReport } from '../../../engine/reference/load-report.ts';
import { folder } from '../reference/folder.ts';

const header = 'rate_group,prefix,destination,rate,first_increment,next_increment';

test('a file with mistakes does not keep the others out', async (t) => {
  const { dir, write } = folder(t);
  const db = join(dir, 'ratemill.duckdb');
  const good = write('good.csv', `${header}\nA,49,Germany,0.005,60,60\n`);
  const bad = write('bad.csv', `${header}\nA,49,Germany,free,60,60\nA,x,Germany,1,60,60\n`);
  const options = { db, set: [], json: true };

  const mixed = await loadFiles('rates', [bad, good], options);
  assert.equal(mixed.exitStatus, exitStatus.incomplete);
  const { loads } = mixed.result as { loads: LoadReport[] };
  assert.deepEqual(
    loads.map(({ outcome, added, mistakes }) => [outcome, added, mistakes.length]),
    [
      ['refused', 0, 2],
      ['loaded', 1, 0],
    ],
  );
  assert.equal(
    mixed.text().replaceAll(`${dir}/`, ''),
    `bad.csv: nothing loaded, 2 mistakes
good.csv: 1 rates read as load 1: 1 added, 0 replaced, 0 already there
SERVER_BILLING_FEE_PRECISTION 2 changes 1 of 1 rates: 1 up, 0 down, their sum by +100.00 %.
To keep rates as they stand set it to 4, or quantiseRates to false. The largest changes:
  line 2: A 49: 0.005 becomes 0.01 (+100.00 %)
`,
  );

  const again = await loadFiles('rates', [good], options);
  assert.equal(again.exitStatus, exitStatus.done);
  assert.equal(again.text().replaceAll(`${dir}/`, ''), 'good.csv: already loaded as load 1, nothing changed\n');
  assert.equal((await loadFiles('rates', [bad], options)).exitStatus, exitStatus.failed);

  const { connection, close } = await openDatabase(db);
  t.after(close);
  const stored = await connection.runAndReadAll('SELECT (SELECT count(*) FROM rates), (SELECT count(*) FROM loads)');
  assert.deepEqual(stored.getRowsJson(), [['1', '1']]);
});

test('the precision is that of the configuration', async (t) => {
  const { dir, write } = folder(t);
  const options = { db: join(dir, 'ratemill.duckdb'), set: ['SERVER_BILLING_FEE_PRECISTION=4'], json: true };
  const fine = await loadFiles('rates', [write('a.csv', `${header}\nA,1,US,0.00005,1,1\n`)], options);
  assert.match(
    fine.text(),
    /PRECISTION 4 changes 1 of 1 rates.*\nTo keep rates as they stand set quantiseRates to false/,
  );
  const kept = await loadFiles('rates', [write('b.csv', `${header}\nA,2,US,0.0001,1,1\n`)], options);
  assert.match(kept.text(), /SERVER_BILLING_FEE_PRECISTION 4 changes no rate\.\n$/);
  write('ratemill.json', '{"quantiseRates": false}');
  const off = await loadFiles('rates', [write('c.csv', `${header}\nA,3,US,0.00005,1,1\n`)], options);
  assert.match(off.text(), /Rates are used as they stand \(quantiseRates is false\)\.\n$/);
});

test('a file that is not there stops the command before anything is loaded', async (t) => {
  const { dir, write } = folder(t);
  const good = write('good.csv', `${header}\nA,49,Germany,0.005,60,60\n`);
  const missing = join(dir, 'missing.csv');
  await assert.rejects(loadFiles('rates', [good, missing], { db: join(dir, 'x.duckdb'), set: [] }), {
    name: 'OperatorError',
    message: `${missing} does not exist; nothing was loaded`,
    exitStatus: exitStatus.failed,
  });
});

test('each kind has a command', () => {
  assert.deepEqual(
    loadCommand().commands.map((command) => command.name()),
    ['rates', 'accounts', 'gateways', 'payments'],
  );
});
