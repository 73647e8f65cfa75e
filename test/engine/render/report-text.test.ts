import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportText } from '../../../engine/render/report-text.ts';
import { samplePage } from './sample-page.ts';

const text = reportText(samplePage);

test('headline figures, texts and values of charts', () => {
  const [head] = text.split('\n== Over the parameter');
  assert.equal(
    head,
    `Impact of SERVER_BILLING_FREE_TIME=6
300,000 calls of 2026-03-02, nothing saved

Revenue        16,271.113754  -2.32 % of 16,657.7211
Calls charged        140,102
Margin                     -

== What was asked
Free time 6 s instead of 0 s.
On all calls.

== Where the money goes
Exact amounts.
step                                                  amount
as rated                                       16,657.721100
free calls of up to 6 s                          -412.107345
calls that no longer find their account empty      25.500000
rounding                                           -0.000001
with SERVER_BILLING_FREE_TIME=6                16,271.113754
`,
  );
});

test('of a long table the first rows, the total, and how many are left', () => {
  const lines = text.slice(text.indexOf('== Accounts')).split('\n');
  assert.equal(lines.filter((line) => line.startsWith('client-')).length, 10);
  assert.match(lines[13], /^all +71,400 +3,242,591,731,706,757,480\.007140 +119,000$/);
  assert.equal(lines[14], '… and 110 more rows; the total is over all');
});

test('a table without rows says what that means', () => {
  assert.match(text, /== Nobody\nChange of the fee by account\.\nNo account changes\.\n$/);
});

test('control characters cannot move the cursor', () => {
  const title = 'a\u001b[2Jb';
  assert.ok(reportText({ ...samplePage, title, headline: [], sections: [] }).startsWith('a\u{fffd}[2Jb\n'));
});
