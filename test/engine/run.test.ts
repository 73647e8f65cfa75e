import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { textTable } from '../../engine/render/text-table.ts';
import type { BillingParameters } from '../../rating/parameters.ts';
import { statuses } from '../../rating/status.ts';
import { arrowFile, type Event, event, noon, writeEventFile } from './events.ts';
import { type Rating, ratingTest, reference } from './rating.ts';
import { folder } from './reference/folder.ts';

/** One call or more for each status and each fault, numbered in the order of the path. */
const scenario: readonly Event[] = [
  // Rule 1
  event(100, { flow_no: null }),
  event(101, { softswitch: null }),
  event(102, { caller_e164: null }),
  event(103, { callee_e164: null }),
  event(104, { start_at: null }),
  event(105, { ended_at: null }),
  event(106, { end_direction: null }),
  event(107, { end_reason: null }),
  event(108, { billing_mode: null }),
  event(109, { attempts: null }),
  event(110, { caller_e164: Uint8Array.of(0x34, 0xc3, 0x28) }),
  event(111, { start_at: Date.UTC(1999, 11, 31, 23, 59, 59, 999) }),
  event(112, { answered_at: noon - 1 }),
  event(113, { ended_at: noon + 4999 }),
  event(114, { answered_at: null, ended_at: noon - 1 }),
  event(115, { end_direction: 3 }),
  event(116, { billing_mode: 4 }),
  event(117, { callee_e164: '881', ended_at: noon + 5000 + 60_000 * 1_000_001 }),
  // Rule 2
  event(201),
  event(201),
  event(201, { ended_at: noon + 66_000 }),
  // Rules 3 and 8: lists
  event(301, { callee_e164: '5000123' }),
  event(302, { callee_e164: '800' }),
  event(303, { callee_e164: '8001' }),
  // Rules 7, 9 and 10
  event(701, { billing_mode: -1, account: null, answered_at: null, end_direction: 2, end_reason: -1 }),
  event(901, { answered_at: null, end_reason: 486 }),
  event(902, { ended_at: noon + 5049 }),
  event(1001, { ended_at: noon + 8000 }),
  // Rules 11 to 14
  event(1101, { callee_e164: 'anonymous' }),
  event(1102, { callee_e164: '' }),
  event(1103, { callee_e164: '+' }),
  event(1201, { account: 'nobody' }),
  event(1202, { account: 'bob' }),
  event(1203, { account: null }),
  event(1301, { callee_e164: '33123' }),
  event(1401, { callee_e164: '44901' }),
  // Rule 17
  event(1701),
  event(1702, { callee_e164: '+4915123456', ended_at: noon + 5000 + 43_200 }),
  event(1703, { start_at: noon - 60_000, answered_at: noon + 4999 }),
  event(1704, { callee_gateway: 'out-1', callee_to_gateway_e164: '99884930123456' }),
  event(1705, { callee_gateway: 'out-1' }),
  event(1706, { callee_gateway: 'out-1', callee_to_gateway_e164: '4477' }),
  event(1707, { callee_gateway: 'out-2' }),
  event(1708, { callee_gateway: 'out-9' }),
  event(1709, { softswitch: 'ss2', end_direction: 2, end_reason: -2 }),
];

const parameters = {
  SERVER_BILLING_NO_CDR_E164S: '5000*',
  SERVER_BILLING_FREE_E164S: '800',
  SERVER_BILLING_FREE_TIME: 3,
};

async function table(rows: Rating['rows'], columns: string, from: string): Promise<string> {
  const text = await rows(`SELECT ${columns} FROM ${from}`);
  return `\n${textTable(
    columns.split(', ').map((column) => ({ title: column.split(' AS ').at(-1) as string, align: 'left' })),
    text.map((row) => row.map((value) => value ?? '-')),
  )}`;
}

async function rateScenario(
  t: Parameters<typeof ratingTest>[0],
  changes: Partial<BillingParameters> = {},
): Promise<Rating> {
  const rating = await ratingTest(t);
  rating.write('night.arrow', arrowFile(scenario, { batchRows: 7 }));
  await rating.rate(rating.dir, { ...parameters, ...changes });
  return rating;
}

