import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { explainStored } from '../../../engine/explain.ts';
import { notesPage } from '../../../engine/reports/notes-page.ts';
import { computeImpact } from '../../../engine/rerating/impact.ts';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { undoRerating } from '../../../engine/rerating/undo-rerating.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import type { BillingParameters } from '../../../rating/parameters.ts';
import { arrowFile, noon } from '../events.ts';
import { mixedCalls } from '../mixed-calls.ts';
import { assertVerified, type Rating, ratingTest, reference } from '../rating.ts';

const before: Partial<BillingParameters> = {
  SERVER_BILLING_FREE_E164S: '800*',
  SERVER_BILLING_FREE_TIME: 3,
};
const change: Partial<BillingParameters> = { SERVER_BILLING_FREE_TIME: 12, SERVER_BILLING_FEE_UNIT: '0.05' };
const whatIf = (parameters: Partial<BillingParameters>, more: Partial<WhatIf> = {}): WhatIf => {
  return { window: { fromMs: null, untilMs: null }, parameters, deck: 'kept', ...more };
};

/** Two runs, alice prepaid with money for some of her calls. */
async function rated(
  t: TestContext,
  parameters: Partial<BillingParameters>,
  money = 'retail,9,1,prevent',
): Promise<Rating> {
  const rating = await ratingTest(t, {
    ...reference,
    accounts: reference.accounts.replace('retail,100,0,allow', money),
  });
  await rating.rate(rating.write('a.arrow', arrowFile(mixedCalls(2000), { batchRows: 500 })), parameters);
  return rating;
}

/** So much that a longer look ahead refuses calls that were charged. */
const MONEY = 'retail,4,0,prevent';

/** All that is current of the calls, but for the run that rated them. */
function current({ rows }: Rating) {
  return rows(`
    SELECT * EXCLUDE (run_id) FROM rated_calls ORDER BY softswitch, flow_no`);
}
const waiting = ({ rows }: Rating) => rows('SELECT * EXCLUDE (run_id) FROM unrated_calls ORDER BY softswitch, flow_no');
const balances = ({ rows }: Rating) => rows('SELECT account, balance FROM account_balances ORDER BY account');

test('a re-rating leaves what rating under the changed parameters would have left, and all invariants hold', async (t) => {
  for (const one of [
    change,
    { SERVER_BILLING_FREE_TIME: 0 },
    { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 1, SERVER_BILLING_FREE_E164S: '49*', SERVER_BILLING_NO_CDR_E164S: '44*' },
    { SERVER_BILLING_HOLD_TIME_PRECISION: 1000, SERVER_BILLING_RECORD_SERVER_HANG_UP: 0 },
    { SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 15 },
  ]) {
    const rating = await rated(t, before, MONEY);
    const asked = await computeImpact(rating.connection, whatIf(one));
    const done = await rerate(rating.connection, whatIf(one));
    assert.equal(done.runId, 2);
    assert.deepEqual({ ...done.impact, elapsedMs: 0 }, { ...asked, elapsedMs: 0 }, 'what was told is what was done');
    const fresh = await rated(t, { ...before, ...one }, MONEY);
    assert.deepEqual(await current(rating), await current(fresh), JSON.stringify(one));
    assert.deepEqual(await waiting(rating), await waiting(fresh));
    assert.deepEqual(await balances(rating), await balances(fresh));
    await assertVerified(rating);
  }
});

test('a second time changes nothing; undone, all is as it was, and it can be done again', async (t) => {
  const rating = await rated(t, before);
  const [calls, queue, money] = [await current(rating), await waiting(rating), await balances(rating)];
  await rerate(rating.connection, whatIf(change));
  const after = await current(rating);
  assert.notDeepEqual(after, calls);
  assert.equal((await rerate(rating.connection, whatIf(change))).runId, undefined);
  const undone = await undoRerating(rating.connection, 2);
  assert.equal(undone.runId, 3);
  assert.deepEqual([await current(rating), await waiting(rating), await balances(rating)], [calls, queue, money]);
  await assertVerified(rating);
  await assert.rejects(undoRerating(rating.connection, 2), /run 2 was undone by run 3 already/);
  await assert.rejects(undoRerating(rating.connection, 1), /run 1 is no re-rating \(rate\)/);
  await assert.rejects(undoRerating(rating.connection, 9), /there is no run 9/);
  assert.equal((await rerate(rating.connection, whatIf(change))).runId, 4);
  assert.deepEqual(await current(rating), after);
  await assertVerified(rating);
});

test('re-ratings on top of each other are undone from the last one on', async (t) => {
  const rating = await rated(t, before, 'retail,9000,0,prevent');
  const calls = await current(rating);
  await rerate(rating.connection, whatIf(change));
  await rerate(rating.connection, whatIf({ SERVER_BILLING_FREE_TIME: 40 }));
  await assertVerified(rating);
  await assert.rejects(undoRerating(rating.connection, 2), /replaced again by run 3: undo those first/);
  await undoRerating(rating.connection, 3);
  await undoRerating(rating.connection, 2);
  assert.deepEqual(await current(rating), calls);
  await assertVerified(rating);
});

