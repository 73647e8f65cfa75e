import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { initFolder } from '../../../engine/commands/init.ts';
import { loadFiles } from '../../../engine/commands/load.ts';
import { rateFiles } from '../../../engine/commands/rate.ts';
import { openDatabase } from '../../../engine/database.ts';
import { simulate, simulateDefaults } from '../../../engine/simulate.ts';
import { verifyDatabase } from '../../../engine/verify.ts';
import { program, ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-prune-'));
after(() => rmSync(dir, { recursive: true }));
const options = { db: join(dir, 'ratemill.duckdb'), set: [], json: true };
initFolder(dir);
await loadFiles('rates', [join(dir, 'rates.csv')], options);
await loadFiles('accounts', [join(dir, 'accounts.csv')], options);
simulate({ ...simulateDefaults, calls: 60_000, deck: dir, out: join(dir, 'events') });
await rateFiles([join(dir, 'events')], options);
const noon = new Date(simulateDefaults.startMs + 43_200_000).toISOString();

/** What a database holds of calls, by table, and whether its invariants hold. */
async function contents(db: string) {
  const { connection, close } = await openDatabase(db, { readOnly: true });
  const counts = await connection.runAndReadAll(
    'SELECT (SELECT count(*) FROM calls), (SELECT count(*) FROM prunes), (SELECT sum(calls) FROM accounted_calls)',
  );
  const broken = (await verifyDatabase(connection)).filter(({ violations }) => violations > 0);
  close();
  assert.deepEqual(broken, []);
  const [kept, prunes, accounted] = counts.getRows()[0].map(Number);
  return { kept, prunes, accounted };
}

const whole = await contents(options.db);

test('a dry run says what a prune does, and changes nothing', async () => {
  const db = join(dir, 'dry.duckdb');
  copyFileSync(options.db, db);
  const words = ['prune', '--before', noon, '--db', db];
  const dry = JSON.parse(ratemill(dir, [...words, '--dry-run', '--json']).stdout);
  assert.deepEqual([dry.pruneId, dry.dryRun, dry.before, dry.database], [null, true, noon, null]);
  assert.deepEqual(await contents(db), whole);
  assert.match(ratemill(dir, [...words, '--dry-run']).stdout, /^would remove [\d,]+ calls, .*\(--dry-run\)\n/);

  const { status, stdout } = ratemill(dir, [...words, '--json']);
  const done = JSON.parse(stdout);
  assert.deepEqual([status, done.pruneId, done.removed], [0, 1, dry.removed]);
  assert.equal(done.waitingKept, dry.waitingKept);
  assert.ok(done.removed.calls > 0 && done.removed.calls < whole.kept && done.waitingKept > 0);
  assert.deepEqual(await contents(db), { ...whole, kept: whole.kept - done.removed.calls, prunes: 1 });
  assert.match(
    ratemill(dir, words).stdout,
    /^nothing to prune: no detail is kept of calls that ended before \S+\n[\d,]+ calls of that age are kept: waiting/,
  );
});

test('space that a prune frees is used again', async () => {
  const db = join(dir, 'space.duckdb');
  copyFileSync(options.db, db);
  const { database } = JSON.parse(ratemill(dir, ['prune', '--before', '1d', '--db', db, '--json']).stdout);
  assert.ok(database.after.freeBytes > database.before.freeBytes, JSON.stringify(database));
  simulate({
    ...simulateDefaults,
    calls: 20_000,
    startMs: simulateDefaults.startMs + 86_400_000,
    deck: dir,
    out: join(dir, 'next'),
  });
  await rateFiles([join(dir, 'next')], { ...options, db });
  const again = JSON.parse(ratemill(dir, ['prune', '--before', '1d', '--db', db, '--json']).stdout);
  assert.ok(again.database.before.freeBytes < database.after.freeBytes, JSON.stringify([database, again.database]));
});

test('a database that is not there is not made', () => {
  const { status, stderr } = ratemill(dir, ['prune', '--before', '1d', '--db', 'none.duckdb']);
  assert.equal(status, 1);
  assert.match(stderr, /^ratemill: there is no database none\.duckdb: /);
  assert.equal(existsSync(join(dir, 'none.duckdb')), false);
});

test('killed at any point it is done or not done, and the next one does it', async () => {
  const db = join(dir, 'killed.duckdb');
  const words = ['prune', '--before', noon, '--db', db, '--log', 'json'];
  /** Prunes a fresh copy, and kills the process a time after it has begun. */
  const prune = async (killAfterMs: number) => {
    copyFileSync(options.db, db);
    rmSync(`${db}.wal`, { force: true });
    const child = spawn(process.execPath, [program, ...words], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    await once(child.stderr, 'data');
    child.stderr.resume();
    const begun = performance.now();
    // The timer of a prune that ends first must not keep the process of the tests waiting.
    await Promise.race([sleep(killAfterMs, undefined, { ref: false }), ended]);
    child.kill('SIGKILL');
    await ended;
    return performance.now() - begun;
  };
  const wholeMs = await prune(60_000);
  const done = await contents(db);
  assert.equal(done.prunes, 1);
  for (let nth = 0; nth < 5; nth++) {
    await prune((wholeMs * nth) / 4);
    const { prunes, ...left } = await contents(db);
    assert.deepEqual({ prunes, ...left }, prunes === 0 ? whole : done);
    assert.ok(nth > 0 || prunes === 0, 'the first one is killed before it could have done anything');
    assert.equal(ratemill(dir, words).status, 0);
    assert.deepEqual(await contents(db), done);
  }
});
