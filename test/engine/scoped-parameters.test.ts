import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStored } from '../../engine/explain.ts';
import type { ParameterScope } from '../../engine/parameters/scopes.ts';
import { arrowFile, event, noon } from './events.ts';
import { assertVerified, type Rating, ratingTest, reference } from './rating.ts';

const scope = (kind: ParameterScope['kind'], name: string, values: ParameterScope['values']): ParameterScope => {
  return { kind, name, values, source: `${kind} ${name}` };
};

async function fees({ rows }: Rating): Promise<string[]> {
  const found = await rows('SELECT flow_no, status, hold_time, fee, vendor_fee FROM rated_calls ORDER BY flow_no');
  return found.map((row) => row.join(' '));
}

test('the narrowest scope decides, call by call: gateway over account over rate group over system', async (t) => {
  const rating = await ratingTest(t, {
    ...reference,
    accounts: `${reference.accounts}carl,Carl,client,retail,0,0,allow,UTC\ndave,Dave,client,carrier,0,0,allow,UTC\n`,
  });
  const times = { answered_at: noon, ended_at: noon + 70_000 };
  const events = [
    event(1, { ...times, account: 'alice', caller_gateway: 'in-1' }),
    event(2, { ...times, account: 'alice', caller_gateway: 'in-2' }),
    event(3, { ...times, account: 'carl', caller_gateway: 'in-2' }),
    event(4, { ...times, account: 'dave', caller_gateway: 'in-2' }),
    event(5, { ...times, account: 'dave', caller_gateway: null }),
    event(6, { ...times, account: null, caller_gateway: 'in-1', billing_mode: -1 }),
  ];
  const free = (seconds: number) => ({ SERVER_BILLING_FREE_TIME: seconds });
  const scopes = [
    scope('gateway', 'in-1', free(69)),
    scope('account', 'alice', { ...free(11), SERVER_BILLING_FEE_UNIT: '0.05' }),
    scope('rateGroup', 'retail', { ...free(70), SERVER_BILLING_FEE_UNIT: '0.5' }),
  ];
  await rating.rate(rating.write('a.arrow', arrowFile(events, { batchRows: 4 })), {}, false, scopes);
  assert.deepEqual(await fees(rating), [
    // 1 s at 60/60; 59 s at 60/60; nothing; 70 s at 1/1 of 0.008 a minute, twice.
    '1 charged 70 0.050000 ',
    '2 charged 70 0.050000 ',
    '3 within_free_time 70 0.000000 ',
    '4 charged 70 0.009300 ',
    '5 charged 70 0.009300 ',
    '6 illegal 70 0.000000 ',
  ]);
  const from = async (flowNo: bigint, name: string) => {
    const explained = await explainStored(rating.connection, flowNo, 'ss1');
    assert.deepEqual(explained.differences, []);
    const shown = explained.steps.flatMap(({ parameters }) => parameters).find((one) => one.name === name);
    return `${shown?.value} ${shown?.source}`;
  };
  assert.equal(await from(1n, 'SERVER_BILLING_FREE_TIME'), '69 gateway in-1');
  assert.equal(await from(1n, 'SERVER_BILLING_FEE_UNIT'), '0.05 account alice');
  assert.equal(await from(2n, 'SERVER_BILLING_FREE_TIME'), '11 account alice');
  assert.equal(await from(3n, 'SERVER_BILLING_FREE_TIME'), '70 rateGroup retail');
  assert.equal(await from(4n, 'SERVER_BILLING_FREE_TIME'), '0 default');
  assert.equal(await from(4n, 'SERVER_BILLING_FEE_UNIT'), '0.0001 test');
  await assertVerified(rating);
});

test('the vendor leg has the parameters of its own gateway, clearing account and rate group', async (t) => {
  const rating = await ratingTest(t, {
    ...reference,
    gateways: `${reference.gateways}out-3,routing,carrier-1,\n`,
  });
  const sent = { callee_to_gateway_e164: '99884930123456' };
  const events = [event(1, { ...sent, callee_gateway: 'out-1' }), event(2, { ...sent, callee_gateway: 'out-3' })];
  const scopes = [
    scope('gateway', 'out-3', { SERVER_BILLING_FEE_UNIT: '0.03', SERVER_BILLING_FREE_TIME: 60 }),
    scope('rateGroup', 'carrier', { SERVER_BILLING_FEE_UNIT: '0.02' }),
  ];
  await rating.rate(rating.write('a.arrow', arrowFile(events)), {}, false, scopes);
  assert.deepEqual(await fees(rating), ['1 charged 60 0.012500 0.020000', '2 charged 60 0.012500 0.030000']);
  assert.deepEqual((await explainStored(rating.connection, 2n, 'ss1')).differences, []);
  await assertVerified(rating);
});

