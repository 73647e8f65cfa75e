/** Real conditions of a bad night: each has its message and exit status, and leaves the database as it was, and usable. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { openDatabase } from '../../engine/database.ts';
import { storageFault } from '../../engine/storage-fault.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { ratemill } from './commands/ratemill.ts';
import { makeNight, type Night, nightSettings, rateNight } from './night.ts';
import { differingTables } from './same-tables.ts';

const NOBODY = 65_534;
const SPACE = 'Free some there, or put the database elsewhere (--db), then run the same command again';
const RIGHTS = 'Ratemill writes the database and files beside it: run it as a user who may, or name another (--db)';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
const undisturbed = join(dir, 'undisturbed.duckdb');
let night: Night;

before(async () => {
  chmodSync(dir, 0o755);
  night = await makeNight(dir, 3000);
  copyFileSync(night.database, undisturbed);
  const { connection, close } = await openDatabase(undisturbed);
  await rateNight(connection, { ...night, database: undisturbed });
  close();
});
after(() => rmSync(dir, { recursive: true }));

test('disk full while the calls are committed', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const database = disk.copyOf(night.database, 100_000);
  assertFailed(
    rate(database),
    `no space is left for ${database}.wal (No space left on device); nothing was changed. ${SPACE}`,
  );
  disk.grow();
  await assertSame(database, night.database);
  await assertRates(database);
});

test('disk full after the waiting calls were retried: what is stored is told', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const database = disk.copyOf(night.database, 600_000);
  assertFailed(
    rate(database),
    `no space is left for ${database}.wal (No space left on device); run 2, of calls that waited, is stored, nothing else ` +
      `was changed. ${SPACE}`,
  );
  disk.grow();
  const { connection, close } = await openDatabase(database, { readOnly: true });
  const kinds = await connection.runAndReadAll('SELECT kind FROM runs ORDER BY run_id');
  close();
  assert.deepEqual(kinds.getRows().flat(), ['rate', 'retry']);
  await assertRates(database);
});

test('disk full while calls are rated again, and while that is undone', async (t) => {
  const rerated = join(dir, 'rerated.duckdb');
  copyFileSync(undisturbed, rerated);
  const change = ['--set', 'SERVER_BILLING_FREE_TIME=20', '--commit'];
  assert.equal(ratemill(dir, ['rerate', ...change, '--db', rerated]).status, 0);
  const run = JSON.parse(ratemill(dir, ['runs', '--db', rerated, '--json']).stdout).runs.at(-1).runId;
  for (const [before, words] of [
    [undisturbed, change],
    [rerated, ['--undo', String(run)]],
  ] as const) {
    const disk = smallDisk(t);
    if (disk === undefined) return;
    const database = disk.copyOf(before, 40_000);
    const { status, stderr } = ratemill(dir, ['rerate', ...words, '--db', database]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^ratemill: no space is left for .* \(No space left on device\); nothing was changed\. Free some there/m,
    );
    disk.grow();
    await assertSame(database, before);
    assert.equal(ratemill(dir, ['rerate', ...words, '--db', database]).status, 0);
  }
});

test('disk full while a deck is loaded, and while a database is made', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const rates = readFileSync(join(dir, 'eve', 'rates.csv'), 'utf8');
  writeFileSync(join(dir, 'dearer.csv'), rates.replaceAll(/,60,60,/g, ',120,60,'));
  const database = disk.copyOf(undisturbed, 20_000);
  const load = (path: string) => ratemill(dir, ['load', 'rates', 'dearer.csv', '--replace', '--db', path]);
  assertFailed(
    load(database),
    `no space is left for ${database}.wal (No space left on device); nothing was changed. ${SPACE}`,
  );
  const another = join(disk.path, 'new.duckdb');
  disk.fill();
  assertFailed(
    load(another),
    `no space is left for ${another} (No space left on device); nothing was changed. ${SPACE}`,
  );
  assert.equal(existsSync(another), false);
  disk.grow();
  await assertSame(database, undisturbed);
  for (const path of [database, another]) assert.equal(load(path).status, 0);
});

test('disk full below the temporary files of DuckDB', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const database = disk.copyOf(night.database, 20_000_000);
  const { connection, close } = await openDatabase(database);
  await connection.run("SET memory_limit = '30MB'");
  const spilling = connection.run(
    "CREATE TABLE big AS SELECT random() AS r, repeat('x', 100) FROM range(2000000) ORDER BY r",
  );
  await assert.rejects(spilling, (error: Error) => {
    assert.equal(
      storageFault(error)?.message,
      `no space is left for the temporary files of DuckDB (folder .tmp beside the database); nothing was changed. ${SPACE}`,
    );
    return true;
  });
  close();
  await assertSame(database, night.database);
  assert.deepEqual(readdirSync(disk.path), ['night.duckdb']);
});

test('a folder, a file and a file system that may not be written', async (t) => {
  const folder = join(dir, 'guarded');
  mkdirSync(folder);
  const database = join(folder, 'night.duckdb');
  copyFileSync(night.database, database);
  if (!nobodyRuns(t)) return;
  for (const [folderMode, fileMode, message] of [
    [0o555, 0o666, `${database}.wal cannot be opened: Permission denied; nothing was changed. ${RIGHTS}`],
    [0o777, 0o444, `${database} cannot be opened: Permission denied; nothing was changed. ${RIGHTS}`],
    [0o777, 0o000, `${database} cannot be opened: Permission denied; nothing was changed. ${RIGHTS}`],
  ] as const) {
    chmodSync(folder, folderMode);
    chmodSync(database, fileMode);
    assertFailed(rate(database, NOBODY), message);
  }
  chmodSync(folder, 0o555);
  const another = join(folder, 'new.duckdb');
  assertFailed(rate(another, NOBODY), `${another} cannot be opened: Permission denied; nothing was changed. ${RIGHTS}`);
  chmodSync(database, 0o444);
  assert.equal(ratemill(dir, ['runs', '--db', database], { uid: NOBODY }).status, 0);
  chmodSync(folder, 0o755);
  chmodSync(database, 0o644);
  await assertSame(database, night.database);
  await assertRates(database);
});

test('event files that may not be read, also one of the size of another', (t) => {
  const events = join(dir, 'unreadable');
  mkdirSync(events);
  const [good, twin] = ['good.arrow', 'twin.arrow'].map((name) => join(events, name));
  for (const path of [good, twin]) copyFileSync(join(night.events, 'odd.arrow'), path);
  chmodSync(twin, 0o000);
  const folder = join(dir, 'open');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  if (!nobodyRuns(t)) return;
  const words = ['rate', events, '--db', join(folder, 'new.duckdb'), ...nightSettings, '--json'];
  const { status, stdout } = ratemill(dir, words, { uid: NOBODY });
  assert.equal(status, 3);
  const { leftOut, calls } = JSON.parse(stdout);
  assert.deepEqual(leftOut, [{ path: twin, reason: `cannot be opened: EACCES: permission denied, open '${twin}'` }]);
  assert.equal(calls.read, 400);
});

test('a file system that is mounted read-only', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const database = disk.copyOf(night.database, 100_000);
  disk.remount('ro');
  assertFailed(rate(database), `${database} cannot be opened: Read-only file system; nothing was changed. ${RIGHTS}`);
  assert.equal(ratemill(dir, ['runs', '--db', database]).status, 0);
});

test('what a killed run has committed can be read by somebody who may write nothing', async (t) => {
  const folder = join(dir, 'killed');
  mkdirSync(folder);
  const database = join(folder, 'night.duckdb');
  copyFileSync(night.database, database);
  assert.equal(rateAndSignal(database, 'close', 'SIGKILL'), 'SIGKILL');
  assert.ok(existsSync(`${database}.wal`));
  if (!nobodyRuns(t)) return;
  const words = ['sql', 'SELECT count(*) AS runs FROM runs', '--format', 'csv', '--db', database];
  assert.equal(ratemill(dir, words, { uid: NOBODY }).stdout, 'runs\r\n3\r\n');
  await assertSame(database, undisturbed);
});

test('a folder that does not exist, an empty file, the beginning of a database', () => {
  const none = join(dir, 'none', 'night.duckdb');
  assertFailed(
    rate(none),
    `the database ${none} cannot be opened: Cannot open file "${none}": No such file or directory. Check --db and the folder`,
  );
  const unfinished = join(dir, 'unfinished.duckdb');
  for (const bytes of [0, 8192]) {
    spawnSync('sh', ['-c', `head -c ${bytes} ${night.database} > ${unfinished}`]);
    assertFailed(
      rate(unfinished),
      `${unfinished} is the beginning of a database, whose making was stopped: it holds nothing. Remove it, then try again`,
    );
  }
});

test('two runs at once: one rates, the other names it, and a third finds nothing to do', async () => {
  const database = copyOfNight('two');
  let endings: Awaited<ReturnType<typeof rateAside>>[] = [];
  // On a busy machine one may have ended before the other began: then there was nothing to see.
  for (let tries = 0; tries < 5; tries++) {
    copyFileSync(night.database, database);
    endings = await Promise.all([rateAside(database), rateAside(database)]);
    if (endings.some(({ status }) => status === 1)) break;
  }
  const [rated, refused] = endings.sort((a, b) => (b.status ?? 0) - (a.status ?? 0));
  assert.deepEqual([rated.status, refused.status], [3, 1]);
  assert.equal(
    refused.stderr,
    `ratemill: the database ${database} is in use by process ${rated.pid} (${process.execPath}): wait until it has ended, or stop it, ` +
      'then try again\n',
  );
  const third = rate(database);
  assert.equal(third.status, 0);
  assert.match(
    third.stdout,
    /^(skipped: .* is rated by run 3\n){7}\nretry: of \d+ waiting calls none can be rated yet: see unrated_calls\n\nNothing was rated/,
  );
  await assertSame(database, undisturbed);
});

test('a clock that was set back: the run is done, and the clock pointed out', async () => {
  const database = copyOfNight('clock');
  const { connection, close } = await openDatabase(database);
  await connection.run("UPDATE runs SET finished_at = '2049-05-06 07:08:09.5+00'");
  close();
  const { status, stdout } = rate(database);
  assert.equal(status, 3);
  assert.match(
    stdout,
    /^warning: the clock of this machine \(\d{4}-\d\d-\d\dT[\d:.]+Z\) is before the end of run 1 \(2049-05-06T07:08:09\.500Z\): check it; the times of this run are out of order$/m,
  );
  const again = await openDatabase(database);
  const runs = await again.connection.runAndReadAll(
    'SELECT run_id, kind, finished_at >= started_at, finished_at < now() FROM runs ORDER BY run_id',
  );
  assert.deepEqual(runs.getRows().slice(1), [
    [2, 'retry', true, true],
    [3, 'rate', true, true],
  ]);
  assert.deepEqual(
    (await verifyDatabase(again.connection)).filter(({ violations }) => violations > 0),
    [],
  );
  again.close();
  await assertSame(database, undisturbed);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends a run at once, and without damage`, async () => {
    for (const stage of ['rate', 'record', 'close']) {
      const database = copyOfNight(signal);
      assert.equal(rateAndSignal(database, stage, signal), signal);
      await assertRates(database);
    }
  });
}

type Result = ReturnType<typeof ratemill>;

function rate(database: string, uid?: number): Result {
  return ratemill(dir, ['rate', night.events, '--db', database, ...nightSettings], { uid });
}

function assertFailed({ status, stdout, stderr }: Result, message: string): void {
  assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: '', stderr: `ratemill: ${message}\n` });
}

/** The command as a process that others can run beside. */
function rateAside(database: string): Promise<{ status: number | null; pid: number | undefined; stderr: string }> {
  const program = join(import.meta.dirname, '../../engine/cli.ts');
  const child = spawn(process.execPath, [program, 'rate', night.events, '--db', database, ...nightSettings], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 120_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, pid: child.pid, stderr }));
  });
}