test('calls outside the window never change, and their money is not there to be spent', async (t) => {
  const rating = await rated(t, before);
  const window = { fromMs: null, untilMs: noon + 6 * 3_600_000 };
  const outside = `SELECT * FROM rated_calls WHERE epoch_ms(start_at) >= ${window.untilMs} ORDER BY softswitch, flow_no`;
  const stood = await rating.rows(outside);
  await rerate(rating.connection, whatIf({ SERVER_BILLING_FEE_UNIT: '0.5' }, { window }));
  assert.deepEqual(await rating.rows(outside), stood);
  const [[balance]] = await rating.rows("SELECT balance + credit_limit FROM account_balances WHERE account = 'alice'");
  assert.ok(Number(balance) >= 0, `alice is not below her limit: ${balance}`);
  await assertVerified(rating);
});

test('changed rates are loaded with the run, or not at all; an undo does not take the deck back', async (t) => {
  const rating = await rated(t, before, 'retail,9000,0,allow');
  const dearer = reference.rates.replace('retail,49,Germany,0.0125', 'retail,49,Germany,0.05');
  const deck = { files: [rating.write('dearer.csv', dearer)] };
  const asked = await computeImpact(rating.connection, whatIf({}, { deck }));
  assert.ok(asked.total.feeAfter > asked.total.feeBefore);
  assert.deepEqual(
    asked.steps.map(({ cause }) => cause),
    ['rates'],
  );
  const loads = await rating.rows('SELECT count(*) FROM loads');
  const done = await rerate(rating.connection, whatIf({}, { deck }));
  assert.equal(done.impact.total.feeAfter, asked.total.feeAfter);
  assert.equal(Number((await rating.rows('SELECT count(*) FROM loads'))[0][0]), Number(loads[0][0]) + 1);
  await assertVerified(rating);
  const broken = { files: [rating.write('broken.csv', 'rate_group,prefix\nretail,x\n')] };
  await assert.rejects(
    rerate(rating.connection, whatIf({}, { deck: broken })),
    /broken.csv was not loaded: it has mistakes/,
  );
  await assert.rejects(computeImpact(rating.connection, whatIf({}, { deck: broken })), /broken.csv was not used/);
});

test('adjustments have a row a call and cause, the ledger their sum, notes an account, and explain agrees', async (t) => {
  const rating = await rated(t, before, 'retail,9000,0,allow');
  await rerate(rating.connection, whatIf(change));
  const wrong = await rating.rows(`
    WITH changed AS (
      SELECT softswitch, flow_no, n.fee - o.fee AS delta FROM superseded_calls o JOIN rated_calls n USING (softswitch, flow_no)
      WHERE o.superseded_by = 2
    ), adjusted AS (SELECT softswitch, flow_no, sum(delta) AS delta FROM adjustments WHERE run_id = 2 GROUP BY ALL)
    SELECT * FROM changed FULL JOIN adjusted USING (softswitch, flow_no)
    WHERE coalesce(changed.delta, 0) <> coalesce(adjusted.delta, 0)`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(await rating.rows('SELECT DISTINCT cause FROM adjustments ORDER BY 1'), [
    ['SERVER_BILLING_FEE_UNIT'],
    ['SERVER_BILLING_FREE_TIME'],
  ]);
  const [[delta]] = await rating.rows("SELECT sum(delta) FROM adjustments WHERE account = 'alice'");
  const [[booked]] = await rating.rows("SELECT -sum(amount) FROM ledger WHERE kind = 'adjustment'");
  assert.equal(booked, delta);
  const page = await notesPage(rating.connection, 2, 'test.duckdb');
  const [notes] = page.sections;
  assert.ok(notes.kind === 'table');
  assert.deepEqual(
    notes.rows.map(([note, kind]) => [note, kind]),
    [['DN-2-alice', 'debit']],
  );
  await assert.rejects(notesPage(rating.connection, 1, 'test.duckdb'), /run 1 adjusted no fee/);
  const found = await rating.rows(
    'SELECT softswitch, flow_no FROM rated_calls WHERE run_id = 2 ORDER BY flow_no LIMIT 20',
  );
  for (const [softswitch, flowNo] of found) {
    const explained = await explainStored(rating.connection, BigInt(flowNo as string), softswitch as string);
    assert.deepEqual(explained.differences, [], `${flowNo}`);
  }
});

test('a failure in the middle leaves nothing', async (t) => {
  const rating = await rated(t, before);
  const calls = await current(rating);
  await rating.connection.run('ALTER TABLE fee_adjustments ADD COLUMN in_the_way INTEGER');
  await assert.rejects(rerate(rating.connection, whatIf(change)));
  assert.deepEqual(await current(rating), calls);
  assert.deepEqual(await rating.rows('SELECT count(*) FROM superseded'), [['0']]);
});
