import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { arrowFile, event } from '../events.ts';
import { reference } from '../rating.ts';
import { folder } from '../reference/folder.ts';
import { ratemill } from './ratemill.ts';

test('retry as a command: nothing waits, nothing can be rated, something is, and then nothing more', (t) => {
  const { dir, write } = folder(t);
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = ratemill(dir, words);
    assert.deepEqual([status, stderr], [0, ''], words.join(' '));
    return stdout;
  };
  for (const kind of ['rates', 'accounts', 'gateways'] as const) {
    write(`${kind}.csv`, reference[kind]);
    run('load', kind, `${kind}.csv`);
  }
  assert.equal(run('retry'), 'No call waits for a rate or an account.\n');
  write(
    'a.arrow',
    arrowFile([event(1, { callee_e164: '331', callee_gateway: 'out-1' }), event(2, { account: 'bob' })]),
  );
  run('rate', 'a.arrow');
  assert.equal(run('retry'), 'retry: of 2 waiting calls none can be rated yet: see unrated_calls\n');
  write('more.csv', 'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,60,60\n');
  run('load', 'rates', 'more.csv');
  assert.equal(
    run('retry'),
    `retry, run 2: of 2 waiting calls 1 came out otherwise, charged 0.03; 1 waits now

status   recorded in  calls  minutes   fee  not billed
charged  rated_calls      1        1  0.03
all                       1        1  0.03

warning: 1 calls: no vendor rate for the number: no vendor fee
`,
  );
  const again = JSON.parse(run('retry', '--json'));
  assert.deepEqual([again.runId, again.waited, again.moved, again.waiting], [null, 1, 0, 1]);
});

test('a database that is not there is not made', (t) => {
  const { dir } = folder(t);
  const { status, stderr } = ratemill(dir, ['retry', '--db', 'typo.duckdb']);
  assert.equal(status, 1);
  assert.match(stderr, /^ratemill: there is no database typo\.duckdb/);
  assert.ok(!existsSync(join(dir, 'typo.duckdb')));
});
