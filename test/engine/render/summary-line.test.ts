import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { summaryFields, summaryLine } from '../../../engine/render/summary-line.ts';
import { reportRun } from '../../../engine/reports/run-report.ts';
import { arrowFile, event } from '../events.ts';
import { ratingTest, reference } from '../rating.ts';

/** Rates files of events one after the other; what is said of each run. */
async function summaries(t: TestContext) {
  const accounts = `${reference.accounts}poor,Poor,client,retail,0.03,0,prevent,UTC\n`;
  const { connection, dir, load, rate, write } = await ratingTest(t, { ...reference, accounts });
  const poor = [4, 5, 6].map((flowNo) => event(flowNo, { account: 'poor' }));
  const first = [event(1), event(2, { callee_e164: '33' }), event(3, { end_direction: 9 }), ...poor];
  write('a.arrow', arrowFile(first));
  const line = async (...patterns: string[]) => reportRun(connection, await rate(patterns), 'x.duckdb');
  const reports = [await line(dir), await line(dir)];
  await load(
    'rates',
    'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,33,France,0.03,60,60\n',
  );
  write('b.arrow', arrowFile([event(7), event(8, { callee_e164: '44901' })]));
  reports.push(await line(dir, join(dir, 'missing.arrow')), await line(dir));
  return reports;
}

test('a run in a line: done, nothing new, with a retry and a missing file', async (t) => {
  const reports = await summaries(t);
  assert.deepEqual(
    reports.map((report) => summaryLine(report)),
    [
      'run 1 done: 6 calls of 1 file, charged 0.04; 1 wait (0.01 at risk), 1 rejected, 1 call refused for want of money, ' +
        '0 files left out',
      'nothing new: 1 file rated before; 1 wait, 0 files left out',
      'run 3 done: 2 calls of 1 file, charged 0.01; retry, run 2: 1 call came out otherwise, charged 0.03; ' +
        '1 wait (0.01 at risk), 0 rejected, 0 calls refused for want of money, 1 file left out',
      'nothing new: 2 files rated before; 1 wait, 0 files left out',
    ],
  );
  assert.match(summaryLine(reports[0], 0), /; 1 wait \(0\.01 at risk, more than 0 allowed\), /);
  assert.doesNotMatch(summaryLine(reports[0], 1), /allowed/);
});

test('its figures for the log are exact', async (t) => {
  const [first] = await summaries(t);
  assert.deepEqual(summaryFields(first), {
    runId: 1,
    files: 1,
    skippedFiles: 0,
    leftOutFiles: 0,
    olderFiles: 0,
    calls: 6,
    chargedCalls: 3,
    fee: '0.0375',
    vendorFee: '0.00',
    unratedCalls: 1,
    atRisk: '0.0125',
    rejected: 1,
    refusedCalls: 1,
    cappedCalls: 0,
    retryRunId: null,
    retriedCalls: 0,
    retryFee: '0.00',
    stillWaitingCalls: 0,
  });
});
