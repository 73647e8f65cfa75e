import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ledgerChecks } from '../../../engine/verify/ledger-checks.ts';
import { arrowFile, event, noon } from '../events.ts';
import { type Rating, ratingTest, reference } from '../rating.ts';

const header = 'account,paid_at,amount,reference';

/** Two runs of calls of alice and bob, with payments before, between and after, and an adjustment made by hand. */
async function booked(t: TestContext): Promise<Rating> {
  const accounts = reference.accounts.replace('bob,Bob,client,,0,0,allow', 'bob,Bob,client,retail,1,0,prevent');
  const rating = await ratingTest(t, { ...reference, accounts });
  const { connection, load, rate, write } = rating;
  await load('payments', `${header}\nalice,2026-03-01,20,a\nbob,2026-03-01,0.5,b\n`);
  await rate(write('a.arrow', arrowFile([event(1), event(2), event(3, { account: 'bob' })])));
  await load('payments', `${header}\nalice,2026-03-02,-3,c\n`);
  await rate(write('b.arrow', arrowFile([event(4, { ended_at: noon + 600_000 }), event(5, { answered_at: null })])));
  await connection.run(
    `INSERT INTO ledger SELECT max(entry_no) + 1, 2, 'bob', 'adjustment', '2026-03-06 00:00:00Z', 0.25,
       (SELECT balance FROM account_balances WHERE account = 'bob') + 0.25, NULL, NULL, NULL, NULL FROM ledger`,
  );
  await load('payments', `${header}\nbob,2026-03-05,7,d\n`);
  return rating;
}

test('a ledger as it is written breaks nothing, and every check has something to look at', async (t) => {
  const { rows } = await booked(t);
  for (const { name, over, violations } of ledgerChecks) {
    assert.deepEqual(await rows(violations), [], name);
    assert.ok(Number((await rows(over))[0][0]) > 0, name);
  }
  assert.deepEqual(await rows("SELECT * EXCLUDE account FROM run_balances WHERE account = 'alice'"), [
    ['1', '100.000000', '20.000000', '0.025000', '0.000000', '119.975000'],
    ['2', '119.975000', '-3.000000', '0.125000', '0.000000', '116.850000'],
  ]);
  assert.deepEqual(await rows("SELECT * EXCLUDE account FROM run_balances WHERE account = 'bob'"), [
    ['1', '1.000000', '0.500000', '0.012500', '0.000000', '1.487500'],
    ['2', '1.487500', '0.000000', '0.000000', '0.250000', '1.737500'],
    ['3', '1.737500', '7.000000', '0.000000', '0.000000', '8.737500'],
  ]);
});

/** For each check some damage that it must notice, whatever others say. */
const damages: Record<string, readonly string[]> = {
  'ledger entries': [
    "UPDATE ledger SET kind = 'gift' WHERE reference = 'a'",
    "UPDATE ledger SET effective_at = NULL WHERE reference = 'a'",
    "UPDATE ledger SET effective_at = now() WHERE kind = 'opening'",
    "UPDATE ledger SET reference = 'x' WHERE kind = 'adjustment'",
    "UPDATE ledger SET reference = NULL WHERE reference = 'a'",
    "UPDATE ledger SET calls = NULL WHERE kind = 'charge'",
    "UPDATE ledger SET calls = 1 WHERE kind = 'payment'",
    "UPDATE ledger SET lowest = 0 WHERE kind = 'payment'",
    "UPDATE ledger SET load_id = 1 WHERE kind = 'charge'",
    "UPDATE ledger SET load_id = NULL WHERE kind = 'opening'",
    'UPDATE ledger SET run_id = 0 WHERE entry_no = 1',
    "UPDATE ledger SET run_id = 4 WHERE reference = 'd'",
    "UPDATE ledger SET run_id = 3 WHERE kind = 'charge'",
  ],
  'ledger chain': [
    'UPDATE ledger SET balance_after = balance_after + 0.000001 WHERE entry_no = 1',
    "UPDATE ledger SET amount = amount - 0.000001 WHERE kind = 'charge'",
    "DELETE FROM ledger WHERE reference = 'a'",
    "UPDATE ledger SET entry_no = 100 WHERE reference = 'a'",
    "UPDATE ledger SET account = 'alice' WHERE reference = 'd'",
  ],
  'ledger openings': [
    "UPDATE accounts SET balance = 101 WHERE account = 'alice'",
    "DELETE FROM ledger WHERE account = 'carrier-1'",
    "DELETE FROM accounts WHERE account = 'bob'",
    "UPDATE ledger SET kind = 'adjustment' WHERE account = 'alice' AND kind = 'opening'",
    "UPDATE ledger SET kind = 'opening' WHERE reference = 'a'",
    "UPDATE ledger SET entry_no = 100 WHERE account = 'bob' AND kind = 'opening'",
  ],
  'ledger payments': [
    "DELETE FROM payments WHERE reference = 'a'",
    "DELETE FROM ledger WHERE reference = 'a'",
    "INSERT INTO ledger FROM ledger WHERE reference = 'a'",
    "INSERT INTO payments FROM payments WHERE reference = 'a'",
    "INSERT INTO payments FROM payments WHERE reference = 'a'; INSERT INTO ledger FROM ledger WHERE reference = 'a'",
    "UPDATE ledger SET amount = 21 WHERE reference = 'a'",
    "UPDATE payments SET paid_at = now() WHERE reference = 'a'",
    "UPDATE ledger SET account = 'bob' WHERE reference = 'a'",
    "UPDATE ledger SET load_id = 1 WHERE reference = 'a'",
  ],
  'ledger limits': [
    "UPDATE ledger SET lowest = balance_after + 0.000001 WHERE account = 'bob' AND kind = 'charge'",
    "UPDATE ledger SET balance_after = -0.000001 WHERE account = 'bob' AND kind = 'charge'",
  ],
  'run balances': [
    "UPDATE ledger SET amount = amount + 0.000001 WHERE reference = 'c'",
    "UPDATE ledger SET balance_after = balance_after + 1 WHERE account = 'alice' AND kind = 'charge' AND run_id = 1",
    "UPDATE ledger SET kind = 'gift' WHERE reference = 'a'",
    "UPDATE ledger SET run_id = 2 WHERE reference = 'a'",
  ],
  'ledger charges': [
    "DELETE FROM ledger WHERE kind = 'charge' AND account = 'bob'",
    "UPDATE ledger SET amount = amount - 0.000001 WHERE kind = 'charge'",
    "INSERT INTO ledger FROM ledger WHERE kind = 'charge' AND run_id = 2",
    "UPDATE ledger SET run_id = 1 WHERE kind = 'charge'",
    "UPDATE ledger SET account = 'carrier-1' WHERE kind = 'charge' AND account = 'bob'",
    'UPDATE calls SET fee = fee + 0.000001 WHERE flow_no = 1',
    'UPDATE calls SET account_id = NULL WHERE flow_no = 3',
    'DELETE FROM calls WHERE run_id = 2',
  ],
};

test('each damage is noticed by its check', async (t) => {
  assert.deepEqual(Object.keys(damages).sort(), ledgerChecks.map(({ name }) => name).sort());
  const { connection, rows } = await booked(t);
  for (const { name, violations } of ledgerChecks) {
    for (const statement of damages[name]) {
      await connection.run(`BEGIN; ${statement}`);
      const [[found]] = await rows(`SELECT count(*) FROM (${violations})`);
      await connection.run('ROLLBACK');
      assert.ok(Number(found) > 0, `${name}: ${statement}`);
    }
  }
});
