import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportRun } from '../../../engine/reports/run-report.ts';
import { arrowFile, event, noon } from '../events.ts';
import { ratingTest } from '../rating.ts';

const answered = noon + 10_000;

test('calls that wait are valued at the average rate of their account, or of all calls', async (t) => {
  const { connection, write, rate } = await ratingTest(t);
  const call = (flowNo: number, callee: string, account: string, seconds: number) =>
    event(flowNo, { callee_e164: callee, account, answered_at: answered, ended_at: answered + seconds * 1000 });
  const path = write(
    'a.arrow',
    arrowFile([
      // 0.0125 for a minute is the average of alice, and as she alone pays, of all calls.
      call(1, '49221', 'alice', 60),
      call(2, '777', 'alice', 120),
      call(3, '49221', 'nobody', 60),
    ]),
  );
  const { unrated } = await reportRun(connection, await rate(path), 'memory');
  assert.deepEqual(unrated, { calls: 2, seconds: 180, atRisk: '0.0375' });
});

test('with nothing charged there is no average, and nothing at risk is claimed', async (t) => {
  const { connection, write, rate } = await ratingTest(t);
  const path = write('a.arrow', arrowFile([event(1, { callee_e164: '777' })]));
  const { unrated } = await reportRun(connection, await rate(path), 'memory');
  assert.equal(unrated.calls, 1);
  assert.equal(unrated.atRisk, '0.00');
});