/** Rates with a process that sends itself a signal as a stage begins; returns what it died of. */
function rateAndSignal(database: string, stage: string, signal: NodeJS.Signals): NodeJS.Signals | null {
  const program = join(import.meta.dirname, 'rate-night.ts');
  return spawnSync(process.execPath, [program, database, night.events, 'rate', stage, signal]).signal;
}

/** Asserts that the same command, given again, leaves what it leaves when nothing comes in between. */
async function assertRates(database: string): Promise<void> {
  const { connection, close } = await openDatabase(database);
  await rateNight(connection, { ...night, database });
  close();
  await assertSame(database, undisturbed);
}

async function assertSame(database: string, other: string): Promise<void> {
  const { connection, close } = await openDatabase(database);
  const differences = await differingTables(connection, other, { views: false });
  close();
  assert.deepEqual(differences, []);
}

function copyOfNight(name: string): string {
  const database = join(dir, `${name}.duckdb`);
  copyFileSync(night.database, database);
  return database;
}

/** Whether there is another user to be; says so when not. As one who is not root the test itself has no rights to lack. */
function nobodyRuns(t: TestContext): boolean {
  const { status } = ratemill(dir, ['--version'], { uid: NOBODY });
  if (status === 0) return true;
  t.skip('the program cannot be run as another user here');
  return false;
}

