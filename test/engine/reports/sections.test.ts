import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParameterScope } from '../../../engine/parameters/scopes.ts';
import { arrowFile, event, noon } from '../events.ts';
import { ratingTest, reference } from '../rating.ts';
import { figuresOf, linesOf, pageOfRun, sectionOf } from './page-of-run.ts';

const HOUR_MS = 3_600_000;

/** A call that is answered after 5 s and lasts so many seconds, and began so many hours after noon. */
function call(flowNo: number, seconds: number, changes: Parameters<typeof event>[1] = {}, hours = 0) {
  const at = noon + hours * HOUR_MS;
  const times = { start_at: at, ringing_at: at + 2000, answered_at: at + 5000, ended_at: at + 5000 + seconds * 1000 };
  return event(flowNo, { callee_e164: '49221', ...times, ...changes });
}

const unanswered = { ringing_at: null, answered_at: null };

test('hours, days, destinations and accounts: calls, time and money by hand', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  await rate(
    write(
      'a.arrow',
      arrowFile([
        call(1, 61, { callee_gateway: 'out-1' }),
        call(2, 60, unanswered),
        call(3, 7, { callee_e164: '44' }, 12),
        call(4, 60, { callee_e164: '777' }),
        call(5, 60, { account: null, billing_mode: -1 }),
      ]),
    ),
  );
  const page = await pageOfRun(connection, 1);
  // 120 s of 0.0125 are 0.025, vendor 61 s of 0.008; 12 s of 0.0099 are 0.00198, to four decimals 0.002.
  assert.deepEqual(linesOf(page, 'revenue_by_hour'), [
    '2026-03-02T12:00:00.000Z 2 1 61 0.025 0.0081 0.0169',
    '2026-03-03T00:00:00.000Z 1 1 7 0.002 0.00 0.002',
  ]);
  assert.deepEqual(linesOf(page, 'revenue_by_day'), [
    '2026-03-02 2 1 61 0.025 0.0081 0.0169',
    '2026-03-03 1 1 7 0.002 0.00 0.002',
  ]);
  assert.deepEqual(sectionOf(page, 'revenue_by_day').total, ['all', 3, 2, 68, '0.027', '0.0081', '0.0189']);
  assert.deepEqual(linesOf(page, 'revenue_by_destination'), [
    'Germany 1 61 120 0.025 0.0081 0.0169',
    'United Kingdom 1 7 12 0.002 0.00 0.002',
  ]);
  assert.deepEqual(linesOf(page, 'revenue_by_account'), ['alice Alice 3 2 68 0.027 0.0081 0.0189']);
  assert.deepEqual(linesOf(page, 'illegal_by_source'), [
    '192.0.2.1 1 1 2026-03-02T12:00:00.000Z 2026-03-02T12:00:00.000Z',
  ]);
  // 67 s were charged 0.027: the 60 s without a rate may bring 60 × 0.027 / 68, cut to micros.
  assert.deepEqual(linesOf(page, 'unrated_money'), ['no_rate alice 1 1 60 0.023823 2026-03-02T12:00:05.000Z']);
  const { rows_read, charged, fee, vendor_fee, margin, asr_percent, acd_seconds, hold_seconds, unrated } =
    figuresOf(page);
  assert.deepEqual(
    { rows_read, charged, fee, vendor_fee, margin, asr_percent, acd_seconds, hold_seconds, unrated },
    {
      rows_read: 5,
      charged: 2,
      fee: '0.027',
      vendor_fee: '0.0081',
      margin: '0.0189',
      asr_percent: '66.67',
      acd_seconds: '34.0',
      hold_seconds: 68,
      unrated: 1,
    },
  );
});

test('gateways: ASR, NER, ACD and PDD over the denominators they state', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  const through = { callee_gateway: 'out-1' };
  await rate(
    write(
      'a.arrow',
      arrowFile([
        call(1, 60, through),
        call(2, 30, { ...through, ringing_at: null }),
        call(3, 1, { ...through, answered_at: null, end_reason: 486 }),
        call(4, 1, { ...through, ...unanswered, end_reason: 503 }),
        call(5, 60, { caller_gateway: 'in-2' }),
      ]),
    ),
  );
  const page = await pageOfRun(connection, 1);
  // 2 of 4 answered, 3 of 4 effective, 90 s over 2, 2 s over 2 that rang.
  assert.deepEqual(linesOf(page, 'routing_gateways'), ['out-1 4 2 50.00 75.00 90 45.0 2 2.00 0.025']);
  assert.deepEqual(linesOf(page, 'mapping_gateways'), [
    'in-1 4 2 50.00 75.00 90 45.0 2 2.00 0.025',
    'in-2 1 1 100.00 100.00 60 60.0 1 2.00 0.0125',
  ]);
});

