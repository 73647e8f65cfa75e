import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { checkDeck, type DeckCheckOptions } from '../../../engine/reference/check-deck.ts';
import { checkText } from '../../../engine/reference/check-text.ts';
import { folder, loading } from './folder.ts';

const header =
  'rate_group,prefix,destination,rate,first_increment,next_increment,effective_from,effective_until,locked';

function check(t: TestContext, rows: string, options: Partial<DeckCheckOptions> = {}) {
  const file = folder(t).write('deck.csv', `${header}\n${rows}`);
  return checkDeck(file, { precision: 4, quantiseRates: true, ...options });
}

test('a row that begins later hides the earlier one of its prefix while both are in force', async (t) => {
  const { hidden } = await check(
    t,
    `A,49,De,0.1,1,1,2026-01-01,,
A,49,De,0.2,1,1,2026-02-01,2026-02-05,
A,49,De,0.3,1,1,2026-03-01,,
A,491,De,0.3,1,1,,2026-03-01,
A,491,De,0.3,1,1,2026-03-01,,
B,49,De,0.1,1,1,2026-01-15,,
`,
  );
  const a = { rateGroup: 'A', prefix: '49' };
  assert.deepEqual(hidden, [
    { ...a, hidden: 'line 2', by: 'line 3', from: '2026-02-01T00:00:00.000Z', until: '2026-02-05T00:00:00.000Z' },
    { ...a, hidden: 'line 2', by: 'line 4', from: '2026-03-01T00:00:00.000Z', until: null },
  ]);
});

test('margins: the longest vendor prefix of a rate, and the longest client prefix of a vendor rate', async (t) => {
  const { margins } = await check(
    t,
    `A,49,De,0.01,1,1,,,
A,4917,De,0.02,1,1,,,
A,44,Uk,0.001,1,1,,,yes
B,4,Zone,0.5,1,1,,,
V,4,Zone,0.4,1,1,,,
V,49,De,0.009,1,1,,,
V,4915,De,0.05,1,1,,,
V,491,De,0.03,1,1,,,
V,43,At,0.9,1,1,2020-01-01,2021-01-01,
`,
    { vendorGroup: 'V' },
  );
  assert.deepEqual(
    margins?.map((one) => [
      one.rateGroup,
      one.prefix,
      one.client,
      one.clientRate,
      one.vendor,
      one.vendorPrefix,
      one.vendorRate,
      one.loss,
    ]),
    [
      ['B', '43', 'line 5', '0.5', 'line 10', '43', '0.9', '0.4'],
      ['A', '4915', 'line 2', '0.01', 'line 8', '4915', '0.05', '0.04'],
      ['A', '491', 'line 2', '0.01', 'line 9', '491', '0.03', '0.02'],
      ['A', '4917', 'line 3', '0.02', 'line 9', '491', '0.03', '0.01'],
    ],
  );
});

test('margins count only while both rates are in force', async (t) => {
  const { margins } = await check(
    t,
    'A,49,De,0.01,1,1,2026-01-01,2026-02-01,\nV,49,De,0.02,1,1,2026-02-01,,\nV,4,De,0.005,1,1,,,\n',
    { vendorGroup: 'V' },
  );
  assert.deepEqual(margins, []);
});

test('the database gives vendor rates, earlier periods and keys that are there', async (t) => {
  const { connection, load } = await loading(t);
  await load('rates', `${header}\nV,49,De,0.02,1,1,,,\nA,49,De,0.03,1,1,,,\nA,1,Us,0.03,1,1,,,\nZ,1,Us,0.03,1,1,,,\n`);
  const found = await check(t, 'A,49,De,0.01,1,1,2026-01-01,,\nA,1,Us,0.04,1,1,,,\n', { vendorGroup: 'V', connection });
  assert.deepEqual(found.againstDatabase, { added: 1, sameKey: 1 });
  assert.deepEqual(found.hidden, [
    { rateGroup: 'A', prefix: '49', hidden: 'rate 2', by: 'line 2', from: '2026-01-01T00:00:00.000Z', until: null },
  ]);
  assert.deepEqual(
    found.margins?.map(({ client, vendor, loss }) => [client, vendor, loss]),
    [['line 2', 'rate 1', '0.01']],
  );

  const ofVendor = await check(t, 'V,49,De,0.05,1,1,2026-01-01,,\n', { vendorGroup: 'V', connection });
  assert.deepEqual(
    ofVendor.margins?.map(({ client, vendor, loss }) => [client, vendor, loss]),
    [['rate 2', 'line 2', '0.02']],
  );
});

test('a vendor group without rates, or nothing to compare with, is an error', async (t) => {
  const deck = 'A,49,De,0.01,1,1,,,\n';
  await assert.rejects(check(t, deck, { vendorGroup: 'V' }), (error) => {
    assert.ok(error instanceof OperatorError);
    assert.match(
      error.message,
      /^there are no rates of the vendor group V in .*deck\.csv; add --against-db to take those of the database$/,
    );
    return true;
  });
  await assert.rejects(
    check(t, deck, { vendorGroup: 'A' }),
    /has rates of the vendor group A alone; add --against-db to compare them with those of the database$/,
  );
});

test('mistakes come first, and alone', async (t) => {
  const found = await check(t, 'A,49,De,x,1,1,,,\n', { vendorGroup: 'V' });
  assert.equal(found.mistakes.length, 1);
  assert.equal(found.margins, null);
  assert.match(checkText(found), /1 mistake; it would not be loaded\n.*:2: rate "x": expected a decimal/);
});

test('the findings as text', async (t) => {
  const found = await check(t, 'A,49,De,0.005,1,1,2026-01-01,,\nA,49,De,0.01,1,1,2026-02-01,,\nV,49,De,0.02,1,1,,,\n', {
    vendorGroup: 'V',
    precision: 2,
  });
  assert.equal(
    checkText({ ...found, file: 'deck.csv' }),
    `deck.csv: 3 rates, no mistakes

SERVER_BILLING_FEE_PRECISTION 2 changes 1 of 3 rates: 1 up, 0 down, their sum by +14.29 %.
To keep rates as they stand set it to 4, or quantiseRates to false. The largest changes:
  line 2: A 49: 0.005 becomes 0.01 (+100.00 %)

1 rate is hidden for a time by one of the same prefix that begins later:
rate_group  prefix  hidden  by      from                      until
A           49      line 2  line 3  2026-02-01T00:00:00.000Z  for good

2 rates are below the vendor’s:
rate_group  numbers  sold in   rate  bought in    rate  loss/min
A           49*      line 2   0.005  line 4 (49)  0.02     0.015
A           49*      line 3    0.01  line 4 (49)  0.02      0.01
`,
  );
});
