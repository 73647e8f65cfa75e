import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { simulate, simulateDefaults } from '../../../engine/simulate.ts';
import { ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-report-'));
after(() => rmSync(dir, { recursive: true }));
(await openDatabase(join(dir, 'empty.duckdb'))).close();
assert.equal(ratemill(dir, ['init']).status, 0);
for (const kind of ['rates', 'accounts', 'gateways']) ratemill(dir, ['load', kind, `${kind}.csv`]);
simulate({ ...simulateDefaults, calls: 2000, deck: dir, out: join(dir, 'events') });
assert.equal(ratemill(dir, ['rate', 'events']).status, 0);

const run = (...words: string[]) => ratemill(dir, ['report', ...words]);

test('the last run as text, by default, and nothing else on either stream', () => {
  const { status, stdout, stderr } = run();
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(
    stdout,
    /^Run 1 of ratemill\.duckdb\nRating of 3 files, started 20.* UTC, .* s, ratemill .*\n\nCalls read +2,000\n/,
  );
  assert.equal(run('1', '--format', 'text').stdout, stdout);
});

test('--json, or --format json, is the same with all rows', () => {
  const { status, stdout } = run('--json');
  assert.equal(status, 0);
  const { title, headline, sections } = JSON.parse(stdout);
  assert.equal(title, 'Run 1 of ratemill.duckdb');
  assert.equal(headline.rows_read, 2000);
  assert.equal(sections.statuses.total.calls, 2000);
  assert.equal(typeof headline.fee, 'string');
  assert.equal(run('--format', 'json').stdout, stdout);
});

test('HTML and CSV go to files of a folder named after the run, or of --out', () => {
  const { status, stdout, stderr } = run('--format', 'html,csv');
  assert.deepEqual([status, stdout], [0, '']);
  assert.match(stderr, /^wrote report-run-1\/report\.html: [\d,]+ bytes\n/);
  const names = readdirSync(join(dir, 'report-run-1'));
  assert.equal(names.length, 20);
  for (const name of ['report.html', 'revenue_by_destination.csv', 'damaged_rates.csv'])
    assert.ok(names.includes(name));
  assert.match(
    readFileSync(join(dir, 'report-run-1', 'statuses.csv'), 'utf8'),
    /^status,calls,hold_seconds,fee,fee_not_billed\r\n/,
  );
  const beside = run('--format', 'html,text,json', '--out', 'deep/er', '--json');
  assert.equal(beside.status, 0);
  const files = ['report.html', 'report.txt', 'report.json'].map((name) => join('deep/er', name));
  assert.deepEqual(JSON.parse(beside.stdout), { dir: 'deep/er', files });
  assert.equal(readFileSync(join(dir, 'deep/er/report.txt'), 'utf8'), run().stdout);
  assert.equal(readFileSync(join(dir, 'deep/er/report.json'), 'utf8'), run('--json').stdout);
});

test('what cannot be done is told, with what to do', () => {
  for (const [words, status, message] of [
    [['7'], 1, /there is no run 7 in ratemill\.duckdb: "ratemill runs" lists those it has/],
    [['--db', 'empty.duckdb'], 1, /there is no run in empty\.duckdb yet: rate call events with "ratemill rate"/],
    [['--db', 'none.duckdb'], 1, /there is no database none\.duckdb/],
    [['x'], 2, /x is not a whole number from 1 to 2147483647/],
    [['--format', 'html,pdf'], 2, /pdf is no format: choose of html, csv, json, text/],
    [['--format', 'text,json'], 2, /text and JSON cannot share standard output/],
    [['--format', 'html', '--out', 'rates.csv/x'], 1, /the folder rates\.csv\/x cannot be made/],
  ] as const) {
    const refused = run(...words);
    assert.deepEqual([refused.status, refused.stdout], [status, ''], words.join(' '));
    assert.match(refused.stderr, message);
  }
});
