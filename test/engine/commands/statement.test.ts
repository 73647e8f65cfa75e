import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-statement-'));
after(() => rmSync(dir, { recursive: true }));
const { connection, close } = await openDatabase(join(dir, 'ratemill.duckdb'));
// Payments around two days of Berlin, one of 23 and one of 25 hours, and a charge made by hand.
await connection.run(`
  INSERT INTO accounts VALUES
    ('baltic', 'Baltic Voice', 'client', 'retail', 10, 0, 'prevent', 'Europe/Berlin', 1),
    ('cedar', 'Cedar', 'client', 'retail', 0, 0, 'allow', 'America/New_York', 1);
  INSERT INTO rates VALUES (1, 'retail', '49', 'Germany', 0.0125, 60, 60, 0, NULL, NULL, false, NULL, 1, NULL);
  INSERT INTO call_names VALUES ('account', 1, 'cedar'), ('account', 2, 'baltic');
  INSERT INTO calls (run_id, parameter_set, softswitch_id, flow_no, account_id, caller_e164, callee_e164, stripped_characters, start_at,
      answered_at, ended_at, status, hold_time, rate_id, fee_time, fee, shortfall, end_direction, end_reason, billing_mode,
      attempts)
    SELECT 1, 0, 1, flow_no, 2, '44', '49', 0, '2026-03-29 10:00:00Z', '2026-03-29 10:00:00Z', '2026-03-29 10:01:00Z', status, 60, 1, 60,
      fee, 0.0125 - fee, 0, 200, 1, 1
    FROM (VALUES (1, 'charged', 0.0125), (2, 'charged', 0.0125), (3, 'overdraft_refused', 0)) call(flow_no, status, fee);
  INSERT INTO ledger (entry_no, run_id, account, kind, effective_at, amount, balance_after, calls, lowest, reference, load_id) VALUES
    (1, 1, 'baltic', 'opening', NULL, 10, 10, NULL, NULL, NULL, 1),
    (2, 1, 'cedar', 'opening', NULL, 0, 0, NULL, NULL, NULL, 1),
    (3, 1, 'baltic', 'payment', '2026-03-28 22:59:59.999Z', 1, 11, NULL, NULL, 'p1', 2),
    (4, 1, 'baltic', 'payment', '2026-03-28 23:00:00Z', 2, 13, NULL, NULL, 'p2', 2),
    (5, 1, 'baltic', 'payment', '2026-03-29 21:59:59.999Z', 4, 17, NULL, NULL, 'p3', 2),
    (6, 1, 'baltic', 'payment', '2026-03-29 22:00:00Z', 8, 25, NULL, NULL, 'p4', 2),
    (7, 1, 'baltic', 'payment', '2026-10-24 22:00:00Z', 16, 41, NULL, NULL, 'p5', 2),
    (8, 1, 'baltic', 'payment', '2026-10-25 22:59:59Z', 32, 73, NULL, NULL, 'p6', 2),
    (9, 1, 'baltic', 'payment', '2026-10-25 23:00:00Z', 64, 137, NULL, NULL, 'p7', 2),
    (10, 1, 'baltic', 'charge', '2026-03-29 10:01:00Z', -0.025, 136.975, 2, 0, NULL, NULL),
    (11, 1, 'cedar', 'payment', '2026-11-01 04:00:00Z', 1, 1, NULL, NULL, 'n1', 2),
    (12, 1, 'cedar', 'payment', '2026-11-02 04:59:59Z', 2, 3, NULL, NULL, 'n2', 2),
    (13, 1, 'cedar', 'payment', '2026-11-02 05:00:00Z', 4, 7, NULL, NULL, 'n3', 2)`);
close();

