import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweep } from '../../../engine/parameters/sweep-axis.ts';
import { impactPage } from '../../../engine/reports/impact-page.ts';
import { changesText, statedChanges } from '../../../engine/reports/stated-changes.ts';
import { computeImpact } from '../../../engine/rerating/impact.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import { arrowFile, event } from '../events.ts';
import { ratingTest } from '../rating.ts';

const free = 'SERVER_BILLING_FREE_TIME';
const whatIf = (more: Partial<WhatIf>): WhatIf => {
  return { window: { fromMs: null, untilMs: null }, parameters: {}, deck: 'kept', ...more };
};

test('a change is told from the values that calls were rated under, those of scopes apart', async (t) => {
  const rating = await ratingTest(t);
  const stated = async (change: Partial<WhatIf>, ranges: string[] = []) =>
    changesText(await statedChanges(rating.connection, whatIf(change), ranges.map(parseSweep)));
  const six = { parameters: { [free]: 6 } };
  const rate = (nth: number, seconds: number, scoped = false) => {
    const scopes = [{ kind: 'account', name: 'alice', values: { [free]: 99 }, source: 'account alice' }] as const;
    const file = rating.write(`${nth}.arrow`, arrowFile([event(nth)]));
    return rating.rate(file, { [free]: seconds }, false, scoped ? scopes : []);
  };
  await rate(1, 10, true);
  assert.equal(await stated(six), `${free} 6, where no scope sets it`);
  await rate(2, 9);
  assert.equal(await stated(six), `${free} 9 → 6`);
  await rate(3, 10);
  assert.equal(await stated(six), `${free} 9 and 10 → 6`);
  await rate(4, 2);
  await rate(5, 1);
  assert.equal(await stated(six), `${free} 1, 2 and 2 more → 6`);
  assert.equal(await stated({}, [`${free}=0..9/3`]), `${free} 1, 2 and 2 more → 0 to 9`);
  assert.equal(
    await stated({ parameters: { SERVER_BILLING_FREE_E164S: '80*' }, quantiseRates: false, deck: 'current' }),
    'SERVER_BILLING_FREE_E164S (empty) → 80*, quantiseRates true → false, rates as loaded',
  );
});

test('labels of the waterfall have the change where it fits', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile([event(1)])));
  const change = whatIf({ parameters: { [free]: 6, SERVER_BILLING_FREE_E164S: '800123,800456,800789*' } });
  const changes = await statedChanges(rating.connection, change);
  const impact = await computeImpact(rating.connection, change);
  const page = impactPage(impact, { database: 'test.duckdb', whatIf: change, changes, remarks: [] });
  const [causes] = page.sections;
  assert.ok(causes.kind === 'table' && causes.charts?.[0].kind === 'waterfall');
  assert.deepEqual(
    causes.charts[0].steps.map(({ label }) => label),
    ['FREE_E164S', 'FREE_TIME 0 → 6'],
  );
});
