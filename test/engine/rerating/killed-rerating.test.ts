/** A re-rating or its undo that is killed, wherever, has happened as a whole or not at all. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { program } from '../commands/ratemill.ts';
import { makeNight, rateNight } from '../night.ts';
import { assertVerified } from '../rating.ts';
import { differingTables } from '../same-tables.ts';

const CALLS = 60_000;
const MOMENTS = 6;
const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
const [rated, rerated, undone] = ['rated', 'rerated', 'undone'].map((name) => join(dir, `${name}.duckdb`));
const commit = ['--set', 'SERVER_BILLING_FREE_TIME=6', '--commit'];
const undo = ['--undo', '4'];
/** Run 1 is the evening before, 2 the retry of its calls, 3 the night. */
const durations = { commit: 0, undo: 0 };

before(async () => {
  const night = await makeNight(dir, CALLS);
  const { connection, close } = await openDatabase(night.database);
  await rateNight(connection, night);
  close();
  copyFileSync(night.database, rated);
  copyFileSync(rated, rerated);
  durations.commit = (await rerateAsProcess(rerated, commit)).elapsedMs;
  copyFileSync(rerated, undone);
  durations.undo = (await rerateAsProcess(undone, undo)).elapsedMs;
  for (const path of [rated, rerated, undone]) await assertWhole(path);
});
after(() => rmSync(dir, { recursive: true }));

for (const [name, words, from, to] of [
  ['commit', commit, rated, rerated],
  ['undo', undo, rerated, undone],
] as const) {
  test(`killed at ${MOMENTS} moments and as it commits, a ${name} leaves all as before or as after`, async (t) => {
    const took = durations[name];
    const moments = Array.from({ length: MOMENTS }, (_, i) => ({ afterMs: (took * (i + 1)) / MOMENTS }));
    const commits = [0, 3, 10].map((afterMs) => ({ ofCommit: true, afterMs }));
    const found = { before: 0, after: 0, ended: 0 };
    for (const [nth, moment] of [...moments, ...commits].entries()) {
      const database = join(dir, `${name}-${nth}.duckdb`);
      copyFileSync(from, database);
      const { killed } = await rerateAsProcess(database, words, moment);
      if (!killed) found.ended++;
      found[await stateOf(database, from, to)]++;
      for (const end of ['', '.wal', '.wal.checkpoint']) rmSync(`${database}${end}`, { force: true });
    }
    t.diagnostic(`of ${Math.round(took)} ms, ${statSync(from).size} bytes: ${JSON.stringify(found)}`);
    assert.ok(found.before >= 2, 'some are killed before they commit');
    assert.ok(found.ended <= MOMENTS / 2, 'processes are killed while they run');
  });
}

async function assertWhole(path: string): Promise<void> {
  const { connection, close } = await openDatabase(path);
  await assertVerified({ connection });
  close();
}

/** Which of two databases, whose invariants are known to hold, this one has the tables of. */
async function stateOf(database: string, from: string, to: string): Promise<'before' | 'after'> {
  const { connection, close } = await openDatabase(database);
  try {
    if ((await differingTables(connection, from, { views: false })).length === 0) return 'before';
    assert.deepEqual(await differingTables(connection, to, { views: false }), []);
    return 'after';
  } finally {
    close();
  }
}

interface Moment {
  /** Counted from when the process writes its transaction down, or else from its start. */
  readonly ofCommit?: boolean;
  readonly afterMs: number;
}

/** `ratemill rerate` as a process, which may be killed. */
function rerateAsProcess(
  database: string,
  words: readonly string[],
  moment?: Moment,
): Promise<{ killed: boolean; elapsedMs: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [program, 'rerate', '--db', database, ...words], {
    stdio: 'ignore',
    timeout: 60_000,
  });
  const kill = () => child.kill('SIGKILL');
  const timers: NodeJS.Timeout[] = [];
  if (moment?.ofCommit) {
    const wal = `${database}.wal`;
    const looking = setInterval(() => {
      if (!statSync(wal, { throwIfNoEntry: false })?.size) return;
      clearInterval(looking);
      timers.push(setTimeout(kill, moment.afterMs));
    }, 1);
    timers.push(looking);
  } else if (moment !== undefined) timers.push(setTimeout(kill, moment.afterMs));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      for (const timer of timers) clearTimeout(timer);
      const killed = signal === 'SIGKILL';
      if (status === 0 || killed) resolve({ killed, elapsedMs: performance.now() - startedMs });
      else reject(new Error(`rerate ended with ${status ?? signal}`));
    });
  });
}
