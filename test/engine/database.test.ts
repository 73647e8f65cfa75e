import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { announceReading } from '../../engine/brief-reading.ts';
import { openDatabase } from '../../engine/database.ts';
import { OperatorError } from '../../engine/errors.ts';
import { holdDatabase } from './hold-database.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

async function refusal(path: string, readOnly = false): Promise<string> {
  try {
    (await openDatabase(path, { readOnly })).close();
  } catch (error) {
    assert.ok(error instanceof OperatorError, String(error));
    assert.equal(error.exitStatus, 1);
    return error.message;
  }
  throw new assert.AssertionError({ message: `${path} was opened` });
}

test('creates the schema once, in UTC', async (t) => {
  const path = join(folder(t), 'ratemill.duckdb');
  for (const readOnly of [false, false, true]) {
    const { connection, close } = await openDatabase(path, { readOnly });
    const result = await connection.runAndReadAll(
      "SELECT current_setting('TimeZone'), count(*)::INTEGER FROM duckdb_tables() WHERE table_name IN ('rates', 'loads')",
    );
    assert.deepEqual(result.getRows(), [['UTC', 2]]);
    close();
  }
});

test('says which process holds the file', async (t) => {
  const path = join(folder(t), 'ratemill.duckdb');
  const { close } = await openDatabase(path);
  t.after(close);
  const source = `
    import { openDatabase } from ${JSON.stringify(new URL('../../engine/database.ts', import.meta.url).href)};
    await openDatabase(process.argv[1]).catch((error) => process.stdout.write(error.name + ': ' + error.message));`;
  const other = spawnSync(process.execPath, ['--input-type=module', '--eval', source, path], { encoding: 'utf8' });
  assert.match(
    other.stdout,
    new RegExp(
      `^OperatorError: the database .*ratemill\\.duckdb is in use by process ${process.pid} \\(.*node.*\\): ` +
        'wait until it has ended, or stop it, then try again$',
    ),
  );
});

test('waits for a process that holds the file, and says once for whom', async (t) => {
  const path = join(folder(t), 'ratemill.duckdb');
  const pid = await holdDatabase(t, path, 1.2);
  const told: string[] = [];
  const { close } = await openDatabase(path, { waitSeconds: 60, onWait: (message) => told.push(message) });
  close();
  assert.equal(told.length, 1);
  assert.match(told[0], new RegExp(`in use by process ${pid} `));
});

test('who writes waits, and says nothing, for a companion that reads balances; not for one that was killed at it', async (t) => {
  const path = join(folder(t), 'ratemill.duckdb');
  await holdDatabase(t, path, 0.6);
  const announced = announceReading(path);
  const { close } = await openDatabase(path, { onWait: () => assert.fail('told') });
  close();
  announced();
  await holdDatabase(t, path, 60);
  announceReading(path);
  const longAgo = Date.now() / 1000 - 11;
  utimesSync(`${path}.reading`, longAgo, longAgo);
  await assert.rejects(openDatabase(path), /is in use by process/);
});

test('is refused as ever when the time to wait is over', async (t) => {
  const path = join(folder(t), 'ratemill.duckdb');
  const pid = await holdDatabase(t, path, 60);
  for (const waitSeconds of [0, 1]) {
    const started = performance.now();
    await assert.rejects(openDatabase(path, { waitSeconds }), {
      name: 'OperatorError',
      message: new RegExp(`is in use by process ${pid} .*: wait until it has ended, or stop it, then try again$`),
    });
    assert.ok(performance.now() - started >= waitSeconds * 1000);
  }
});

test('says why a file cannot be opened, and creates none to read', async (t) => {
  const dir = folder(t);
  const text = join(dir, 'notes.txt');
  writeFileSync(text, 'not a database '.repeat(1000));
  assert.equal(await refusal(text), `${text} is not a DuckDB database: name another file with --db`);
  assert.match(await refusal(join(dir, 'none', 'x.duckdb')), /cannot be opened: .*No such file.*Check --db/);
  const missing = join(dir, 'missing.duckdb');
  assert.equal(
    await refusal(missing, true),
    `there is no database ${missing}: load a deck first (ratemill load rates FILE), or name another with --db`,
  );
  assert.equal(existsSync(missing), false);
});