/** The standard output of a statement that is made. */
function output(...words: string[]): string {
  const { status, stdout, stderr } = ratemill(dir, ['statement', ...words]);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** What standard error says, with the exit status. */
function refusal(...words: string[]): [number | null, string] {
  const { status, stdout, stderr } = ratemill(dir, ['statement', ...words]);
  assert.equal(stdout, '');
  return [status, stderr];
}

test('prints the entries of a day of the account, 23 hours long, and the calls behind the charge', () => {
  assert.equal(
    output('baltic', '--from', '2026-03-29', '--to', '2026-03-30'),
    `statement of baltic, Baltic Voice
from 2026-03-29 00:00:00 +01:00, before 2026-03-30 00:00:00 +02:00; times of Europe/Berlin

time                        entry            reference  calls  amount  balance
                            opening balance                             11.000
2026-03-29 00:00:00 +01:00  payment          p2                 2.000   13.000
2026-03-29 12:01:00 +02:00  charge of run 1                 2  -0.025   12.975
2026-03-29 23:59:59 +02:00  payment          p3                 4.000   16.975
                            closing balance                             16.975

destination                    calls  minutes     fee
Germany                            2        2  0.0250
all charged                        2        2  0.0250
not charged for lack of money      1           0.0125
`,
  );
});

test('days have 25 hours, moments a zone of their own, open ends are everything', () => {
  const references = (...words: string[]) => {
    const { opening, entries, closing } = JSON.parse(output(...words, '--json'));
    return [opening, entries.map((entry: { reference: string | null }) => entry.reference ?? '-').join(' '), closing];
  };
  assert.deepEqual(references('baltic', '--from', '2026-10-25', '--to', '2026-10-26'), ['24.975', 'p5 p6', '72.975']);
  assert.deepEqual(references('cedar', '--from', '2026-11-01', '--to', '2026-11-02'), ['0.00', 'n1 n2', '3.00']);
  const berlinNight = ['--from', '2026-03-28T23:00:00Z', '--to', '2026-03-29T23:59:59.999+02:00'];
  assert.deepEqual(references('baltic', ...berlinNight), ['11.00', 'p2 -', '12.975']);
  assert.deepEqual(references('baltic'), ['10.00', 'p1 p2 - p3 p4 p5 p6 p7', '136.975']);
  assert.deepEqual(references('baltic', '--to', '2026-03-29'), ['10.00', 'p1', '11.00']);
});

test('JSON and CSV have the same figures; a file is written whole', () => {
  const period = ['--from', '2026-03-29', '--to', '2026-03-30'];
  const json = output('baltic', ...period, '--json');
  assert.equal(output('baltic', ...period, '--format', 'json'), json);
  const { entries, ...rest } = JSON.parse(json);
  assert.deepEqual(rest, {
    account: 'baltic',
    name: 'Baltic Voice',
    timezone: 'Europe/Berlin',
    from: '2026-03-29T00:00:00.000+01:00',
    to: '2026-03-30T00:00:00.000+02:00',
    opening: '11.00',
    closing: '16.975',
    destinations: [{ destination: 'Germany', calls: 2, holdSeconds: 120, feeSeconds: 120, fee: '0.025' }],
    charged: { calls: 2, holdSeconds: 120, feeSeconds: 120, fee: '0.025' },
    notCharged: { calls: 1, shortfall: '0.0125' },
    adjusted: [],
  });
  assert.equal(entries.length, 3);
  const file = join(dir, 'baltic.csv');
  const { status, stdout, stderr } = ratemill(dir, [
    'statement',
    'baltic',
    ...period,
    '--format',
    'csv',
    '--out',
    file,
  ]);
  assert.deepEqual([status, stdout, stderr], [0, '', `wrote ${file}: ${readFileSync(file).length} bytes\n`]);
  assert.match(
    readFileSync(file, 'utf8'),
    /^baltic,Europe\/Berlin,charge,2026-03-29T12:01:00\.000\+02:00,1,,,2,,,-0\.025,12\.975,,,,\r$/m,
  );
  assert.match(refusal('baltic', '--out', join(dir, 'none/x'))[1], /x cannot be written: .*Check the folder/);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('an unknown account is told with the nearest name', () => {
  assert.deepEqual(refusal('balti'), [
    1,
    'ratemill: there is no account balti in ratemill.duckdb; did you mean baltic?\n',
  ]);
  assert.deepEqual(refusal('zzzzzzzzzzzz'), [
    1,
    'ratemill: there is no account zzzzzzzzzzzz in ratemill.duckdb; "ratemill sql \'FROM account_balances\'" lists those it has\n',
  ]);
});

test('wrong words are told with what is allowed', () => {
  for (const [words, said] of [
    [
      ['--from', '1.3.2026'],
      '--from 1.3.2026: expected a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z',
    ],
    [['--to', '2026-02-30'], '--to 2026-02-30: expected a day of the calendar, from 1900 on'],
    [
      ['--to', '2026-03-01T08:00'],
      '--to 2026-03-01T08:00: expected a time zone after the time: Z, or an offset such as +01:00',
    ],
    [['--from', ''], '--from is empty: expected a date such as 2026-01-31, or leave it out'],
    [
      ['--from', '2026-03-01', '--to', '2026-03-01'],
      '--to 2026-03-01 is not after --from 2026-03-01: it names the first day or moment after the statement',
    ],
    [['--json', '--format', 'csv'], '--json and --format csv cannot be had together: leave one out'],
  ] as const) {
    assert.deepEqual(refusal('baltic', ...words), [2, `ratemill: ${said}\n`]);
  }
});