test('the scenario: rated calls', async (t) => {
  const { rows } = await rateScenario(t);
  assert.equal(
    await table(
      rows,
      'flow_no, status, billing_number, hold_time, fee_time, prefix, rate, fee, vendor_account, vendor_prefix, vendor_fee_time, vendor_fee',
      'rated_calls ORDER BY flow_no',
    ),
    `
flow_no  status            billing_number  hold_time  fee_time  prefix  rate      fee       vendor_account  vendor_prefix  vendor_fee_time  vendor_fee
201      charged           4930123456      60         60        49      0.012500  0.012500  -               -              -                -
302      toll_free         800             60         0         -       -         0.000000  -               -              -                -
701      illegal           4930123456      0          0         -       -         0.000000  -               -              -                -
901      zero_hold         4930123456      0          0         -       -         0.000000  -               -              -                -
902      zero_hold         4930123456      0          0         -       -         0.000000  -               -              -                -
1001     within_free_time  4930123456      3          0         -       -         0.000000  -               -              -                -
1701     charged           4930123456      60         60        49      0.012500  0.012500  -               -              -                -
1702     charged           4915123456      44         42        4915    0.033300  0.073300  -               -              -                -
1703     charged           4930123456      60         57        4930    0.010000  0.009500  -               -              -                -
1704     charged           4930123456      60         60        49      0.012500  0.012500  carrier-1       99             60               0.007000
1705     charged           4930123456      60         60        49      0.012500  0.012500  carrier-1       49             60               0.008000
1706     charged           4930123456      60         60        49      0.012500  0.012500  carrier-1       -              -                -
1707     charged           4930123456      60         60        49      0.012500  0.012500  carrier-2       -              -                -
1708     charged           4930123456      60         60        49      0.012500  0.012500  -               -              -                -
1709     charged           4930123456      60         60        49      0.012500  0.012500  -               -              -                -
`,
  );
});

test('the scenario: calls that wait for a rate or an account', async (t) => {
  const { rows } = await rateScenario(t);
  assert.equal(
    await table(rows, 'flow_no, reason, billing_number, account, hold_time', 'unrated_calls ORDER BY flow_no'),
    `
flow_no  reason           billing_number  account  hold_time
303      no_rate          8001            alice    60
1101     invalid_number   anonymous       alice    60
1102     invalid_number                   alice    60
1103     invalid_number                   alice    60
1201     unknown_account  4930123456      nobody   60
1202     unknown_account  4930123456      bob      60
1203     unknown_account  4930123456      -        60
1301     no_rate          33123           alice    60
1401     locked_prefix    44901           alice    60
`,
  );
});

test('the scenario: rejected rows', async (t) => {
  const { rows } = await rateScenario(t);
  assert.equal(
    await table(rows, "row, reason, content->>'flow_no' AS flow_no", 'rejected_events ORDER BY row'),
    `
row  reason                 flow_no
1    missing_flow_no        0
2    missing_softswitch     101
3    missing_caller_e164    102
4    missing_callee_e164    103
5    missing_start_at       104
6    missing_ended_at       105
7    missing_end_direction  106
8    missing_end_reason     107
9    missing_billing_mode   108
10   missing_attempts       109
11   not_utf8               110
12   year_out_of_range      111
13   answered_before_start  112
14   ended_before_answered  113
15   ended_before_start     114
16   end_direction_unknown  115
17   billing_mode_unknown   116
18   fee_out_of_range       117
21   duplicate              201
`,
  );
});

test('the scenario: counts, as recorded and with the record switches off', async (t) => {
  const counts = 'run_counts ORDER BY run_id, status::call_status';
  const { rows } = await rateScenario(t);
  assert.equal(
    await table(rows, 'status, calls, seconds, fee, fee_not_billed', counts),
    `
status            calls  seconds   fee       fee_not_billed
rejected          18     60000060  0.000000  0.000000
duplicate         2      121       0.000000  0.000000
no_cdr            1      60        0.000000  0.000000
illegal           1      0         0.000000  0.000000
toll_free         1      60        0.000000  0.000000
zero_hold         2      0         0.000000  0.000000
within_free_time  1      3         0.000000  0.000000
invalid_number    3      180       0.000000  0.000000
unknown_account   3      180       0.000000  0.000000
no_rate           2      120       0.000000  0.000000
locked_prefix     1      60        0.000000  0.000000
charged           10     584       0.182800  0.000000
`,
  );
  const off = await rateScenario(t, {
    SERVER_BILLING_RECORD_ILLEGAL_CALL: 0,
    SERVER_BILLING_RECORD_ZERO_HOLD_TIME: 0,
    SERVER_BILLING_RECORD_SERVER_HANG_UP: 0,
  });
  assert.equal(
    await table(off.rows, 'status, calls, seconds, fee, fee_not_billed', counts),
    `
status                     calls  seconds   fee       fee_not_billed
rejected                   18     60000060  0.000000  0.000000
duplicate                  2      121       0.000000  0.000000
no_cdr                     1      60        0.000000  0.000000
suppressed_illegal         1      0         0.000000  0.000000
suppressed_zero_hold       2      0         0.000000  0.000000
suppressed_server_hang_up  1      60        0.000000  0.012500
toll_free                  1      60        0.000000  0.000000
within_free_time           1      3         0.000000  0.000000
invalid_number             3      180       0.000000  0.000000
unknown_account            3      180       0.000000  0.000000
no_rate                    2      120       0.000000  0.000000
locked_prefix              1      60        0.000000  0.000000
charged                    9      524       0.170300  0.000000
`,
  );
});

