import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adjustmentChecks } from '../../engine/verify/adjustment-checks.ts';
import { checks } from '../../engine/verify/checks.ts';
import { ledgerChecks } from '../../engine/verify/ledger-checks.ts';
import { pruneChecks } from '../../engine/verify/prune-checks.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { arrowFile, event, noon } from './events.ts';
import { type Rating, ratingTest, reference } from './rating.ts';

/** Two runs under different parameters, with calls of most fates and a repeated deck row. */
async function rated(t: Parameters<typeof ratingTest>[0]): Promise<Rating> {
  const rating = await ratingTest(t, {
    ...reference,
    accounts: `${reference.accounts}poor,Poor,client,retail,0,0,prevent,UTC\n`,
  });
  const { rate, write, load } = rating;
  const first = [
    event(1),
    event(2, { callee_e164: '4915123', ended_at: noon + 48_777, callee_gateway: 'out-1' }),
    event(3, { answered_at: null }),
    event(4, { callee_e164: '33' }),
    event(5, { callee_e164: '44901' }),
    event(6, { end_direction: 9 }),
    event(1, { attempts: 2 }),
    event(7, { callee_e164: '5000' }),
    event(9, { account: 'poor' }),
    event(2n ** 64n - 1n, { callee_gateway: 'out-1', callee_to_gateway_e164: '9949' }),
    event(8, { callee_e164: '881', ended_at: noon + 5000 + 86_400_000 * 365 }),
  ];
  await rate(write('a.arrow', arrowFile(first)), { SERVER_BILLING_NO_CDR_E164S: '5000*' });
  await load('rates', reference.rates.replaceAll('0.0125', '0.0126'), true);
  await load('payments', 'account,paid_at,amount,reference\nalice,2026-03-02,5,a\n');
  // So many of a page that they are kept as a bitmap.
  const many = Array.from({ length: 1500 }, (_, i) => event(100 + i, { ended_at: noon + 5000 + i * 997 }));
  await rate(write('b.arrow', arrowFile(many)), {
    SERVER_BILLING_FREE_TIME: 6,
    SERVER_BILLING_HOLD_TIME_PRECISION: 500,
    SERVER_BILLING_FEE_PRECISTION: 3,
    SERVER_BILLING_FEE_UNIT: '0.025',
  });
  return rating;
}

test('all invariants hold after runs under different parameters', async (t) => {
  const { connection } = await rated(t);
  const results = await verifyDatabase(connection);
  assert.deepEqual(
    results.filter(({ violations }) => violations > 0).map(({ name, examples }) => ({ name, examples })),
    [],
  );
  assert.deepEqual(
    results.map(({ name }) => name),
    checks.map(({ name }) => name),
  );
  const elsewhere = [...pruneChecks, ...adjustmentChecks].map(({ name }) => name);
  assert.ok(results.every(({ name, rows }) => rows > 0 || elsewhere.includes(name)));
});

test('an empty database has nothing to say against', async (t) => {
  const { connection } = await ratingTest(t, {});
  assert.ok((await verifyDatabase(connection)).every(({ rows, violations }) => rows === 0 && violations === 0));
});

