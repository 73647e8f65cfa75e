import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pruneCalls } from '../../../engine/prune.ts';
import { rerate } from '../../../engine/rerating/rerate.ts';
import { checks } from '../../../engine/verify/checks.ts';
import { verifyDatabase } from '../../../engine/verify.ts';
import { midnight, twoDays } from '../pruned.ts';

test('all invariants hold after a re-rating and a prune, and those of prunes have something to look at', async (t) => {
  const { connection, load } = await twoDays(t);
  await load('payments', 'account,paid_at,amount,reference\nalice,2026-03-02,5,a\n');
  const window = { fromMs: null, untilMs: null };
  await rerate(connection, { window, parameters: { SERVER_BILLING_FEE_UNIT: '0.05' }, deck: 'kept' });
  await pruneCalls(connection, midnight);
  const results = await verifyDatabase(connection);
  assert.deepEqual(
    results.filter(({ violations }) => violations > 0),
    [],
  );
  assert.deepEqual(
    results.filter(({ rows }) => rows === 0).map(({ name }) => name),
    [],
  );
});

/** For each check that pruned calls have a part in, some damage to what is left of them that it must notice. */
const damages: Record<string, readonly string[]> = {
  'calls by status': [
    "UPDATE pruned_calls SET calls = calls + 1 WHERE status = 'zero_hold'",
    'UPDATE pruned_calls SET hold_seconds = hold_seconds + 1',
    "UPDATE pruned_calls SET status = 'toll_free' WHERE status = 'zero_hold'",
    'UPDATE pruned_calls SET shortfall = shortfall + 0.000001',
    'DELETE FROM pruned_calls',
  ],
  'run totals': [
    "UPDATE pruned_calls SET vendor_fee = vendor_fee + 0.000001 WHERE status = 'charged'",
    "UPDATE pruned_calls SET run_id = 3 WHERE status = 'charged'",
  ],
  'rejected rows': [
    "DELETE FROM pruned_calls WHERE status = 'rejected'",
    "UPDATE pruned_calls SET calls = 9 WHERE status = 'duplicate'",
  ],
  'ledger charges': [
    "UPDATE pruned_calls SET fee = fee + 0.000001 WHERE status = 'charged'",
    "UPDATE pruned_calls SET account_id = account_id % 2 + 1 WHERE status = 'charged'",
  ],
  'overdraft accounts': [
    "UPDATE pruned_calls SET calls = 2 WHERE status = 'overdraft_refused'",
    "UPDATE pruned_calls SET shortfall = 0 WHERE status = 'overdraft_refused'",
  ],
  'overdraft allowed': [
    "UPDATE pruned_calls SET status = 'overdraft_refused' WHERE account_id = 1",
    "UPDATE ledger SET lowest = NULL WHERE kind = 'charge'",
  ],
  'flow numbers rated': ['DELETE FROM rated_flow_numbers WHERE run_id = 1'],
  prunes: [
    'UPDATE prunes SET calls = calls + 1',
    'UPDATE prunes SET superseded = superseded + 1',
    'UPDATE prunes SET rejected = 0',
    'DELETE FROM prunes',
    'UPDATE pruned_calls SET prune_id = 2',
    'DELETE FROM pruned_calls WHERE superseded_by IS NOT NULL',
  ],
  'pruned calls': [
    'UPDATE pruned_calls SET run_id = 9',
    'UPDATE pruned_calls SET account_id = 99',
    'UPDATE pruned_calls SET calls = 0',
    'UPDATE pruned_calls SET fee = -1',
    'UPDATE pruned_calls SET superseded_by = run_id',
  ],
};

test('damage to what is left of pruned calls is noticed', async (t) => {
  const { connection } = await twoDays(t);
  await pruneCalls(connection, midnight);
  for (const [name, statements] of Object.entries(damages)) {
    const check = checks.find((one) => one.name === name);
    assert.ok(check !== undefined, name);
    for (const statement of statements) {
      await connection.run(`BEGIN; ${statement}`);
      const [[violations]] = (await connection.runAndReadAll(`SELECT count(*) FROM (${check.violations})`)).getRows();
      await connection.run('ROLLBACK');
      assert.ok((violations as bigint) > 0n, `${name}: ${statement}`);
    }
  }
});
