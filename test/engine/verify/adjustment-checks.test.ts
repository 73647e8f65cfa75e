import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { adjustmentChecks } from '../../../engine/verify/adjustment-checks.ts';
import { arrowFile, event } from '../events.ts';
import { type Rating, ratingTest } from '../rating.ts';

/** Two calls, one of them dearer since run 2. */
async function rerated(t: TestContext): Promise<Rating> {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile([event(1), event(2)])));
  const parameters = { SERVER_BILLING_FREE_TIME: 59, SERVER_BILLING_FEE_UNIT: '0.02' };
  await rerate(rating.connection, { window: { fromMs: null, untilMs: null }, parameters, deck: 'kept' });
  return rating;
}

const damages: Record<string, readonly string[]> = {
  'ledger adjustments': [
    "UPDATE ledger SET amount = amount - 0.01 WHERE kind = 'adjustment'",
    "DELETE FROM ledger WHERE kind = 'adjustment'",
    'UPDATE fee_adjustments SET delta = delta + 0.01 WHERE flow_no = 1',
    'DELETE FROM fee_adjustments WHERE flow_no = 1',
  ],
  'adjustments of calls': [
    'UPDATE fee_adjustments SET delta = delta + 0.01 WHERE flow_no = 1',
    'DELETE FROM fee_adjustments WHERE flow_no = 2',
    'UPDATE calls SET fee = fee + 0.01',
    'UPDATE superseded SET fee = fee + 0.01',
    'UPDATE fee_adjustments SET run_id = 1',
  ],
};

test('a re-rating breaks no check, and each has something to look at', async (t) => {
  const { rows } = await rerated(t);
  for (const { name, over, violations } of adjustmentChecks) {
    assert.deepEqual(await rows(violations), [], name);
    assert.ok(Number((await rows(over))[0][0]) > 0, name);
  }
  assert.deepEqual(
    Object.keys(damages),
    adjustmentChecks.map(({ name }) => name),
  );
});

for (const { name, violations } of adjustmentChecks) {
  for (const damage of damages[name]) {
    test(`${name}: ${damage}`, async (t) => {
      const { connection, rows } = await rerated(t);
      await connection.run(damage);
      assert.ok((await rows(violations)).length > 0);
    });
  }
}