test('every parameter of a scope changes the calls that are its own, and only these', async (t) => {
  const events = Array.from({ length: 200 }, (_, i) =>
    event(i, {
      account: ['alice', 'carl'][i % 2],
      callee_e164: ['4930123', '800555', '500055', '49301234567', '44'][Math.floor(i / 2) % 5],
      end_direction: i % 3,
      billing_mode: i % 11 === 0 ? -1 : 1,
      answered_at: i % 7 === 0 ? null : noon + 5000,
      ended_at: noon + 5000 + 997 * i,
    }),
  );
  const accounts = `${reference.accounts.replace('100,0,allow', '1,0,prevent')}carl,Carl,client,retail,1,0,prevent,UTC\n`;
  const run = async (parameters: ParameterScope['values'], scopes: readonly ParameterScope[]) => {
    const rating = await ratingTest(t, { ...reference, accounts });
    await rating.rate(rating.write('a.arrow', arrowFile(events, { batchRows: 37 })), parameters, false, scopes);
    await assertVerified(rating);
    const ofAccount = async (account: string) => {
      const kept = await rating.rows(
        `SELECT * EXCLUDE (run_id) FROM named_calls WHERE account = '${account}' ORDER BY flow_no`,
      );
      return kept.map((row) => row.join('|'));
    };
    return { alice: await ofAccount('alice'), carl: await ofAccount('carl') };
  };
  const values = {
    SERVER_BILLING_GATEWAY_ROUTE_PREFIX: 2,
    SERVER_BILLING_NO_CDR_E164S: '5000*',
    SERVER_BILLING_FREE_E164S: '800*',
    SERVER_BILLING_HOLD_TIME_PRECISION: 1000,
    SERVER_BILLING_RECORD_ILLEGAL_CALL: 0,
    SERVER_BILLING_RECORD_ZERO_HOLD_TIME: 0,
    SERVER_BILLING_RECORD_SERVER_HANG_UP: 0,
    SERVER_BILLING_FREE_TIME: 30,
    SERVER_BILLING_FEE_PRECISTION: 2,
    SERVER_BILLING_FEE_UNIT: '0.005',
    SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME: 15,
  };
  const plain = await run({}, []);
  for (const [name, value] of Object.entries(values)) {
    const everywhere = await run({ [name]: value }, []);
    const scoped = await run({}, [scope('account', 'alice', { [name]: value })]);
    assert.notDeepEqual(everywhere.alice, plain.alice, name);
    assert.deepEqual(scoped, { alice: everywhere.alice, carl: plain.carl }, name);
  }
});

test('hundreds of scoped accounts in one batch: rejected and repeated rows keep their place in the file', async (t) => {
  const names = Array.from({ length: 300 }, (_, i) => `a${i}`);
  const rating = await ratingTest(t, {
    ...reference,
    accounts: `${reference.accounts}${names.map((name) => `${name},x,client,retail,0,0,allow,UTC\n`).join('')}`,
  });
  const events = names.flatMap((account, i) => [
    event(2 * i, { account }),
    event(2 * i + 1, { account, ended_at: i % 10 === 0 ? noon - 1000 : noon + 65_000 }),
    ...(i % 25 === 0 ? [event(2 * i, { account, attempts: 9 })] : []),
  ]);
  const scopes = names.map((name, i) => scope('account', name, { SERVER_BILLING_FREE_TIME: i % 50 }));
  await rating.rate(rating.write('a.arrow', arrowFile(events)), {}, false, scopes);
  const rejected = await rating.rows("SELECT row, content::JSON->>'flow_no', reason FROM rejected_events ORDER BY row");
  assert.equal(rejected.length, 30 + 12);
  for (const [row, flowNo] of rejected) assert.equal(String(events[Number(row) - 1].flow_no), flowNo);
  assert.deepEqual(await rating.rows('SELECT count(DISTINCT parameter_set) FROM calls'), [['300']]);
  await assertVerified(rating);
});