interface SmallDisk {
  readonly path: string;
  /** Makes the disk so small that a copy and so many bytes fit; returns the path of the copy. */
  readonly copyOf: (database: string, room: number) => string;
  readonly grow: () => void;
  /** Leaves room for nothing but a block or two. */
  readonly fill: () => void;
  readonly remount: (options: string) => void;
}

/** A file system of its own, in memory; undefined, and the test skipped, where none may be mounted. */
function smallDisk(t: TestContext): SmallDisk | undefined {
  const path = mkdtempSync(join(dir, 'disk-'));
  const mount = (...words: string[]) => spawnSync('mount', [...words, path]).status === 0;
  if (!mount('-t', 'tmpfs', '-o', 'size=200m', 'tmpfs')) {
    t.skip('no file system can be mounted here');
    return undefined;
  }
  t.after(() => spawnSync('umount', [path]));
  const remount = (options: string) => assert.ok(mount('-o', `remount,${options}`), options);
  const used = () => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).blocks * 512, 0);
  return {
    path,
    remount,
    copyOf(database, room) {
      copyFileSync(database, join(path, 'night.duckdb'));
      remount(`size=${used() + room}`);
      return join(path, 'night.duckdb');
    },
    grow: () => remount('size=200m'),
    fill: () => remount(`size=${used() + 8192}`),
  };
}
