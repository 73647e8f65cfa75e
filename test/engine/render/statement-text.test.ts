import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementCsv, statementText } from '../../../engine/render/statement-text.ts';
import type { Statement } from '../../../engine/reports/statement.ts';

const entry = { entryNo: 1, runId: 2, reference: null, calls: null };
const statement: Statement = {
  account: 'alder',
  name: 'Alder, "Telecom"',
  timezone: 'Europe/Berlin',
  from: '2026-10-01T00:00:00.000+02:00',
  to: null,
  opening: '1234.5',
  entries: [
    {
      ...entry,
      kind: 'payment',
      at: '2026-10-25T02:30:00.000+02:00',
      reference: '=1+1',
      amount: '1000.00',
      balance: '2234.5',
    },
    {
      ...entry,
      kind: 'charge',
      at: '2026-10-25T02:30:00.123+01:00',
      calls: 1001,
      amount: '-2300.000001',
      balance: '-65.500001',
    },
    { ...entry, kind: 'adjustment', at: '2026-11-01T00:00:00.000+01:00', amount: '0.25', balance: '-65.250001' },
  ],
  closing: '-65.250001',
  destinations: [
    { destination: 'Germany', calls: 1000, holdSeconds: 60_029, feeSeconds: 61_000, fee: '2299.00' },
    { destination: '-Bell\u0007', calls: 1, holdSeconds: 30, feeSeconds: 60, fee: '1.000001' },
  ],
  charged: { calls: 1001, holdSeconds: 60_059, feeSeconds: 61_060, fee: '2300.000001' },
  notCharged: { calls: 3, shortfall: '0.5' },
  adjusted: [{ runId: 2, cause: '=cause', calls: 2, delta: '-0.25' }],
};

test('amounts line up on the point; times are those of the account', () => {
  assert.equal(
    statementText(statement),
    `statement of alder, Alder, "Telecom"
from 2026-10-01 00:00:00 +02:00; times of Europe/Berlin

time                        entry                reference  calls         amount       balance
                            opening balance                                       1,234.500000
2026-10-25 02:30:00 +02:00  payment              =1+1               1,000.000000  2,234.500000
2026-10-25 02:30:00 +01:00  charge of run 2                 1,001  -2,300.000001    -65.500001
2026-11-01 00:00:00 +01:00  adjustment of run 2                         0.250000    -65.250001
                            closing balance                                         -65.250001

destination                    calls  minutes           fee
Germany                        1,000    1,000  2,299.000000
-Bell�                             1        1      1.000001
all charged                    1,001    1,001  2,300.000001
not charged for lack of money      3               0.500000

adjustment  cause   calls  change of fees
run 2       =cause      2           -0.25
`,
  );
});

test('without entries there are two balances; a period is told as far as it was given', () => {
  const none = {
    ...statement,
    name: '',
    entries: [],
    destinations: [],
    notCharged: { calls: 0, shortfall: '0.00' },
    adjusted: [],
  };
  assert.equal(
    statementText({ ...none, from: null, opening: '0.00', closing: '0.00' }),
    `statement of alder
all entries; times of Europe/Berlin

time  entry            reference  calls  amount  balance
      opening balance                               0.00
      closing balance                               0.00
`,
  );
  const to = '2026-11-01T00:00:00.000+01:00';
  assert.match(
    statementText({ ...none, to }),
    /^from 2026-10-01 00:00:00 \+02:00, before 2026-11-01 00:00:00 \+01:00; times of/m,
  );
  assert.match(
    statementText({ ...none, from: null, to }),
    /^before 2026-11-01 00:00:00 \+01:00; times of Europe\/Berlin$/m,
  );
});

test('CSV has a line an entry and a destination; what a spreadsheet would run is disarmed', () => {
  assert.deepEqual(statementCsv(statement).split('\r\n'), [
    'account,timezone,line,at,run,reference,destination,calls,hold_seconds,fee_seconds,amount,balance,fee,shortfall,cause,delta',
    'alder,Europe/Berlin,opening,2026-10-01T00:00:00.000+02:00,,,,,,,,1234.5,,,,',
    "alder,Europe/Berlin,payment,2026-10-25T02:30:00.000+02:00,2,'=1+1,,,,,1000.00,2234.5,,,,",
    'alder,Europe/Berlin,charge,2026-10-25T02:30:00.123+01:00,2,,,1001,,,-2300.000001,-65.500001,,,,',
    'alder,Europe/Berlin,adjustment,2026-11-01T00:00:00.000+01:00,2,,,,,,0.25,-65.250001,,,,',
    'alder,Europe/Berlin,closing,,,,,,,,,-65.250001,,,,',
    'alder,Europe/Berlin,destination,,,,Germany,1000,60029,61000,,,2299.00,,,',
    "alder,Europe/Berlin,destination,,,,'-Bell\u0007,1,30,60,,,1.000001,,,",
    'alder,Europe/Berlin,not_charged,,,,,3,,,,,,0.5,,',
    "alder,Europe/Berlin,cause,,2,,,2,,,,,,,'=cause,-0.25",
    '',
  ]);
});