test('every row read is counted under one status, and every stored call is one of them', async (t) => {
  const { rows, rate, dir, write } = await ratingTest(t);
  write('b.arrow', arrowFile(scenario.slice(20)));
  writeEventFile(join(dir, 'c.arrows'), 'stream', [event(1), event(2)], 1);
  const result = await rate(dir, parameters);
  assert.deepEqual(
    await rows(`SELECT rows_read, (SELECT sum(calls) FROM run_counts), (SELECT sum(rows) FROM run_inputs),
      rows_stored, (SELECT count(*) FROM calls) + (SELECT count(*) FROM waiting_calls), (SELECT count(*) FROM named_calls),
      (SELECT count(*) FROM rated_calls) + (SELECT count(*) FROM unrated_calls) FROM runs`),
    [['27', '27', '27', '26', '26', '26', '26']],
  );
  assert.equal(
    result.totals.reduce((sum, { calls }) => sum + calls, 0),
    27,
  );
  assert.deepEqual(
    await rows(
      'SELECT fee = (SELECT sum(fee) FROM rated_calls), vendor_fee = (SELECT sum(vendor_fee) FROM rated_calls) FROM runs',
    ),
    [['true', 'true']],
  );
  // Every status that a run can come to is in the scenario or told apart by the record switches.
  const reached = new Set(result.totals.map(({ status }) => statuses[status].name));
  assert.ok(reached.has('charged') && reached.has('illegal'));
});

test('what was rated is not rated again: the same file, its content under another name, and twice in one run', async (t) => {
  const { rows, rate, dir, write } = await ratingTest(t);
  const night = write('night.arrow', arrowFile([event(1), event(2)]));
  await rate(night);
  assert.deepEqual((await rate(night)).skipped, [{ path: night, sameAs: 'rated by run 1' }]);
  const copy = join(dir, 'copy.arrow');
  copyFileSync(night, copy);
  const again = await rate(copy);
  assert.deepEqual([again.runId, again.skipped], [undefined, [{ path: copy, sameAs: 'rated by run 1' }]]);
  const fresh = write('x.arrow', arrowFile([event(3)]));
  const twin = write('y.arrow', arrowFile([event(3)]));
  const both = await rate([fresh, twin]);
  assert.deepEqual([both.runId, both.rows, both.skipped], [2, 1, [{ path: twin, sameAs: `the same as ${fresh}` }]]);
  assert.deepEqual(await rows('SELECT run_id, rows_read FROM runs ORDER BY run_id'), [
    ['1', '2'],
    ['2', '1'],
  ]);
});

test('files of one size and different content are both rated, in one run and in two', async (t) => {
  const { rows, rate, write } = await ratingTest(t);
  const [first, second, third] = [1, 2, 3].map((flowNo) => write(`${flowNo}.arrow`, arrowFile([event(flowNo)])));
  assert.equal((await rate([first, second])).rows, 2);
  assert.equal((await rate(third)).rows, 1);
  assert.deepEqual(await rows('SELECT count(DISTINCT bytes), count(*) FROM run_inputs'), [['1', '3']]);
  assert.deepEqual(await rows('SELECT run_id, flow_no FROM rated_calls ORDER BY flow_no'), [
    ['1', '1'],
    ['1', '2'],
    ['2', '3'],
  ]);
});

test('a run without anything new changes nothing', async (t) => {
  const { rows, rate, dir } = await ratingTest(t);
  const { runId, leftOut } = await rate(dir);
  assert.equal(runId, undefined);
  assert.deepEqual(
    leftOut.map(({ message }) => message),
    ['is a folder without event files (.arrow, .arrows)'],
  );
  assert.deepEqual(await rows('SELECT count(*) FROM runs'), [['0']]);
});

test('the exit status of the command: 0, 2, 3 and 4, and 1 when nothing can be done', (t) => {
  const { dir, write } = folder(t);
  const run = (...args: string[]) => {
    const cli = new URL('../../engine/cli.ts', import.meta.url).pathname;
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: dir, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  for (const [kind, content] of Object.entries(reference)) {
    write(`${kind}.csv`, content);
    assert.equal(run('load', kind, `${kind}.csv`).status, 0);
  }
  write('good.arrow', arrowFile([event(1)]));
  write('waiting.arrow', arrowFile([event(2, { account: 'nobody' }), event(3, { callee_e164: '33' })]));
  write('rejected.arrow', arrowFile([event(4, { end_direction: 9 })]));
  writeFileSync(join(dir, 'bad.arrow'), 'no events');
  assert.equal(run('rate', 'good.arrow').status, 0);
  assert.equal(run('rate', 'good.arrow').status, 0, 'a file that is skipped was rated');
  assert.equal(run('rate', 'good.arrow', '--max-unrated', 'x').status, 2);
  assert.equal(run('rate', 'good.arrow', '--set', 'SERVER_BILLING_FREE_TIME=-1').status, 2);
  const left = run('rate', 'bad.arrow', '--json');
  assert.equal(left.status, 3);
  assert.equal(JSON.parse(left.stdout).runId, null);
  const waiting = run('rate', 'waiting.arrow', 'missing.arrow', '--max-unrated', '1');
  assert.equal(waiting.status, 4, waiting.stdout + waiting.stderr);
  assert.equal(run('rate', 'rejected.arrow', '--max-unrated', '0').status, 3);
  const failed = run('rate', 'good.arrow', '--db', 'none/there.duckdb');
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /^ratemill: the database none\/there.duckdb cannot be opened/);
});
