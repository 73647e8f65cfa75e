import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { initFolder } from '../../../engine/commands/init.ts';
import { loadFiles } from '../../../engine/commands/load.ts';
import { rateFiles } from '../../../engine/commands/rate.ts';
import { listRuns } from '../../../engine/commands/runs.ts';
import { openDatabase } from '../../../engine/database.ts';
import type { RunRecord, RunSummary } from '../../../engine/reports/run-history.ts';
import type { RunReport } from '../../../engine/reports/run-report.ts';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { undoRerating } from '../../../engine/rerating/undo-rerating.ts';
import { simulate, simulateDefaults } from '../../../engine/simulate.ts';
import { ratemill } from './ratemill.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'ratemill-runs-')));
after(() => rmSync(dir, { recursive: true }));
const options = { db: join(dir, 'ratemill.duckdb'), set: [], json: true };

initFolder(dir);
await loadFiles('rates', [join(dir, 'rates.csv')], options);
await loadFiles('accounts', [join(dir, 'accounts.csv')], options);
const DAY_MS = 86_400_000;
const rated: RunReport[] = [];
for (const [day, set] of [[], ['SERVER_BILLING_FEE_UNIT=0.001']].entries()) {
  const out = join(dir, `events-${day}`);
  simulate({ ...simulateDefaults, calls: 1500, startMs: simulateDefaults.startMs + day * DAY_MS, deck: dir, out });
  rated.push((await rateFiles([out], { ...options, set })).result as RunReport);
}
const [first, second] = rated;

test('the history has a line a run', async () => {
  const outcome = await listRuns(undefined, options);
  const { runs } = outcome.result as { runs: RunSummary[] };
  assert.deepEqual(
    runs.map(({ runId, kind, files, read, stored, charged, rejected }) => ({
      runId,
      kind,
      files,
      read,
      stored,
      charged,
      rejected,
    })),
    [first, second].map(({ runId, files, calls: { read, stored, charged, rejected } }) => ({
      runId,
      kind: 'rate',
      files: files.length,
      read,
      stored,
      charged,
      rejected,
    })),
  );
  assert.deepEqual(
    runs.map(({ fee }) => Number(fee)),
    [Number(first.fee), Number(second.fee)],
  );
  const lines = outcome.text().split('\n');
  assert.match(lines[0], /^run {2}kind {2}started \(UTC\) +seconds +files +read +stored +charged .* fee +vendor fee$/);
  assert.match(lines[2], /^ {2}2 {2}rate {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+\.\d +3 +1,500 /);
  assert.equal(lines.length, 4);
});

test('one run shows parameters with their sources, files, counts and warnings', async () => {
  const outcome = await listRuns(2, options);
  const record = outcome.result as RunRecord;
  const parameter = (wanted: string) => record.parameters.find(({ name }) => name === wanted);
  assert.equal(parameter('SERVER_BILLING_FEE_UNIT')?.source, '--set');
  assert.equal(parameter('SERVER_BILLING_FEE_PRECISTION')?.source, join(dir, 'ratemill.json'));
  assert.equal(parameter('SERVER_BILLING_HOLD_TIME_PRECISION')?.source, 'default');
  assert.equal(
    record.counts.reduce((sum, { calls }) => sum + calls, 0),
    1500,
  );
  assert.deepEqual(
    record.counts.map(({ status, calls }) => [status, calls]),
    second.statuses.map(({ status, calls }) => [status, calls]),
  );
  assert.deepEqual(
    record.inputs.map(({ path, sha256, rows }) => [path, sha256, rows]),
    second.files.map(({ path, sha256, rows }) => [path, sha256, rows]),
  );
  assert.deepEqual(record.warnings, second.warnings);
  const text = outcome.text();
  assert.match(text, /^run 2 \(rate\), .* the reference data up to load 2\n1,500 calls read, /);
  assert.match(text, /^SERVER_BILLING_FEE_UNIT +0\.001 +--set$/m);
  assert.match(text, /^warning: \d+ calls: the routing gateway is not loaded/m);
  assert.match(text, /events-ss1-01\.arrow +\d+ +[\d,]+ +[0-9a-f]{64}$/m);
});

test('a re-rating and its undo show what was changed of which calls, and what that came to', async () => {
  const again = join(dir, 'again.duckdb');
  copyFileSync(options.db, again);
  const { connection, close } = await openDatabase(again);
  const parameters = { SERVER_BILLING_FREE_E164S: '', SERVER_BILLING_FREE_TIME: 20 };
  const window = { fromMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2030, 0, 1) };
  await rerate(connection, { window, parameters, deck: 'kept' });
  await undoRerating(connection, 3);
  close();
  const [rerated, undone] = [3, 4].map((run) => listRuns(run, { ...options, db: again }));
  const { rerating } = (await rerated).result as RunRecord;
  assert.deepEqual(
    rerating?.changes.map(({ cause, value }) => [cause, value]),
    [
      ['SERVER_BILLING_FREE_E164S', ''],
      ['SERVER_BILLING_FREE_TIME', '20'],
      ['overdraft prevention', null],
    ],
  );
  const [, freeTime] = rerating.changes;
  assert.ok(freeTime.calls > 0 && Number(freeTime.delta) < 0);
  const text = (await rerated).text();
  assert.match(
    text,
    /^calls begun from 2026-01-01 00:00:00 UTC and before 2030-01-01 00:00:00 UTC\nundone by run 4\n/m,
  );
  assert.match(text, /^SERVER_BILLING_FREE_E164S +\(none\) +0 +0\.00$/m);
  assert.match(text, /^SERVER_BILLING_FREE_TIME +20 +[\d,]+ +-\d+\.\d+$/m);
  assert.doesNotMatch(text, /sha256/);
  const [back] = ((await undone).result as RunRecord).rerating?.changes ?? [];
  const all = rerating.changes.reduce((sum, { delta }) => sum + Number(delta), 0);
  assert.deepEqual([back.cause, back.value, Number(back.delta).toFixed(6)], ['undo', '3', (-all).toFixed(6)]);
  assert.match(
    (await undone).text(),
    /charge [\d.]+\n\nchange {2}to +calls +change of fees\nundo +3 +[\d,]+ +[\d.]+\n$/,
  );
});

test('as a process: JSON, and statuses of what is not there', () => {
  const listed = ratemill(dir, ['runs', '1', '--json']);
  assert.equal(listed.status, 0);
  assert.equal(JSON.parse(listed.stdout).runId, 1);
  const none = ratemill(dir, ['runs', '9']);
  assert.deepEqual(
    [none.status, none.stdout, none.stderr],
    [1, '', 'ratemill: there is no run 9 in ratemill.duckdb: "ratemill runs" lists those it has\n'],
  );
  assert.equal(ratemill(dir, ['runs', 'last']).status, 2);
  const empty = join(dir, 'empty.duckdb');
  writeFileSync(
    join(dir, 'deck.csv'),
    'rate_group,prefix,destination,rate,first_increment,next_increment\nA,1,US,1,1,1\n',
  );
  assert.equal(ratemill(dir, ['load', 'rates', 'deck.csv', '--db', empty]).status, 0);
  assert.equal(ratemill(dir, ['runs', '--db', empty]).stdout, 'no runs yet: rate call events with "ratemill rate"\n');
});
