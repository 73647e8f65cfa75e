import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { computeImpact, type Impact } from '../../../engine/rerating/impact.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import type { BillingParameters } from '../../../rating/parameters.ts';
import { arrowFile, noon } from '../events.ts';
import { mixedCalls } from '../mixed-calls.ts';
import { fourDecimals, type Rating, ratingTest, reference } from '../rating.ts';

/** All is recorded, so that any change can be told from what is stored. */
const before: Partial<BillingParameters> = {
  SERVER_BILLING_FREE_E164S: '800*',
  SERVER_BILLING_FREE_TIME: 3,
};
const anyTime = { fromMs: null, untilMs: null };
const whatIf = (parameters: Partial<BillingParameters>, more: Partial<WhatIf> = {}): WhatIf => {
  return { window: anyTime, parameters, deck: 'kept', ...more };
};

async function rated(t: TestContext, parameters: Partial<BillingParameters>, prepaid = false): Promise<Rating> {
  const accounts = prepaid
    ? reference.accounts.replace('retail,100,0,allow', 'retail,9,1,prevent')
    : reference.accounts;
  const rating = await ratingTest(t, { ...reference, accounts });
  await rating.rate(rating.write('a.arrow', arrowFile(mixedCalls(4000), { batchRows: 500 })), parameters);
  return rating;
}

/** What is charged by account, destination and so on, of a database. */
const GROUPS = {
  account: 'account',
  destination: 'destination',
  mappingGateway: 'caller_gateway',
  routingGateway: 'callee_gateway',
  hour: '(epoch_ms(start_at) // 3600000)::INTEGER',
} as const;

async function storedGroups({ rows }: Rating, by: string): Promise<string[]> {
  const found = await rows(
    `SELECT key, count(*) FILTER (charged) AS calls, (sum(fee) * 1000000)::BIGINT AS fee,
       (coalesce(sum(vendor_fee), 0) * 1000000)::BIGINT AS vendor_fee
     FROM (
       SELECT ${by} AS key, status IN ('charged', 'overdraft_capped') AS charged, fee, vendor_fee FROM rated_calls
       UNION ALL SELECT ${by}, false, 0, vendor_fee FROM unrated_calls
     )
     GROUP BY key HAVING calls > 0 OR fee <> 0 OR vendor_fee <> 0 ORDER BY key NULLS FIRST`,
  );
  return found.map((row) => row.join(' '));
}

function impactGroups(impact: Impact, by: keyof typeof GROUPS): string[] {
  return impact.groups[by]
    .filter(({ figures: f }) => f.feeAfter !== 0n || f.vendorAfter !== 0n || f.chargedAfter !== 0n)
    .sort((a, b) => (a.key === null ? -1 : b.key === null ? 1 : a.key < b.key ? -1 : 1))
    .map(({ key, figures: f }) => [key ?? '', f.chargedAfter, f.feeAfter, f.vendorAfter].join(' '));
}

const changes: readonly Partial<BillingParameters>[] = [
  { SERVER_BILLING_FREE_TIME: 30 },
  { SERVER_BILLING_FREE_TIME: 0 },
  { SERVER_BILLING_HOLD_TIME_PRECISION: 1000 },
  { SERVER_BILLING_FEE_PRECISTION: 2 },
  { SERVER_BILLING_FEE_UNIT: '0.25' },
  { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 1 },
  { SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 3 },
  { SERVER_BILLING_NO_CDR_E164S: '30*,5000*', SERVER_BILLING_FREE_E164S: '9*' },
  { SERVER_BILLING_FREE_E164S: '' },
  { SERVER_BILLING_RECORD_SERVER_HANG_UP: 0 },
  { SERVER_BILLING_RECORD_ZERO_HOLD_TIME: 0, SERVER_BILLING_RECORD_ILLEGAL_CALL: 0 },
  {
    SERVER_BILLING_FREE_TIME: 12,
    SERVER_BILLING_FEE_UNIT: '0.05',
    SERVER_BILLING_FEE_PRECISTION: 3,
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 1,
    SERVER_BILLING_HOLD_TIME_PRECISION: 1,
    SERVER_BILLING_FREE_E164S: '49*',
    SERVER_BILLING_RECORD_SERVER_HANG_UP: 0,
  },
];

