import assert from 'node:assert/strict';
import { test } from 'node:test';
import { impactPage } from '../../../engine/reports/impact-page.ts';
import { computeImpact } from '../../../engine/rerating/impact.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import { arrowFile, event } from '../events.ts';
import { ratingTest } from '../rating.ts';

test('the change in percent is rounded half up, whether more or less is charged', async (t) => {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile([event(1)])));
  const whatIf: WhatIf = {
    window: { fromMs: null, untilMs: null },
    parameters: { SERVER_BILLING_FREE_TIME: 1 },
    deck: 'kept',
  };
  const impact = await computeImpact(rating.connection, whatIf);
  const noteOf = (feeBefore: bigint, feeAfter: bigint) => {
    const total = { ...impact.total, feeBefore, feeAfter };
    const steps = [{ cause: 'SERVER_BILLING_FREE_TIME', fee: feeAfter - feeBefore, vendorFee: 0n }];
    const page = impactPage({ ...impact, total, steps }, { database: 'test.duckdb', whatIf, changes: [], remarks: [] });
    return page.headline.find(({ name }) => name === 'fee_delta')?.note;
  };
  assert.equal(noteOf(100_000n, 97_108n), '-2.89 %');
  assert.equal(noteOf(100_000n, 102_892n), '+2.89 %');
  assert.equal(noteOf(100_000n, 99_995n), '-0.01 %');
  assert.equal(noteOf(100_000n, 99_996n), '-0.00 %');
  assert.equal(noteOf(100_000n, 0n), '-100.00 %');
  assert.equal(noteOf(0n, 5n), 'of nothing before');
});
