import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { simulate, simulateDefaults } from '../../../engine/simulate.ts';
import { holdDatabase } from '../hold-database.ts';
import { ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-impact-'));
after(() => rmSync(dir, { recursive: true }));
assert.equal(ratemill(dir, ['init']).status, 0);
for (const kind of ['rates', 'accounts', 'gateways']) ratemill(dir, ['load', kind, `${kind}.csv`]);
simulate({ ...simulateDefaults, calls: 2000, deck: dir, out: join(dir, 'events') });
assert.equal(ratemill(dir, ['rate', 'events']).status, 0);

const FREE = ['--set', 'SERVER_BILLING_FREE_TIME=6', '--set', 'SERVER_BILLING_FEE_UNIT=0.001'];

test('impact as text and JSON, and as a page with files; nothing is saved', () => {
  const before = readFileSync(join(dir, 'ratemill.duckdb'));
  const text = ratemill(dir, ['impact', ...FREE]);
  assert.equal(text.status, 0);
  assert.match(
    text.stdout,
    /^Revenue impact\nSERVER_BILLING_FREE_TIME 0 → 6, SERVER_BILLING_FEE_UNIT 0\.0001 → 0\.001; calls begun at any time/,
  );
  const { headline, sections } = JSON.parse(ratemill(dir, ['impact', ...FREE, '--json']).stdout);
  assert.ok(Number(headline.fee_after) < Number(headline.fee_before));
  assert.deepEqual(
    sections.causes.rows.slice(0, 2).map(({ cause }: { cause: string }) => cause),
    ['SERVER_BILLING_FREE_TIME', 'SERVER_BILLING_FEE_UNIT'],
  );
  assert.equal(ratemill(dir, ['impact', ...FREE, '--format', 'html,csv', '--out', 'page']).status, 0);
  const names = readdirSync(join(dir, 'page'));
  assert.ok(['report.html', 'causes.csv', 'by_account.csv', 'by_status.csv'].every((name) => names.includes(name)));
  assert.match(readFileSync(join(dir, 'page', 'report.html'), 'utf8'), /<svg/);
  const sweep = ratemill(dir, ['impact', '--sweep', 'SERVER_BILLING_FREE_TIME=0..20/10']);
  assert.match(sweep.stdout, /^Sweep\nSERVER_BILLING_FREE_TIME 0 → 0 to 20;[\s\S]*\n +20 /);
  assert.deepEqual(readFileSync(join(dir, 'ratemill.duckdb')), before);
});

test('wrong words are told with what is allowed', () => {
  for (const [words, message] of [
    [['impact'], /nothing is changed: name a parameter with --set/],
    [['impact', '--set', 'SERVER_BILLING_FEE_PRECISION=2'], /the product spells it SERVER_BILLING_FEE_PRECISTION/],
    [['impact', ...FREE, '--from', '2026-03-02', '--until', '2026-03-01'], /the window would be empty/],
    [
      ['impact', '--sweep', 'SERVER_BILLING_FREE_TIME=0..3', '--sweep', 'SERVER_BILLING_FREE_TIME=0..3'],
      /is given twice/,
    ],
    [['impact', '--rates', 'a.csv', '--current-deck'], /cannot be used with/],
    [['rerate', '--undo', '2', '--commit'], /ask for one at a time/],
  ] as const) {
    const { status, stderr } = ratemill(dir, words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, message);
  }
  const none = ratemill(dir, ['impact', ...FREE, '--until', '2001-01-01']);
  assert.deepEqual([none.status, /no rated call begins before 2001-01-01/.test(none.stderr)], [1, true]);
});

test('rerate: asked, done, noted, done a second time, undone', () => {
  assert.match(ratemill(dir, ['rerate', ...FREE]).stdout, /^Revenue impact\n/);
  const done = ratemill(dir, ['rerate', ...FREE, '--commit', '--json']);
  assert.match(done.stderr, /^run 2: .* calls replaced; "ratemill rerate --undo 2" takes it back/);
  const { title, subtitle } = JSON.parse(done.stdout);
  assert.equal(title, 'Re-rating, run 2');
  assert.match(subtitle, /^SERVER_BILLING_FREE_TIME 0 → 6, /, 'as it was before');
  assert.match(ratemill(dir, ['verify']).stdout, /All invariants hold/);
  assert.equal(ratemill(dir, ['rerate', '--notes', '2', '--format', 'csv,json', '--out', 'notes']).status, 0);
  assert.match(readFileSync(join(dir, 'notes', 'notes.csv'), 'utf8'), /^note,kind,account,name,calls,amount\r\nCN-2-/);
  assert.match(
    ratemill(dir, ['rerate', ...FREE, '--commit']).stderr,
    /all calls are as they should be: nothing was changed/,
  );
  assert.match(ratemill(dir, ['rerate', '--undo', '2']).stdout, /^run 3: run 2 was undone, /);
  assert.match(ratemill(dir, ['rerate', '--undo', '2']).stderr, /run 2 was undone by run 3 already/);
  assert.match(ratemill(dir, ['verify']).stdout, /All invariants hold/);
});

test('rerate --wait: another process has the database for a moment', async (t) => {
  const database = join(dir, 'ratemill.duckdb');
  await holdDatabase(t, database, 3);
  const refused = ratemill(dir, ['rerate', ...FREE, '--commit']);
  assert.deepEqual([refused.status, /is in use by process/.test(refused.stderr)], [1, true], refused.stderr);
  const waited = ratemill(dir, ['rerate', ...FREE, '--commit', '--wait', '60']);
  assert.match(waited.stderr, /^run 4: .* calls replaced/);
  await holdDatabase(t, database, 1);
  assert.match(ratemill(dir, ['rerate', '--undo', '4', '--wait', '60']).stdout, /^run 5: run 4 was undone, /);
  await holdDatabase(t, database, 1);
  assert.equal(ratemill(dir, ['rerate', '--notes', '4', '--wait', '60']).status, 0);
});
