import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from '../reference/folder.ts';
import { ratemill, wordsOf } from './ratemill.ts';

const small = ['--calls', '5000', '--prefixes', '1000'];

test('makes, rates and reports a day; what it says to try next works; it is made anew', (t) => {
  const { dir } = folder(t);
  const first = ratemill(dir, ['demo', 'day', ...small]);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /^simulated 5,000 calls in 3 files/);
  assert.match(first.stdout, /^run 1: 5,000 calls of 3 files in /m);
  assert.match(first.stdout, /^ {2}database +day\/ratemill\.duckdb \(/m);
  assert.match(first.stdout, /^throughput: [\d,]+ calls a second, from file to database, on \d+ cores?$/m);
  assert.match(first.stderr, /^simulating .*\nloading .*\nrating .*\n$/);

  const next = first.stdout.split('\n').filter((line) => line.startsWith('  ratemill '));
  assert.ok(next.length >= 5, first.stdout);
  for (const line of next) {
    const { status, stdout, stderr } = ratemill(dir, wordsOf(line));
    assert.equal(status, 0, `${line}: ${stderr}`);
    if (line.includes(' rate ')) assert.match(stdout, /^skipped: /);
  }

  const own = join(dir, 'day/events/mine.txt');
  writeFileSync(own, 'mine');
  writeFileSync(join(dir, 'day/ratemill.json'), '{}');
  const again = ratemill(dir, ['demo', 'day', ...small, '--json']);
  assert.equal(again.status, 0, again.stderr);
  const { run, next: commands } = JSON.parse(again.stdout);
  assert.equal(run.runId, 1);
  assert.equal(run.calls.read, 5000);
  assert.equal(commands.length, next.length);
  assert.equal(readFileSync(own, 'utf8'), 'mine');
  assert.match(readFileSync(join(dir, 'day/ratemill.json'), 'utf8'), /"SERVER_BILLING_FEE_PRECISTION": 4/);
});

test('a folder of somebody else is refused and left as it is', (t) => {
  const { dir, write } = folder(t);
  write('ratemill.json', '{"notes": "mine"}');
  const { status, stdout, stderr } = ratemill(dir, ['demo', '.', ...small]);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.equal(
    stderr,
    'ratemill: . is there already and was not made by the demo; nothing was changed\n' +
      '  Name another folder (ratemill demo DIR), or remove this one.\n',
  );
  assert.deepEqual(readdirSync(dir), ['ratemill.json']);
});

test('an empty folder is taken; under npm the commands go through npm', (t) => {
  const { dir } = folder(t);
  const made = ratemill(dir, ['demo', '.', '--calls', '1000', '--prefixes', '100'], {
    env: { npm_lifecycle_event: 'start' },
  });
  assert.equal(made.status, 0, made.stderr);
  assert.ok(existsSync(join(dir, 'ratemill.duckdb')));
  assert.match(made.stdout, /^ {2}npm run --silent ratemill -- rate events --db ratemill\.duckdb$/m);
  // Without its marker the folder is the operator's.
  rmSync(join(dir, 'made-by-ratemill-demo.txt'));
  assert.equal(ratemill(dir, ['demo', '.']).status, 1);
});