test('an impact is what rating the same events under the changed parameters comes to, by every grouping', async (t) => {
  const rating = await rated(t, before);
  for (const change of changes) {
    const fresh = await rated(t, { ...before, ...change });
    const impact = await computeImpact(rating.connection, whatIf(change));
    const title = JSON.stringify(change);
    for (const [grouping, by] of Object.entries(GROUPS)) {
      const wanted = await storedGroups(fresh, by);
      assert.deepEqual(impactGroups(impact, grouping as keyof typeof GROUPS), wanted, `${title} by ${grouping}`);
    }
    const delta = impact.total.feeAfter - impact.total.feeBefore;
    assert.equal(
      impact.steps.reduce((sum, { fee }) => sum + fee, 0n),
      delta,
      `${title}: the steps add up`,
    );
    const vendorDelta = impact.total.vendorAfter - impact.total.vendorBefore;
    assert.equal(
      impact.steps.reduce((sum, { vendorFee }) => sum + vendorFee, 0n),
      vendorDelta,
      `${title}: vendor`,
    );
  }
});

test('nothing changes under the parameters of then, also when all rates are looked up anew', async (t) => {
  const rating = await rated(t, before, true);
  for (const one of [whatIf(before), whatIf({ ...before, ...fourDecimals }, { deck: 'current' })]) {
    const impact = await computeImpact(rating.connection, one);
    assert.ok(impact.total.calls > 100n);
    assert.equal(impact.total.changed, 0n);
    assert.ok(impact.steps.every(({ fee, vendorFee }) => fee === 0n && vendorFee === 0n));
  }
});

test('overdraft prevention is replayed: the impact is that of rating anew', async (t) => {
  const rating = await rated(t, before, true);
  const stopped = await rating.rows("SELECT count(*) FROM rated_calls WHERE status LIKE 'overdraft%'");
  assert.notEqual(stopped[0][0], '0');
  for (const change of [
    { SERVER_BILLING_FREE_TIME: 30 },
    { SERVER_BILLING_FEE_UNIT: '0.25' },
    { SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 5 },
    { SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 15, SERVER_BILLING_FEE_UNIT: '0.05' },
  ]) {
    const fresh = await rated(t, { ...before, ...change }, true);
    const impact = await computeImpact(rating.connection, whatIf(change));
    assert.equal(impact.replayed, 1);
    for (const [grouping, by] of Object.entries(GROUPS)) {
      const wanted = await storedGroups(fresh, by);
      assert.deepEqual(
        impactGroups(impact, grouping as keyof typeof GROUPS),
        wanted,
        `${JSON.stringify(change)} by ${grouping}`,
      );
    }
    const delta = impact.total.feeAfter - impact.total.feeBefore;
    assert.equal(
      impact.steps.reduce((sum, { fee }) => sum + fee, 0n),
      delta,
    );
  }
});

test('only calls of the window are looked at', async (t) => {
  const rating = await rated(t, before);
  const window = { fromMs: noon + 3_600_000, untilMs: noon + 7_200_000 };
  const impact = await computeImpact(rating.connection, whatIf({ SERVER_BILLING_FEE_UNIT: '0.25' }, { window }));
  assert.deepEqual(
    impact.groups.hour.map(({ key }) => key),
    [window.fromMs / 3_600_000],
  );
  const nobody = { window: { fromMs: 0, untilMs: 1000 } };
  await assert.rejects(
    computeImpact(rating.connection, whatIf({ SERVER_BILLING_FREE_TIME: 9 }, nobody)),
    /no rated call begins from 1970/,
  );
});
