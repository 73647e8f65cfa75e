import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { undoRerating } from '../../../engine/rerating/undo-rerating.ts';
import type { WhatIf } from '../../../engine/rerating/what-if.ts';
import { adjustmentChecks } from '../../../engine/verify/adjustment-checks.ts';
import { arrowFile, event, noon } from '../events.ts';
import { type Rating, ratingTest } from '../rating.ts';

/** Two calls, dearer since run 4, the second by two causes: run 2 did the same and was undone by run 3. */
async function rerated(t: TestContext): Promise<Rating> {
  const rating = await ratingTest(t);
  await rating.rate(rating.write('a.arrow', arrowFile([event(1), event(2, { ended_at: noon + 100_000 })])));
  const parameters = { SERVER_BILLING_FREE_TIME: 59, SERVER_BILLING_FEE_UNIT: '0.02' };
  const whatIf: WhatIf = { window: { fromMs: null, untilMs: null }, parameters, deck: 'kept' };
  await rerate(rating.connection, whatIf);
  await undoRerating(rating.connection, 2);
  await rerate(rating.connection, whatIf);
  return rating;
}

/** For each check some damage that it must notice, whatever others say. */
const damages: Record<string, readonly string[]> = {
  'run changes': [
    'DELETE FROM run_changes WHERE run_id = 4',
    'DELETE FROM run_changes WHERE run_id = 3',
    "INSERT INTO run_changes VALUES (1, 'rates', 'x', NULL, NULL)",
    "INSERT INTO run_changes VALUES (9, 'rates', 'x', NULL, NULL)",
    "UPDATE run_changes SET value = '1' WHERE run_id = 3",
    "UPDATE run_changes SET value = '4' WHERE run_id = 3",
    "UPDATE run_changes SET value = 'x' WHERE run_id = 3",
    "UPDATE run_changes SET cause = 'undo', value = '2' WHERE run_id = 4",
    'UPDATE run_changes SET from_at = now(), until_at = now() WHERE run_id = 4',
    "UPDATE runs SET kind = 'retry' WHERE run_id = 3",
    "INSERT INTO runs SELECT * REPLACE (5 AS run_id) FROM runs WHERE run_id = 3; INSERT INTO run_changes VALUES (5, 'undo', '2', NULL, NULL)",
    'INSERT INTO calls SELECT * EXCLUDE superseded_by FROM superseded WHERE run_id = 2',
    'UPDATE superseded SET superseded_by = 2 WHERE superseded_by = 4',
  ],
  adjustments: [
    'UPDATE fee_adjustments SET delta = delta + 0.000001 WHERE run_id = 4',
    'UPDATE fee_adjustments SET new_fee = old_fee, delta = 0 WHERE run_id = 4',
    "UPDATE fee_adjustments SET old_fee = old_fee + 1, new_fee = new_fee + 1 WHERE run_id = 4 AND cause = 'SERVER_BILLING_FEE_UNIT'",
    "UPDATE fee_adjustments SET cause = 'rates' WHERE run_id = 4",
    "UPDATE fee_adjustments SET cause = 'undo of run 4' WHERE run_id = 3",
    "UPDATE fee_adjustments SET cause = 'SERVER_BILLING_FREE_TIME' WHERE run_id = 4 AND flow_no = 2",
  ],
  'adjusted calls': [
    'UPDATE fee_adjustments SET flow_no = 3 WHERE run_id = 4 AND flow_no = 2',
    'UPDATE fee_adjustments SET flow_no = 3 WHERE run_id = 3 AND flow_no = 2',
    'UPDATE fee_adjustments SET account_id = account_id + 1 WHERE run_id = 4',
    'UPDATE fee_adjustments SET account_id = NULL WHERE run_id = 4',
    'UPDATE fee_adjustments SET old_run = 3 WHERE run_id = 4',
    'UPDATE fee_adjustments SET new_run = 1 WHERE run_id = 4',
    'UPDATE fee_adjustments SET old_run = 1 WHERE run_id = 3',
    'UPDATE fee_adjustments SET run_id = 1 WHERE run_id = 4',
    'UPDATE fee_adjustments SET run_id = 9 WHERE run_id = 4',
    'DELETE FROM superseded WHERE superseded_by = 4',
  ],
  'adjustments of calls': [
    'UPDATE fee_adjustments SET delta = delta + 0.01 WHERE run_id = 4 AND flow_no = 1',
    'DELETE FROM fee_adjustments WHERE run_id = 4 AND flow_no = 2',
    'UPDATE calls SET fee = fee + 0.01',
    'UPDATE superseded SET fee = fee + 0.01 WHERE superseded_by = 4',
    'UPDATE fee_adjustments SET run_id = 1',
  ],
  'undone adjustments': [
    'DELETE FROM fee_adjustments WHERE run_id = 3 AND flow_no = 1',
    'DELETE FROM fee_adjustments WHERE run_id = 2 AND flow_no = 1',
    'UPDATE fee_adjustments SET delta = delta * 2 WHERE run_id = 3 AND flow_no = 2',
    'UPDATE fee_adjustments SET account_id = account_id + 1 WHERE run_id = 3 AND flow_no = 2',
  ],
  'ledger adjustments': [
    "UPDATE ledger SET amount = amount - 0.01 WHERE kind = 'adjustment' AND run_id = 3",
    "DELETE FROM ledger WHERE kind = 'adjustment' AND run_id = 4",
    "UPDATE ledger SET account = 'bob' WHERE kind = 'adjustment' AND run_id = 4",
    'UPDATE fee_adjustments SET delta = delta + 0.01 WHERE run_id = 4 AND flow_no = 1',
    'DELETE FROM fee_adjustments WHERE run_id = 3',
  ],
};

test('each damage is noticed by its check, which finds nothing otherwise and has something to look at', async (t) => {
  assert.deepEqual(
    Object.keys(damages),
    adjustmentChecks.map(({ name }) => name),
  );
  const { connection, rows } = await rerated(t);
  assert.deepEqual(await rows('SELECT count(*) FROM fee_adjustments GROUP BY run_id, flow_no HAVING count(*) > 1'), [
    ['2'],
    ['2'],
  ]);
  for (const { name, over, violations } of adjustmentChecks) {
    assert.deepEqual(await rows(violations), [], name);
    assert.ok(Number((await rows(over))[0][0]) > 0, name);
    for (const statement of damages[name]) {
      await connection.run(`BEGIN; ${statement}`);
      const [[found]] = await rows(`SELECT count(*) FROM (${violations})`);
      await connection.run('ROLLBACK');
      assert.ok(Number(found) > 0, `${name}: ${statement}`);
    }
  }
});
