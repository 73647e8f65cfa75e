import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Stopwatch } from '../../engine/stopwatch.ts';

test('goes on when the clock of the machine is set back', (t: TestContext) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 2, 2, 12) });
  const watch = new Stopwatch();
  t.mock.timers.setTime(Date.UTC(2026, 2, 2, 11));
  const { elapsedMs } = watch;
  assert.ok(elapsedMs >= 0 && elapsedMs < 60_000);
  assert.equal(watch.startedMs, Date.UTC(2026, 2, 2, 12));
  assert.ok(watch.nowMs >= watch.startedMs && watch.nowMs < watch.startedMs + 60_000);
});
