import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStored } from '../../engine/explain.ts';
import { sightingsOf } from '../../engine/not-stored.ts';
import { countOld, pruneCalls } from '../../engine/prune.ts';
import { sightingsText } from '../../engine/render/explain-text.ts';
import { readRuns } from '../../engine/reports/run-history.ts';
import { readStatement } from '../../engine/reports/statement.ts';
import { verifyDatabase } from '../../engine/verify.ts';
import { arrowFile, event, noon } from './events.ts';
import { midnight, twoDays } from './pruned.ts';
import type { Rating } from './rating.ts';

const whole = { fromMs: null, toMs: null };

async function statements({ connection }: Rating) {
  const accounts = ['alice', 'poor'].map((account) => ({ account, name: '', timezone: 'UTC' }));
  return [await readStatement(connection, accounts[0], whole), await readStatement(connection, accounts[1], whole)];
}

test('removes calls that ended before, keeps those that wait, and leaves sums', async (t) => {
  const rating = await twoDays(t);
  const { connection, rows } = rating;
  assert.deepEqual(await countOld(connection, midnight), { calls: 7, superseded: 1, rejected: 4, waiting: 1 });
  const { pruneId, old } = await pruneCalls(connection, midnight);
  assert.deepEqual([pruneId, old], [1, { calls: 7, superseded: 1, rejected: 4, waiting: 1 }]);
  assert.deepEqual(await rows('SELECT calls, superseded, rejected FROM prunes'), [['7', '1', '4']]);
  assert.deepEqual(
    (
      await rows(
        `SELECT run_id, superseded_by, status, name, destination, calls, hold_seconds, fee_seconds, fee, shortfall,
           pruned_calls.vendor_fee
         FROM pruned_calls LEFT JOIN call_names ON kind = 'account' AND id = account_id ORDER BY ALL`,
      )
    ).map((row) => row.map((value) => value ?? '-').join(' ')),
    [
      '1 2 no_rate alice - 1 60 0 0.000000 0.000000 0.000000',
      '1 - rejected - - 2 0 0 0.000000 0.000000 0.000000',
      '1 - duplicate - - 2 0 0 0.000000 0.000000 0.000000',
      '1 - zero_hold alice - 1 0 0 0.000000 0.000000 0.000000',
      '1 - overdraft_refused poor Germany 1 60 60 0.000000 0.012500 0.000000',
      '1 - charged alice Germany 1 60 60 0.012500 0.000000 0.000000',
      '1 - charged alice Germany Mobile 1 60 60 0.083300 0.000000 0.008000',
      '1 - charged poor Germany 2 120 120 0.025000 0.000000 0.000000',
      '2 - charged alice France 1 60 60 0.030000 0.000000 0.000000',
    ],
  );
  assert.deepEqual(await rows("SELECT DISTINCT ended_at < TIMESTAMPTZ '2026-03-03' FROM calls"), [['false']]);
  assert.deepEqual(await rows('SELECT flow_no, reason FROM unrated_calls ORDER BY 1'), [
    ['5', 'locked_prefix'],
    ['15', 'locked_prefix'],
    ['25', 'locked_prefix'],
  ]);
});

test('history, statements and balances are what they were', async (t) => {
  const rating = await twoDays(t);
  const { connection, rows } = rating;
  const told = async () => [
    (await readRuns(connection)).map(({ seconds: _, ...run }) => run),
    await statements(rating),
    await rows('FROM account_balances'),
    await rows('FROM run_balances'),
    await rows('FROM run_counts'),
    await rows('FROM rated_flow_numbers'),
  ];
  const before = await told();
  await pruneCalls(connection, midnight);
  assert.deepEqual(await told(), before);
  await pruneCalls(connection, midnight + 2 * 86_400_000);
  assert.deepEqual(await told(), before);
  assert.deepEqual(
    (await verifyDatabase(connection)).filter(({ violations }) => violations > 0),
    [],
  );
});

test('a second time changes nothing', async (t) => {
  const { connection, rows } = await twoDays(t);
  await pruneCalls(connection, midnight);
  const again = await pruneCalls(connection, midnight);
  assert.deepEqual([again.pruneId, again.old], [undefined, { calls: 0, superseded: 0, rejected: 0, waiting: 1 }]);
  assert.deepEqual(await rows('SELECT count(*) FROM prunes'), [['1']]);
});

test('files and calls that come again are known, and those that wait are charged once they can be', async (t) => {
  const rating = await twoDays(t);
  const { connection, rate, load, rows, write } = rating;
  await pruneCalls(connection, midnight);
  const again = await rate(write('again.arrow', arrowFile([event(1), event(2), event(99, { ended_at: noon + 6000 })])));
  assert.deepEqual(
    again.totals.map(({ calls }) => calls),
    [2, 1],
  );
  assert.deepEqual(await rows('SELECT flow_no FROM calls WHERE run_id = 4'), [['99']]);
  const header = 'rate_group,prefix,destination,rate,first_increment,next_increment';
  await load('rates', `${header}\nretail,44901,Open,0.5,60,60\n`);
  const retried = await rating.retry({ SERVER_BILLING_NO_CDR_E164S: '5000' });
  assert.equal(retried.moved, 3);
  const late = await pruneCalls(connection, midnight);
  assert.deepEqual(late.old, { calls: 2, superseded: 1, rejected: 0, waiting: 0 });
  assert.deepEqual(
    (await verifyDatabase(connection)).filter(({ violations }) => violations > 0),
    [],
  );
});

test('of a pruned call it is said that it was pruned, or counted where that may be', async (t) => {
  const { connection } = await twoDays(t);
  const told = async (flowNo: bigint) => sightingsText(await sightingsOf(connection, flowNo));
  assert.equal(await told(5n), '', 'a call that waits is stored');
  await pruneCalls(connection, midnight);
  assert.equal(
    await told(2n),
    'The call of ss1 was rated by run 1 and only counted, nothing of it is stored: as no_cdr (2 calls); ' +
      'or pruned as one of 7 calls of that run that ended before 2026-03-03T00:00:00.000Z.\n',
  );
  await connection.run("DELETE FROM run_counts WHERE status = 'no_cdr'");
  assert.equal(
    await told(2n),
    'The call of ss1 was rated by run 1 and pruned as one of 7 calls of that run that ended before 2026-03-03T00:00:00.000Z.\n',
  );
  assert.equal(await told(12n), '');
});

test('a call is explained when others that decided about its money are pruned', async (t) => {
  const { connection, rows } = await twoDays(t);
  await pruneCalls(connection, midnight);
  assert.deepEqual(await rows('SELECT DISTINCT status FROM rated_calls WHERE flow_no = 17'), [['overdraft_refused']]);
  const refused = await explainStored(connection, 17n, 'ss1');
  assert.deepEqual(refused.differences, []);
  assert.deepEqual(refused.changes, [
    '3 calls which run 1 charged to poor or refused were pruned: whether there was money enough cannot be told again, ' +
      'and status, fee and shortfall are taken as they are stored',
  ]);
  assert.deepEqual((await explainStored(connection, 11n, 'ss1')).changes, []);
});