/** For each check some damage that it must notice, whatever others say. */
const damages: Record<string, readonly string[]> = {
  'rows read': [
    'UPDATE runs SET rows_read = rows_read + 1 WHERE run_id = 2',
    "DELETE FROM run_counts WHERE run_id = 1 AND status = 'no_cdr'",
    'DELETE FROM run_inputs WHERE run_id = 2',
  ],
  'calls by status': [
    'DELETE FROM calls WHERE flow_no = 3',
    'UPDATE calls SET hold_time = hold_time + 1 WHERE flow_no = 1',
    "DELETE FROM run_counts WHERE run_id = 2 AND status = 'charged'",
    'UPDATE run_counts SET fee_not_billed = 1 WHERE run_id = 1',
  ],
  'run totals': [
    'UPDATE runs SET fee = fee + 0.000001 WHERE run_id = 2',
    'UPDATE runs SET vendor_fee = vendor_fee - 0.000001 WHERE run_id = 1',
    'DELETE FROM runs WHERE run_id = 2',
  ],
  'rejected rows': ["DELETE FROM rejected_events WHERE reason <> 'duplicate'"],
  'one row a call': ['INSERT INTO calls FROM calls WHERE flow_no = 1'],
  'flow numbers rated': ['DELETE FROM rated_flow_numbers WHERE page = 0 AND run_id = 1'],
  'flow numbers once': ['INSERT INTO rated_flow_numbers FROM rated_flow_numbers'],
  'flow numbers of calls': [
    'UPDATE calls SET flow_no = 99 WHERE flow_no = 1',
    'UPDATE calls SET flow_no = 1600 WHERE flow_no = 1599',
    'UPDATE calls SET softswitch_id = 2 WHERE flow_no = 101',
  ],
  'rate ids': ['DELETE FROM rates WHERE rate_id = 3', 'UPDATE rates SET rate_id = 2 WHERE rate_id = 1'],
  'entry numbers': ['DELETE FROM ledger WHERE entry_no = 1', 'UPDATE ledger SET entry_no = 2 WHERE entry_no = 3'],
  'name ids': [
    "DELETE FROM call_names WHERE kind = 'account' AND id = 1",
    "UPDATE call_names SET name = 'alice' WHERE kind = 'account'",
  ],
  'names of calls': [
    'UPDATE calls SET account_id = 99 WHERE flow_no = 1',
    'UPDATE calls SET callee_ip_id = 0 WHERE flow_no = 2',
  ],
  'rates of calls': [
    'UPDATE calls SET rate_id = 999 WHERE flow_no = 1',
    'UPDATE calls SET vendor_rate_id = 0 WHERE flow_no = 2',
  ],
  'charged or free': [
    'UPDATE calls SET fee = -1 WHERE flow_no = 1',
    'UPDATE calls SET fee = 1 WHERE flow_no = 3',
    'UPDATE calls SET rate_id = NULL WHERE flow_no = 1',
    'UPDATE calls SET vendor_fee = NULL WHERE flow_no = 2',
    'UPDATE calls SET shortfall = 0.01 WHERE flow_no = 1',
  ],
  'hold times': [
    'UPDATE calls SET hold_time = 61 WHERE flow_no = 1',
    "UPDATE run_parameters SET value = '1' WHERE name = 'SERVER_BILLING_HOLD_TIME_PRECISION'",
  ],
  'rates in effect': [
    'UPDATE calls SET rate_id = 5 WHERE flow_no = 1',
    'UPDATE calls SET rate_id = 4 WHERE flow_no = 1',
    "UPDATE rates SET effective_until = '2026-03-02 12:00:05Z' WHERE rate_id = 1",
    'UPDATE runs SET last_load_id = 0',
    'UPDATE rates SET locked = false',
  ],
  'fee times': [
    'UPDATE calls SET fee_time = 61 WHERE flow_no = 1',
    "UPDATE run_parameters SET value = '0' WHERE name = 'SERVER_BILLING_FREE_TIME'",
  ],
  fees: [
    'UPDATE calls SET fee = fee + 0.000001 WHERE flow_no = 1',
    'UPDATE calls SET fee = fee - 0.025 WHERE flow_no = 1000',
    'UPDATE rates SET rate = 0.0131 WHERE rate_id = 1',
    "UPDATE run_parameters SET value = '1' WHERE name = 'SERVER_BILLING_FEE_PRECISTION'",
    "UPDATE run_parameters SET value = '0.01' WHERE name = 'SERVER_BILLING_FEE_UNIT'",
    "DELETE FROM run_parameters WHERE name = 'SERVER_BILLING_FEE_UNIT'",
  ],
  'overdraft accounts': [
    'UPDATE run_overdraft SET refused_calls = 2',
    'UPDATE run_overdraft SET shortfall = 0',
    'DELETE FROM run_overdraft',
    "UPDATE calls SET status = 'overdraft_capped' WHERE flow_no = 9",
  ],
  'overdraft allowed': [
    "UPDATE ledger SET lowest = NULL WHERE kind = 'charge'",
    "UPDATE calls SET status = 'overdraft_refused' WHERE flow_no = 1",
  ],
  'vendor fee times': ['UPDATE calls SET vendor_fee_time = vendor_fee_time + 1 WHERE flow_no = 2'],
  'vendor fees': ['UPDATE calls SET vendor_fee = vendor_fee + 0.0001 WHERE flow_no = 2'],
};

test('each damage is noticed by its check, with rows that show it', async (t) => {
  // Those of the ledger, of adjustments and of prunes have tests of their own.
  const elsewhere = [...ledgerChecks, ...adjustmentChecks, ...pruneChecks];
  const names = checks.filter((check) => !elsewhere.includes(check)).map(({ name }) => name);
  assert.deepEqual(Object.keys(damages).sort(), names.sort());
  const { connection } = await rated(t);
  for (const [name, statements] of Object.entries(damages)) {
    const check = checks.find((one) => one.name === name);
    assert.ok(check !== undefined);
    for (const statement of statements) {
      await connection.run(`BEGIN; ${statement}`);
      const [[violations]] = (await connection.runAndReadAll(`SELECT count(*) FROM (${check.violations})`)).getRows();
      await connection.run('ROLLBACK');
      assert.ok((violations as bigint) > 0n, `${name}: ${statement}`);
    }
  }
});

test('of many violations the first few are shown', async (t) => {
  const { connection } = await rated(t);
  await connection.run('UPDATE calls SET fee = fee + 1 WHERE run_id = 2');
  const fees = (await verifyDatabase(connection)).find(({ name }) => name === 'fees');
  assert.ok(fees !== undefined && fees.violations > 1000);
  assert.equal(fees.examples.length, 5);
  assert.equal(fees.examples[0].run_id, 2);
});