test('vendors and destinations below cost, over calls whose vendor fee is known', async (t) => {
  const { connection, rate, write, load } = await ratingTest(t);
  await load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\ncarrier,4915,Dear,0.5,60,60\n',
  );
  await rate(
    write(
      'a.arrow',
      arrowFile([
        call(1, 60, { callee_gateway: 'out-1' }),
        call(2, 60, { callee_gateway: 'out-1', callee_e164: '4915' }),
        call(3, 60, { callee_gateway: 'out-2' }),
      ]),
    ),
  );
  const page = await pageOfRun(connection, 1);
  assert.deepEqual(linesOf(page, 'margin_by_vendor'), [
    // 0.0125 + 0.0833 paid, 0.008 + 0.5 charged.
    'carrier-1 2 0 1 120 0.0958 0.508 -0.4122 -430.27',
    'carrier-2 1 1 0 60 0.00 0.00 0.00 -',
  ]);
  assert.deepEqual(linesOf(page, 'negative_margins'), ['Germany Mobile carrier-1 1 1 60 0.0833 0.50 -0.4167']);
  assert.equal(figuresOf(page).loss, '0.4167');
});

test('rates that precision changes: by how much, on which leg, and what it comes to; scopes have their own', async (t) => {
  const { connection, rate, write } = await ratingTest(t);
  const precise: ParameterScope = {
    kind: 'gateway',
    name: 'in-2',
    values: { SERVER_BILLING_FEE_PRECISTION: 4 },
    source: 'gateway in-2',
  };
  const events = [
    call(1, 60, { callee_gateway: 'out-1' }),
    call(2, 61),
    call(3, 60, { callee_e164: '4915' }),
    call(4, 60, { caller_gateway: 'in-2' }),
  ];
  await rate(write('a.arrow', arrowFile(events)), { SERVER_BILLING_FEE_PRECISTION: 2 }, false, [precise]);
  const page = await pageOfRun(connection, 1);
  assert.deepEqual(linesOf(page, 'damaged_rates'), [
    // 0.0125 becomes 0.01 over 3 minutes, 0.0333 becomes 0.03 over one, 0.008 becomes 0.01 over one.
    'client retail 49 Germany 0.0125 0.01 -20.00 2 180 -0.0075',
    'client retail 4915 Germany Mobile 0.0333 0.03 -9.91 1 60 -0.0033',
    'vendor carrier 49 Germany 0.008 0.01 25.00 1 60 0.002',
  ]);
  assert.deepEqual(linesOf(page, 'scoped_parameters'), ['gateway in-2 client SERVER_BILLING_FEE_PRECISTION 4 1']);
  assert.ok(linesOf(page, 'parameters').includes('SERVER_BILLING_FEE_PRECISTION 2 test'));
});

test('calls near the caps, overdraft, balances, warnings and files', async (t) => {
  const accounts = `${reference.accounts}poor,Poor,client,retail,0.03,0,prevent,UTC\n`;
  const { connection, rate, write } = await ratingTest(t, { ...reference, accounts });
  const path = write(
    'a.arrow',
    arrowFile([
      call(1, 7190, { account: 'poor', callee_gateway: 'out-2' }),
      call(2, 60, { account: 'poor' }, 3),
      call(3, 7000, { flow_no: 18_446_744_073_709_551_615n }),
    ]),
  );
  await rate(path);
  const page = await pageOfRun(connection, 1);
  assert.deepEqual(linesOf(page, 'long_calls'), [
    'ss1 1 poor in-1 out-2 49221 2026-03-02T12:00:05.000Z 7190 200 0.03',
    'ss1 18446744073709551615 alice in-1 - 49221 2026-03-02T12:00:05.000Z 7000 200 1.4625',
  ]);
  // 120 minutes cost 1.5 and 0.03 was there; then nothing was.
  assert.deepEqual(linesOf(page, 'overdraft'), [
    'poor 1 1 1.4825 0.0125 2026-03-02T12:00:05.000Z 2026-03-02T13:59:55.000Z 2026-03-02T15:00:05.000Z',
  ]);
  assert.ok(linesOf(page, 'balances').includes('poor 0.03 0.00 0.03 0.00 0.00'));
  assert.deepEqual(linesOf(page, 'warnings'), [
    'the routing gateway is not loaded, or its account has no rates: no vendor fee 1',
  ]);
  assert.match(linesOf(page, 'files')[0], new RegExp(`^${path} 3 \\d+ [0-9a-f]{64}$`));
});
