/** Event files that change while a run reads them: what is stored is what was read whole, and nothing is lost for good. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { type Database, openDatabase } from '../../engine/database.ts';
import type { RunResult } from '../../engine/run.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { arrowFile, event } from './events.ts';
import { makeNight, type Night, rateNight } from './night.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
const CHANGED = 'was changed while it was read: rate it again once it is complete';
const FILES = 7;
/** Calls in all files but the last. */
const SIMULATED = 3000;
let night: Night;
/** Keys of all calls there are when every file was rated. */
let allCalls: unknown[];

before(async () => {
  night = await makeNight(dir, SIMULATED);
  const { connection, close } = await openDatabase(night.database);
  copyFileSync(night.database, join(dir, 'before.duckdb'));
  await rateNight(connection, night);
  allCalls = await callKeys(connection);
  close();
});
after(() => rmSync(dir, { recursive: true }));

/** A copy of the night, one file of which a test changes. */
interface Scene extends Night {
  readonly file: string;
  readonly connection: Database['connection'];
}

async function scene(t: TestContext, name = 'events-ss2-01.arrow'): Promise<Scene> {
  const copy = mkdtempSync(join(dir, 'scene-'));
  const [database, events] = [join(copy, 'night.duckdb'), join(copy, 'events')];
  copyFileSync(join(dir, 'before.duckdb'), database);
  cpSync(night.events, events, { recursive: true });
  const { connection, close } = await openDatabase(database);
  t.after(close);
  return { ...night, database, events, file: join(events, name), connection };
}

type Moment = 'before it is read' | 'while it is read';

/** Rates the night, and changes a file after the survey, or when the first batch of the last file is rated. */
async function rateChanging({ connection, ...rest }: Scene, moment: Moment, change: () => void): Promise<RunResult> {
  let due = true;
  let filesFound = false;
  const now = (reached: boolean) => {
    if (!due || !reached) return;
    due = false;
    change();
  };
  const result = await rateNight(connection, rest, {
    onStage: (stage) => {
      filesFound ||= stage === 'find';
      now(moment === 'before it is read' && filesFound && stage === 'rate');
    },
    onProgress: (stage, done) => now(moment === 'while it is read' && stage === 'rate' && done > SIMULATED),
  });
  assert.equal(due, false);
  return result;
}

const odd = Array.from({ length: 400 }, () => event(1, { softswitch: 'ss9' }));
const changes: Record<string, (file: string) => void> = {
  'appended to': (file) => appendFileSync(file, 'more'),
  truncated: (file) => truncateSync(file, 3000),
  emptied: (file) => truncateSync(file, 0),
  'overwritten with zeros': (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length), { flag: 'r+' }),
  'overwritten with other events': (file) => writeFileSync(file, arrowFile(odd, { batchRows: 100 }), { flag: 'r+' }),
};

for (const [how, change] of Object.entries(changes)) {
  for (const moment of ['before it is read', 'while it is read'] as const) {
    test(`${how} ${moment}: the file is left out, the others are rated; it is rated once it is whole`, async (t) => {
      const one = await scene(t, 'odd.arrow');
      const whole = readFileSync(one.file);
      const first = await rateChanging(one, moment, () => change(one.file));
      assert.deepEqual(
        first.leftOut.map(({ path, message }) => [path, message]),
        [[one.file, CHANGED]],
      );
      assert.equal(first.files.length, FILES - 1);
      writeFileSync(one.file, whole);
      const second = await rateNight(one.connection, one);
      assert.deepEqual([second.files.length, second.skipped.length, second.leftOut.length], [1, FILES - 1, 0]);
      assert.deepEqual(await callKeys(one.connection), allCalls);
      assert.deepEqual(await violations(one.connection), []);
    });
  }
}

test('replaced by another file: what was found is rated, by its own digest, and the new content by the next run', async (t) => {
  const one = await scene(t);
  const digest = sha256(one.file);
  const added = event(77, { softswitch: 'ss2', account: 'client-001' });
  const first = await rateChanging(one, 'before it is read', () => {
    writeFileSync(`${one.file}.new`, arrowFile([added]));
    renameSync(`${one.file}.new`, one.file);
  });
  assert.deepEqual(first.leftOut, []);
  assert.equal(first.files.find(({ path }) => path === one.file)?.sha256, digest);
  assert.deepEqual(await callKeys(one.connection), allCalls);
  const second = await rateNight(one.connection, one);
  assert.deepEqual(
    second.files.map(({ path, sha256: read, rows }) => [path, read, rows]),
    [[one.file, sha256(one.file), 1]],
  );
});

test('deleted: what was found is rated', async (t) => {
  const one = await scene(t);
  const { files, leftOut } = await rateChanging(one, 'before it is read', () => rmSync(one.file));
  assert.deepEqual([files.length, leftOut], [FILES, []]);
  assert.deepEqual(await callKeys(one.connection), allCalls);
});

async function callKeys(connection: Database['connection']): Promise<unknown[]> {
  const keys = await connection.runAndReadAll(
    "SELECT softswitch || ' ' || flow_no FROM named_calls WHERE run_id <> 2 ORDER BY ALL",
  );
  return keys.getRows().flat();
}

async function violations(connection: Database['connection']) {
  return (await verifyDatabase(connection)).filter(({ violations: count }) => count > 0);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
