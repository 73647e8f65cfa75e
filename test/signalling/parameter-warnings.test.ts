import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capRatio, LEAST_CAP_RATIO, signallingWarnings } from '../../signalling/parameter-warnings.ts';
import { defaultSignallingParameters } from '../../signalling/parameters.ts';
import { testVectors } from './vectors.ts';

testVectors(['cap-ratio'], ({ given, expect }) => {
  assert.equal(String(capRatio(Number(given.no_timer_s), given.ttl_s)), expect.ratio);
  const warnings = signallingWarnings({
    SS_SIP_NO_TIMER_REINVITE_INTERVAL: Number(given.no_timer_s),
    SS_MAX_CALL_DURATION: null,
    SS_SIP_SESSION_TTL: given.ttl_s,
  });
  assert.equal(warnings.length === 0, expect.meets_minimum_3);
  assert.equal(LEAST_CAP_RATIO, 3);
});

test('defaults raise no warning; one says the values, and what is advised', () => {
  assert.deepEqual(signallingWarnings(defaultSignallingParameters), []);
  const short = { ...defaultSignallingParameters, SS_SIP_NO_TIMER_REINVITE_INTERVAL: 1799 };
  assert.deepEqual(signallingWarnings(short), [
    'SS_SIP_NO_TIMER_REINVITE_INTERVAL 1799 s (29.98 minutes) is 2.99 times SS_SIP_SESSION_TTL 600 s (10 minutes): callers without session timer are hung up that soon, however well they are; 1800 s (30 minutes) or more is advised',
  ]);
});

test('no limit at all for callers without session timer is warned of', () => {
  const none = { ...defaultSignallingParameters, SS_SIP_NO_TIMER_REINVITE_INTERVAL: null };
  assert.match(signallingWarnings(none)[0], /are null: .* billed without end; set one of them/);
  assert.deepEqual(signallingWarnings({ ...none, SS_MAX_CALL_DURATION: 14_400 }), []);
});
