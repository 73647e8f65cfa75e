import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweep } from '../../../engine/parameters/sweep-axis.ts';
import { preventingAccounts } from '../../../engine/reports/impact-remarks.ts';
import { statedChanges } from '../../../engine/reports/stated-changes.ts';
import { sweepPage } from '../../../engine/reports/sweep-page.ts';
import { computeImpact } from '../../../engine/rerating/impact.ts';
import { computeSweep } from '../../../engine/rerating/sweep.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import { arrowFile } from '../events.ts';
import { mixedCalls } from '../mixed-calls.ts';
import { ratingTest, reference } from '../rating.ts';

const nothing: WhatIf = { window: { fromMs: null, untilMs: null }, parameters: {}, deck: 'kept' };

test('every point of a sweep is the impact of its values', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile(mixedCalls(2000), { batchRows: 500 })), {
    SERVER_BILLING_FREE_TIME: 7,
  });
  const axes = ['SERVER_BILLING_FREE_TIME=0..30/10', 'SERVER_BILLING_FEE_UNIT=0.01..0.05/0.02'].map(parseSweep);
  const sweep = await computeSweep(rating.connection, nothing, axes);
  assert.equal(sweep.points.length, 12);
  for (const { values, fee, vendorFee, charged } of sweep.points) {
    const [free, unit] = values;
    const parameters = { SERVER_BILLING_FREE_TIME: Number(free), SERVER_BILLING_FEE_UNIT: String(unit) };
    const { total } = await computeImpact(rating.connection, { ...nothing, parameters });
    assert.deepEqual(
      [fee, vendorFee, charged],
      [total.feeAfter, total.vendorAfter, total.chargedAfter],
      String(values),
    );
    assert.equal(sweep.before.fee, total.feeBefore);
  }
  const changes = await statedChanges(rating.connection, nothing, axes);
  const subject = { database: 'test.duckdb', whatIf: nothing, changes, preventing: 0 };
  const page = sweepPage(sweep, axes, subject);
  assert.match(
    page.subtitle,
    /^SERVER_BILLING_FREE_TIME 7 → 0 to 30, SERVER_BILLING_FEE_UNIT 0.0001 → 0.01 to 0.05; calls/,
  );
  const [points] = page.sections;
  assert.ok(points.kind === 'table');
  assert.equal(points.rows.length, 12);
  assert.deepEqual(
    points.charts?.map(({ kind }) => kind),
    ['heat-map', 'heat-map', 'heat-map'],
  );
  const one = sweepPage({ ...sweep, points: sweep.points.slice(0, 4) }, axes.slice(0, 1), subject);
  assert.ok(one.sections[0].kind === 'table');
  assert.deepEqual(
    one.sections[0].charts?.map(({ kind }) => kind),
    ['lines', 'lines', 'lines'],
  );
});

test('figures of a sweep say that overdraft prevention comes after them, where an account has it and fees change', async (t) => {
  const rating = await ratingTest(t, {
    ...reference,
    accounts: reference.accounts.replace('retail,100,0,allow', 'retail,100,0,prevent'),
  });
  await rating.rate(rating.write('a.arrow', arrowFile(mixedCalls(500))));
  const notesOf = async (range: string, window = nothing.window) => {
    const axes = [parseSweep(range)];
    const sweep = await computeSweep(rating.connection, { ...nothing, window }, axes);
    const preventing = await preventingAccounts(rating.connection, window);
    const page = sweepPage(sweep, axes, { database: 'test.duckdb', whatIf: nothing, changes: [], preventing });
    return page.headline.slice(2).map(({ note }) => note);
  };
  const said = 'before overdraft prevention, which an account has';
  assert.deepEqual(await notesOf('SERVER_BILLING_FREE_TIME=0..9/9'), [said, said, `FREE_TIME 0; ${said}`]);
  assert.deepEqual(await notesOf('SERVER_BILLING_FREE_TIME=0..0'), [undefined, undefined, 'FREE_TIME 0']);
  await rating.connection.run("UPDATE accounts SET overdraft = 'allow'");
  assert.deepEqual(await notesOf('SERVER_BILLING_FREE_TIME=0..9/9'), [undefined, undefined, 'FREE_TIME 0']);
});

test('ranges of a sweep are read, or refused with what is allowed', () => {
  assert.deepEqual(parseSweep('SERVER_BILLING_FREE_TIME=0..6/3').values, [0, 3, 6]);
  assert.deepEqual(parseSweep('SERVER_BILLING_FREE_TIME=1..3').values, [1, 2, 3]);
  assert.deepEqual(parseSweep('SERVER_BILLING_FEE_UNIT=0.005..0.02/0.005').values, ['0.005', '0.01', '0.015', '0.02']);
  for (const [text, message] of [
    ['SERVER_BILLING_FREE_TIME', /expected NAME=a\.\.b\/step/],
    ['SERVER_BILLING_FREE_TIM=0..3', /did you mean SERVER_BILLING_FREE_TIME\?/],
    ['SERVER_BILLING_FREE_TIME=9..3', /3 is below 9/],
    ['SERVER_BILLING_FREE_TIME=0..3/0', /must be above 0/],
    ['SERVER_BILLING_FREE_TIME=0..86400', /take a larger step/],
    ['SERVER_BILLING_FREE_TIME=0..x', /x is no number/],
    ['SERVER_BILLING_FEE_PRECISTION=0..9', /5 is not allowed; allowed: a whole number from 0 to 4/],
    ['SERVER_BILLING_FREE_E164S=0..3', /has no steps/],
  ] as const) {
    assert.throws(() => parseSweep(text), message, text);
  }
});
