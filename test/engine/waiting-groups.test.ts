import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { explainStored } from '../../engine/explain.ts';
import { rerate } from '../../engine/rerating/rerate.ts';
import { undoRerating } from '../../engine/rerating/undo-rerating.ts';
import type { WhatIf } from '../../engine/rerating/what-if.ts';
import type { BillingParameters } from '../../rating/parameters.ts';
import { arrowFile, event } from './events.ts';
import { assertVerified, type Rating, ratingTest } from './rating.ts';

const before = { SERVER_BILLING_FREE_TIME: 3, SERVER_BILLING_HOLD_TIME_PRECISION: 1000 };
/** Two digits less of each number: no rate is there for what is left of them. */
const change = { SERVER_BILLING_FREE_TIME: 20, SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2 };
const header = 'rate_group,prefix,destination,rate,first_increment,next_increment,locked\n';
const missing = `${header}retail,30,Thirty,0.6,1,1,\nretail,31,Locked,0.6,1,1,yes\n`;
const calls = [event(1, { callee_e164: '4930' }), event(2, { callee_e164: '4931' }), event(3, { callee_e164: '4932' })];

const whatIf = (parameters: Partial<BillingParameters>, more: Partial<WhatIf> = {}): WhatIf => {
  return { window: { fromMs: null, untilMs: null }, parameters, deck: 'kept', ...more };
};
const rated = async (t: TestContext, parameters: Partial<BillingParameters>) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile(calls)), parameters);
  return rating;
};
const waiting = async ({ rows }: Rating) =>
  (await rows('SELECT flow_no, reason, run_id FROM unrated_calls ORDER BY flow_no')).map((row) => row.join(' '));
const charged = ({ rows }: Rating) =>
  rows('SELECT * EXCLUDE (run_id) FROM rated_calls WHERE fee > 0 ORDER BY softswitch, flow_no');

test('calls that a re-rating made wait are rated under the parameters of then and its change, whatever is set now', async (t) => {
  const rating = await rated(t, before);
  await rerate(rating.connection, whatIf(change));
  assert.deepEqual(await waiting(rating), ['1 no_rate 2', '2 no_rate 2', '3 no_rate 2']);
  assert.equal((await rating.retry()).runId, undefined, 'the deck still has no rate for them');

  await rating.load('rates', missing);
  const retried = await rating.retry({ SERVER_BILLING_FREE_TIME: 7 });
  assert.deepEqual([retried.runId, retried.moved], [3, 2]);
  assert.deepEqual(await waiting(rating), ['2 locked_prefix 3', '3 no_rate 2']);
  await rating.load('rates', missing.replace('yes', 'no'), true);
  await rating.rate(rating.write('b.arrow', arrowFile([event(9)])));
  assert.deepEqual(await waiting(rating), ['3 no_rate 2'], 'a run over files looks at them as well');

  const fresh = await rated(t, { ...before, ...change });
  await fresh.load('rates', missing.replace('yes', 'no'));
  await fresh.retry({ ...before, ...change });
  const both = await charged(fresh);
  assert.equal(both.length, 2);
  assert.deepEqual((await charged(rating)).slice(0, 2), both);
  for (const flowNo of [1n, 2n]) {
    const explained = await explainStored(rating.connection, flowNo, 'ss1');
    assert.deepEqual(explained.differences, []);
  }
  await assert.rejects(
    undoRerating(rating.connection, 2),
    /rated by run 3, a retry, which stays; re-rate with the former/,
  );
  await assertVerified(rating);
});

test('calls that wait again after an undo are looked at, though deck and parameters are those of the last run', async (t) => {
  const rating = await rated(t, { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2 });
  await rating.load('rates', missing.replace('yes', 'no'));
  await rerate(rating.connection, whatIf({}, { deck: 'current' }));
  assert.deepEqual(await waiting(rating), ['3 no_rate 1']);
  const settings = { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2 };
  await rating.rate(rating.write('b.arrow', arrowFile([event(9, { callee_e164: '4930' })])), settings);
  await undoRerating(rating.connection, 2);
  assert.deepEqual(await waiting(rating), ['1 no_rate 1', '2 no_rate 1', '3 no_rate 1']);
  assert.equal((await rating.retry(settings)).moved, 2);
  assert.deepEqual(await waiting(rating), ['3 no_rate 1']);
  await assertVerified(rating);
});

test('calls re-rated with rates as they stand wait for a retry that takes them so', async (t) => {
  const rating = await rated(t, before);
  await rerate(rating.connection, whatIf(change, { quantiseRates: false }));
  await rating.load('rates', missing);
  assert.equal((await rating.retry()).runId, undefined);
  assert.deepEqual(await waiting(rating), ['1 no_rate 2', '2 no_rate 2', '3 no_rate 2']);
});
