import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pruneCalls } from '../../../engine/prune.ts';
import { reratingSections, runSections } from '../../../engine/reports/run-page.ts';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { undoRerating } from '../../../engine/rerating/undo-rerating.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import { formatMoney, parseMoney } from '../../../rating/money.ts';
import { arrowFile, event } from '../events.ts';
import { mixedCalls } from '../mixed-calls.ts';
import { midnight, twoDays } from '../pruned.ts';
import { ratingTest } from '../rating.ts';
import { readNightPage } from './night-page.ts';
import { figuresOf, linesOf, pageOfRun, sectionOf, sumOf } from './page-of-run.ts';

test('on a simulated night every section adds up to the same figures', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'ratemill-night-page-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const page = await readNightPage(dir);
  const figures = figuresOf(page);
  const sum = (name: string, column: string) => sumOf(page, name, column);
  assert.equal(figures.rows_read, 4400);
  assert.ok(Number(figures.fee) > 1);
  assert.equal(sum('statuses', 'calls'), figures.rows_read);
  for (const name of [
    'statuses',
    'revenue_by_hour',
    'revenue_by_day',
    'revenue_by_destination',
    'revenue_by_account',
  ]) {
    assert.equal(sum(name, 'fee'), figures.fee, name);
  }
  assert.equal(sum('balances', 'charges'), figures.fee);
  for (const column of ['calls', 'hold_seconds', 'vendor_fee', 'margin']) {
    assert.equal(sum('revenue_by_day', column), sum('revenue_by_hour', column), column);
    assert.equal(sum('revenue_by_account', column), sum('revenue_by_hour', column), column);
  }
  assert.equal(sum('margin_by_vendor', 'vendor_fee'), sum('revenue_by_hour', 'vendor_fee'));
  assert.equal(sum('unrated_money', 'calls'), figures.unrated);
  assert.equal(sum('unrated_money', 'at_risk'), figures.at_risk);
  assert.equal(sum('files', 'rows'), figures.rows_read);
  assert.ok(Number(sum('overdraft', 'refused_calls')) > 0, 'somebody ran out of money');
  const notBilled = sectionOf(page, 'statuses').rows.filter(([status]) => String(status).startsWith('overdraft_'));
  assert.equal(
    Number(sum('overdraft', 'shortfall')).toFixed(6),
    notBilled.reduce((all, row) => all + Number(row[4]), 0).toFixed(6),
  );
});

test('the report of a run stays what it was when a later run rates its waiting calls', async (t) => {
  const { connection, rate, write, load, retry } = await ratingTest(t);
  await rate(
    write('a.arrow', arrowFile([event(1), event(2, { callee_e164: '33' }), event(3, { callee_e164: '44901' })])),
  );
  const before = await pageOfRun(connection, 1);
  assert.deepEqual(linesOf(before, 'unrated_money'), [
    'locked_prefix alice 1 1 60 0.0125 2026-03-02T12:00:05.000Z',
    'no_rate alice 1 1 60 0.0125 2026-03-02T12:00:05.000Z',
  ]);
  await load('rates', 'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,1,1\n');
  assert.equal((await retry()).runId, 2);
  const page = await pageOfRun(connection, 1);
  assert.deepEqual(linesOf(page, 'unrated_money'), [
    'locked_prefix alice 1 1 60 0.0125 2026-03-02T12:00:05.000Z',
    'no_rate alice 1 0 60 0.0125 2026-03-02T12:00:05.000Z',
  ]);
  assert.deepEqual(page.headline, before.headline);
  for (const { name } of runSections.filter((section) => section.name !== 'unrated_money')) {
    assert.deepEqual(sectionOf(page, name), sectionOf(before, name), name);
  }
  const retried = await pageOfRun(connection, 2);
  assert.match(retried.subtitle, /^Retry of calls that waited, started /);
  assert.deepEqual(linesOf(retried, 'revenue_by_destination'), ['France 1 60 60 0.03 0.00 0.03']);
  assert.equal(sectionOf(retried, 'files').empty, 'The run read no file: it retried calls that waited.');
});

test('of a re-rating and of its undo it tells what was changed, and for whom', async (t) => {
  const { connection, rate, write, rows } = await ratingTest(t);
  await rate(write('a.arrow', arrowFile(mixedCalls(500), { batchRows: 100 })));
  const whatIf: WhatIf = {
    window: { fromMs: null, untilMs: null },
    parameters: { SERVER_BILLING_FREE_TIME: 12, SERVER_BILLING_FEE_UNIT: '0.05' },
    deck: 'kept',
  };
  const { runId, calls, impact } = await rerate(connection, whatIf);
  assert.equal(runId, 2);
  const page = await pageOfRun(connection, 2);
  assert.match(page.subtitle, new RegExp(`^Re-rating: the ${calls} calls that came out otherwise, `));
  assert.equal(page.headline[0].label, 'Calls replaced');
  const changes = linesOf(page, 'rerated_changes');
  assert.deepEqual(
    changes.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['SERVER_BILLING_FREE_TIME 12', 'SERVER_BILLING_FEE_UNIT 0.05'],
  );
  const delta = formatMoney(impact.total.feeAfter - impact.total.feeBefore);
  assert.notEqual(delta, '0.00');
  assert.equal(sumOf(page, 'rerated_changes', 'delta'), delta);
  assert.equal(sumOf(page, 'rerated_accounts', 'delta'), delta);
  assert.deepEqual(
    sectionOf(page, 'rerated_accounts').rows.map(([account, , , , , change]) => `${account} ${change}`),
    (
      await rows('SELECT account, sum(delta) FROM adjustments GROUP BY account ORDER BY abs(sum(delta)) DESC, account')
    ).map(([account, change]) => `${account} ${formatMoney(parseMoney(String(change)) as bigint)}`),
  );
  await undoRerating(connection, 2);
  const undo = await pageOfRun(connection, 3);
  assert.match(undo.subtitle, /^Undo of a re-rating, started /);
  assert.deepEqual(
    undo.sections.map(({ name }) => name),
    ['rerated_changes', 'rerated_accounts'],
  );
  assert.deepEqual(figuresOf(undo), {
    calls_changed: Number(linesOf(undo, 'rerated_changes')[0].split(' ')[2]),
    delta: formatMoney(impact.total.feeBefore - impact.total.feeAfter),
  });
});

test('of a pruned run it tells how many calls are gone; the sums of the run stay', async (t) => {
  const { connection } = await twoDays(t);
  const before = await pageOfRun(connection, 1);
  assert.equal('pruned' in figuresOf(before), false);
  await pruneCalls(connection, midnight);
  const after = await pageOfRun(connection, 1);
  const { pruned, fee, rows_read } = figuresOf(after);
  assert.deepEqual([pruned, fee, rows_read], [7, figuresOf(before).fee, 22]);
  assert.equal(after.headline[0].name, 'pruned');
  for (const name of ['statuses', 'balances', 'warnings', 'files', 'parameters']) {
    assert.deepEqual(sectionOf(after, name), sectionOf(before, name), name);
  }
  assert.equal(linesOf(after, 'revenue_by_day').length, 1);
});

test('sections have names of their own that make a file, an id and a key; columns too', () => {
  const sections = [...reratingSections, ...runSections];
  const names = sections.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, columns } of sections) {
    assert.match(name, /^[a-z][a-z_0-9]*$/);
    assert.equal(new Set(columns.map((column) => column.name)).size, columns.length);
  }
});
