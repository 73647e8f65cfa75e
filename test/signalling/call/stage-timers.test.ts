import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSeconds, type Stage, StageTimers, stageTimeouts } from '../../../signalling/call/stage-timers.ts';
import type { StageOverrides } from '../../../signalling/configuration.ts';
import { defaultSignallingParameters } from '../../../signalling/parameters.ts';
import { testVectors } from '../vectors.ts';
import { VirtualClock } from '../virtual-clock.ts';

const none: StageOverrides = {
  timeoutInvite: 0,
  timeoutTrying: 0,
  timeoutSessionProgress: 0,
  timeoutSessionProgressSdp: 0,
  timeoutRinging: 0,
};

testVectors(['stage-timeout'], ({ given, expect }) => {
  const clock = new VirtualClock();
  const defaults = stageTimeouts(defaultSignallingParameters, none);
  const lowered = Object.entries(given.timeouts_s ?? {}).map(([stage, seconds]) => [stage, 1000 * seconds]);
  const expired: [Stage, number][] = [];
  const timers = new StageTimers(clock, { ...defaults, ...Object.fromEntries(lowered) }, (stage) => {
    expired.push([stage, clock.elapsed() / 1000]);
  });
  for (const { t_s, event } of given.events.slice(1)) {
    clock.advance(1000 * Number(t_s) - clock.elapsed());
    if (event === '200') timers.stop();
    else if (expired.length === 0) timers.progress(Number.parseInt(event, 10), event.endsWith('+SDP'));
  }
  clock.advance(1_000_000);
  assert.deepEqual(expired, expect.fail_at_s === null ? [] : [[expect.stage, Number(expect.fail_at_s)]]);
});

testVectors(['gateway-override'], ({ given, expect }) => {
  assert.deepEqual({ effective_s: effectiveSeconds(given.override_s, given.system_s) }, expect);
  assert.ok(given.field in none, `${given.field} can be set for a gateway`);
});

test('what a gateway sets is the limit of its stage, in milliseconds', () => {
  const timeouts = stageTimeouts(defaultSignallingParameters, { ...none, timeoutRinging: 45 });
  assert.deepEqual(timeouts, {
    invite: 10_000,
    trying: 20_000,
    session_progress: 20_000,
    session_progress_sdp: 120_000,
    ringing: 45_000,
  });
});
