import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exitStatus } from '../../../engine/errors.ts';
import { arrowFile, event } from '../events.ts';
import { reference } from '../rating.ts';
import { folder } from '../reference/folder.ts';
import { ratemill } from './ratemill.ts';

/** A folder with reference data loaded and a file of events; `run` is the program in it. */
function billing(t: TestContext) {
  const { dir, write } = folder(t);
  mkdirSync(join(dir, 'events'));
  for (const kind of ['rates', 'accounts', 'gateways'] as const) {
    write(`${kind}.csv`, reference[kind]);
    assert.equal(ratemill(dir, ['load', kind, `${kind}.csv`]).status, 0);
  }
  write('events/a.arrow', arrowFile([event(1), event(2)]));
  write('notes.txt', 'not a database '.repeat(1000));
  return { dir, write, run: (...words: string[]) => ratemill(dir, words) };
}

/** Options that are allowed and warned of. */
const overlap = ['--set', 'SERVER_BILLING_NO_CDR_E164S=5123', '--set', 'SERVER_BILLING_FREE_E164S=5123'];

/** The objects of a log; a line that is none fails. */
function objects(log: string): Record<string, unknown>[] {
  assert.ok(log.endsWith('\n'));
  return log
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('--since leaves older files aside, and says how many', (t) => {
  const { dir, write, run } = billing(t);
  const old = new Date(Date.now() - 3 * 86_400_000);
  for (const name of ['b', 'c']) {
    utimesSync(write(`events/${name}.arrow`, arrowFile([event(name === 'b' ? 3 : 4)])), old, old);
  }
  const older = run('rate', join(dir, 'events', 'b.arrow'), '--since', '2d');
  assert.deepEqual([older.status, older.stderr], [0, '']);
  assert.equal(
    older.stdout,
    '1 older file was not looked at (--since)\n\nNothing was rated: there is no new file among what was named.\n',
  );
  const { status, stdout } = run('rate', '--since', '2d', '--json');
  const { olderFiles, files, leftOut } = JSON.parse(stdout);
  assert.deepEqual([status, olderFiles, files.length, leftOut], [0, 2, 1, []]);
  const atTheTime = run('rate', '--since', old.toISOString(), '--summary');
  assert.equal(
    atTheTime.stdout,
    'ratemill: run 2 done: 2 calls of 2 files, charged 0.02; 0 wait (0.00 at risk), 0 rejected, ' +
      '0 calls refused for want of money, 0 files left out\n',
  );
  const future = run('rate', '--since', '2999-01-01');
  assert.equal(future.status, exitStatus.usage);
  assert.match(future.stderr, /^ratemill: --since 2999-01-01 is yet to come \(now it is .*\): no file can be as new/);
});

test('exit statuses of the process are those documented', (t) => {
  const { write, run } = billing(t);
  assert.equal(run('rate').status, exitStatus.done);
  assert.equal(run('rate').status, exitStatus.done, 'nothing new');
  assert.equal(run('rate', '--db', 'notes.txt').status, exitStatus.failed);
  assert.equal(run('rate', '--sinc', '2d').status, exitStatus.usage);
  assert.equal(run('rate', '--set', 'SERVER_BILLING_FREE_TIME=x').status, exitStatus.usage);
  assert.equal(run('rate', 'missing.arrow').status, exitStatus.incomplete);
  write('events/b.arrow', arrowFile([event(3, { end_direction: 9 })]));
  assert.equal(run('rate').status, exitStatus.incomplete, 'a rejected row');
  write('events/c.arrow', arrowFile([event(4, { callee_e164: '33' }), event(5, { end_direction: 9 })]));
  assert.equal(run('rate', '--max-unrated', '0').status, exitStatus.unrated);
  write('empty.csv', 'account\nx\n');
  assert.equal(run('load', 'accounts', 'empty.csv').status, exitStatus.failed);
  assert.equal(run('load', 'accounts', 'empty.csv', 'accounts.csv').status, exitStatus.incomplete);
  assert.equal(run('retry').status, exitStatus.done);
  assert.equal(run('prune', '--before', '2999-01-01').status, exitStatus.usage);
  assert.equal(run('prune').status, exitStatus.usage);
  assert.equal(run('prune', '--before', '1d').status, exitStatus.done);
  assert.equal(run('prune', '--before', '1d', '--db', 'none.duckdb').status, exitStatus.failed);
});

test('--log json: nothing but objects on standard error, whatever files are called', (t) => {
  const { dir, run } = billing(t);
  const name = 'x\n{"level":"info"}\u009b31m.arrow';
  writeFileSync(join(dir, 'events', name), 'no Arrow');
  const { status, stdout, stderr } = run('rate', '--log', 'json', ...overlap);
  assert.equal(status, exitStatus.incomplete);
  assert.match(stdout, /^run 1: 2 calls of 1 file /m, 'the report is printed all the same');
  const entries = objects(stderr);
  assert.ok(entries.every(({ time, level, command, event: name }) => time && level && command === 'rate' && name));
  assert.deepEqual(
    entries.map(({ event: name, stage, run: of }) => [name, of, stage].filter(Boolean).join(' ')),
    [
      'begin',
      'warning',
      'stage retry survey',
      ...['find', 'survey', 'compile', 'rate', 'overdraft', 'ledger', 'check', 'record', 'commit'].map(
        (stage) => `stage rate ${stage}`,
      ),
      'leftOut',
      'summary',
    ],
  );
  const leftOut = entries.find(({ event: what }) => what === 'leftOut');
  assert.equal(leftOut?.path, join(dir, 'events', name));
  assert.deepEqual([entries.at(-1)?.runId, entries.at(-1)?.exitStatus, entries.at(-1)?.calls], [1, status, 2]);
});

test('--log: skipped and older files, retry and load', (t) => {
  const { write, run } = billing(t);
  const log = (...words: string[]) => objects(run(...words, '--log', 'json').stderr);
  const says = (entries: Record<string, unknown>[], event: string) =>
    entries.filter((entry) => entry.event === event).map(({ time, pid, seconds, ...rest }) => rest);
  run('rate');
  const [skipped] = says(log('rate'), 'skipped');
  assert.equal(skipped.sameAs, 'rated by run 1');
  assert.deepEqual(says(log('rate', '--since', '0m'), 'older'), [
    { level: 'info', command: 'rate', event: 'older', files: 1 },
  ]);
  assert.deepEqual(says(log('retry'), 'summary'), [
    {
      level: 'info',
      command: 'retry',
      event: 'summary',
      message: 'No call waits for a rate or an account.',
      exitStatus: 0,
      runId: null,
      waited: 0,
      moved: 0,
      waiting: 0,
      fee: '0.00',
    },
  ]);
  write('bad.csv', 'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\nx,X,owner,,0,0,allow,UTC\n');
  const loading = log('load', 'accounts', 'bad.csv');
  assert.deepEqual(says(loading, 'mistake'), [
    {
      level: 'error',
      command: 'load',
      event: 'mistake',
      path: 'bad.csv',
      message: 'bad.csv:2: kind "owner": expected client or vendor',
    },
  ]);
  assert.equal(says(loading, 'load')[0].outcome, 'refused');
});

test('--log: failures are entries, also of a command line that cannot be read', (t) => {
  const { run } = billing(t);
  const failure = (...words: string[]) => {
    const { status, stdout, stderr } = run(...words);
    const { event: what, level, message, exitStatus: said } = objects(stderr).at(-1) as Record<string, unknown>;
    assert.deepEqual([what, level, said, stdout], ['error', 'error', status, '']);
    return message;
  };
  assert.equal(
    failure('rate', '--sinc', '--log', 'json'),
    "unknown option '--sinc' (Did you mean --since?); see --help",
  );
  assert.match(String(failure('rate', '--db', 'notes.txt', '--log=json')), /^notes\.txt is not a DuckDB database/);
  assert.match(String(failure('rate', '--log', 'json', '--since', '2w')), /^--since 2w: expected/);
  assert.match(
    run('rate', '--log', 'text', '--since', '2w').stderr,
    /^\S+Z info {2}rate begin .*\n\S+Z error rate error /,
  );
});

test('--summary: a failure is a line, too', (t) => {
  const { run } = billing(t);
  const failed = run('rate', '--summary', '--set', 'A=1', '--set', 'B=2');
  assert.deepEqual([failed.status, failed.stdout], [exitStatus.usage, '']);
  assert.match(failed.stderr, /^ratemill: failed: the configuration has 2 mistakes.*; --set A: .*; --set B: [^\n]*\n$/);
  assert.match(run('rate', '--summary', '--sinc').stderr, /^ratemill: failed: unknown option [^\n]*; see --help\n$/);
  assert.match(
    run('rate', '--summary', '--json').stderr,
    /^ratemill: failed: --summary and --json cannot be had together: leave one out\n$/,
  );
});

test('without --log nothing but warnings is on standard error', (t) => {
  const { run } = billing(t);
  assert.equal(run('rate').stderr, '');
  assert.match(run('rate', ...overlap).stderr, /^warning: [^\n]*\n$/);
});
