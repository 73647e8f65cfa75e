/** A run that is killed, wherever, leaves nothing behind: the same command then gives the tables of an undisturbed one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { openDatabase } from '../../engine/database.ts';
import { stages } from '../../engine/finish-run.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { makeNight, type Night, rateNight } from './night.ts';
import { randomSource } from './random-source.ts';
import { differingTables } from './same-tables.ts';

const CALLS = 4000;
const MOMENTS = 50;
/** Runs of the database before the night, after its waiting calls were retried, and after its files were rated. */
const [BEFORE, RETRIED, RATED] = [1, 2, 3];

const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
const undisturbed = join(dir, 'undisturbed.duckdb');
let night: Night;
/** How long a process takes which nobody kills, while another is running. */
let durationMs: number;

before(async () => {
  night = await makeNight(dir, CALLS);
  copyFileSync(night.database, undisturbed);
  const endings = await Promise.all([undisturbed, copyOfNight('other')].map((database) => rateAsProcess(database)));
  durationMs = Math.max(...endings.map(({ elapsedMs }) => elapsedMs));
});
after(() => rmSync(dir, { recursive: true }));

test('the undisturbed night has everything in it', async () => {
  const { connection, close } = await openDatabase(undisturbed);
  const counts = await connection.runAndReadAll(
    'SELECT kind, list(status ORDER BY status) FROM run_counts JOIN runs USING (run_id) WHERE run_id > 1 GROUP BY ALL ORDER BY min(run_id)',
  );
  assert.deepEqual(
    counts.getRows().map(([kind, statuses]) => [kind, String(statuses).replaceAll(/[^\w ]/g, '')]),
    [
      ['retry', 'charged overdraft_capped overdraft_refused'],
      [
        'rate',
        'charged duplicate illegal invalid_number no_cdr no_rate overdraft_capped overdraft_refused rejected toll_free ' +
          'unknown_account zero_hold',
      ],
    ],
  );
  assert.deepEqual(await violations(connection), []);
  // The comparison that all else rests on does see a difference.
  assert.ok((await differingTables(connection, night.database, { views: false })).length > 10);
  close();
});

const points = [
  ...stages.filter((stage) => stage !== 'find').map((stage) => ['retry', stage] as const),
  ...stages.map((stage) => ['rate', stage] as const),
  ['rate', 'close'] as const,
];

test(`killed at each of ${points.length} named stages`, async () => {
  await inTwoLanes(points, async ([kind, stage], database) => {
    assert.equal((await rateAsProcess(database, { at: [kind, stage] })).signal, 'SIGKILL');
    const runs = await completed(database);
    assert.equal(runs, kind === 'retry' ? BEFORE : stage === 'close' ? RATED : RETRIED, `${kind} ${stage}`);
  });
});

test(`killed at ${MOMENTS} random moments`, async (t) => {
  const next = randomSource(1);
  const moments = Array.from({ length: MOMENTS }, (_, i) => ((i + next(1000) / 1000) / MOMENTS) * durationMs);
  const found = [0, 0, 0, 0];
  let ended = 0;
  await inTwoLanes(moments, async (afterMs, database) => {
    if ((await rateAsProcess(database, { afterMs })).signal === null) ended++;
    found[await completed(database)]++;
  });
  t.diagnostic(
    `within ${Math.round(durationMs)} ms: ${found[BEFORE]} before the retry was committed, ${found[RETRIED]} before the ` +
      `files were, ${found[RATED] - ended} after that, ${ended} had ended before they could be killed`,
  );
  assert.ok(MOMENTS - ended >= 10, 'processes are killed while they run');
});

test('ten kills leave a database of the size of an undisturbed one, all views alike', async (t: TestContext) => {
  const database = copyOfNight('ten');
  for (let kill = 0; kill < 10; kill++)
    await rateAsProcess(database, { at: ['rate', stages[stages.length - 1 - (kill % 4)]] });
  assert.equal(await completed(database, { views: true }), RETRIED);
  const [bytes, undisturbedBytes] = [database, undisturbed].map((path) => statSync(path).size);
  t.diagnostic(`${bytes} bytes after ten kills, ${undisturbedBytes} undisturbed`);
  assert.ok(bytes <= 2 * undisturbedBytes);
});

/** Runs the same command again, and compares with the undisturbed run; returns how many runs there were before. */
async function completed(database: string, { views = false } = {}): Promise<number> {
  // What the same command makes of these bytes is known: the undisturbed run began with them.
  if (isUntouched(database)) return BEFORE;
  const { connection, close } = await openDatabase(database);
  try {
    const before = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM runs');
    await rateNight(connection, { ...night, database });
    assert.deepEqual(await differingTables(connection, undisturbed, { views }), []);
    return before.getRows()[0][0] as number;
  } finally {
    close();
  }
}

/** Whether nothing has changed, not a byte, and nothing lies beside it. */
function isUntouched(database: string): boolean {
  const files = readdirSync(dir).filter((name) => name.startsWith(basename(database)));
  return files.length === 1 && readFileSync(database).equals(readFileSync(night.database));
}

async function violations(connection: Parameters<typeof verifyDatabase>[0]) {
  return (await verifyDatabase(connection)).filter(({ violations: count }) => count > 0);
}

interface Ending {
  readonly signal: NodeJS.Signals | null;
  /** From the beginning of the work on; the start of Node is not counted. */
  readonly elapsedMs: number;
}

/** Rates the night as a process, which kills itself at a stage, or is killed some time after it has begun. */
function rateAsProcess(
  database: string,
  { at = [], afterMs }: { at?: readonly string[]; afterMs?: number } = {},
): Promise<Ending> {
  const program = join(import.meta.dirname, 'rate-night.ts');
  const child = spawn(process.execPath, [program, database, night.events, ...at], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 120_000,
  });
  let begunMs = 0;
  let timer: NodeJS.Timeout | undefined;
  child.stdout.once('data', () => {
    begunMs = performance.now();
    if (afterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      clearTimeout(timer);
      if (status === 0 || signal === 'SIGKILL') resolve({ signal, elapsedMs: performance.now() - begunMs });
      else reject(new Error(`rate-night.ts ended with ${status ?? signal}`));
    });
  });
}

function copyOfNight(name: string): string {
  const database = join(dir, `${name}.duckdb`);
  copyFileSync(night.database, database);
  return database;
}

/** Does the jobs two at a time, each with a database of its own that is gone afterwards. */
async function inTwoLanes<T>(jobs: readonly T[], work: (job: T, database: string) => Promise<void>): Promise<void> {
  const left = jobs.entries();
  const lane = async () => {
    for (const [nth, job] of left) {
      // A name is used once: what DuckDB does late with the files of one database must not meet those of the next.
      const database = copyOfNight(`job-${nth}`);
      await work(job, database);
      for (const end of ['', '.wal', '.wal.checkpoint']) rmSync(`${database}${end}`, { force: true });
    }
  };
  await Promise.all([lane(), lane()]);
}
