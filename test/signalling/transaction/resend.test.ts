import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSchedule, parseResendIntervals, resendSchedule } from '../../../signalling/transaction/resend.ts';
import { secondsText, testVectors } from '../vectors.ts';

testVectors(['resend-config'], ({ given, expect }) => {
  assert.equal(parseResendIntervals(given.value) !== undefined, expect.valid);
});

testVectors(['resend-schedule', 'resend-retry'], ({ kind, given, expect }) => {
  const waits = parseResendIntervals(given.intervals_s.join(',')) as number[];
  const { waitsMs, windowMs } = resendSchedule(waits, given.send_retry ?? null);
  const times = waitsMs.map((_, nth) => waitsMs.slice(0, nth + 1).reduce((sum, wait) => sum + wait, 0));
  if (kind === 'resend-retry') {
    const nth = given.retry - 1;
    assert.deepEqual({ wait_s: secondsText(waitsMs[nth]), at_s: secondsText(times[nth]) }, expect);
    return;
  }
  assert.deepEqual(
    {
      retries: waitsMs.length,
      messages: waitsMs.length + 1,
      send_times_s: [0, ...times].map(secondsText),
      window_s: secondsText(windowMs),
    },
    expect,
  );
});

test('waits have up to three decimals, spaces around them do not matter, and all ten are there by default', () => {
  assert.deepEqual(parseResendIntervals(' 0.125, 2 '), [125, 2000]);
  assert.equal(parseResendIntervals('0.0001'), undefined);
  assert.equal(defaultSchedule.waitsMs.length, 10);
  assert.equal(defaultSchedule.windowMs, 31_500);
});
