/** The worked examples of authentication, played against the authenticator. */
import assert from 'node:assert/strict';
import type { Verdict } from '../../../signalling/authentication/authenticator.ts';
import { leastTimeoutSeconds, timeoutWarning } from '../../../signalling/authentication/least-timeout.ts';
import type { SignallingParameters } from '../../../signalling/parameters.ts';
import { testVectors } from '../vectors.ts';
import { AuthenticationWorld, HERE, registerOf } from './authentication-world.ts';
import { PASSWORD } from './digest-client.ts';

const HOUR_MS = 3_600_000;

testVectors(['auth-sequence'], ({ given, expect }) => {
  const parameters: Partial<SignallingParameters> = {
    SS_SIP_AUTHENTICATION_CODE: given.code,
    SS_SIP_AUTHENTICATION_RETRY: given.retry,
    SS_SIP_AUTHENTICATION_TIMEOUT: given.timeout_s,
    SS_AUTHENTICATION_MAX_RETRY: given.max_retry,
    SS_AUTHENTICATION_FAILED_SUSPEND: given.suspend_s,
    SS_REPLY_UNAUTHORIZED: given.reply_unauthorized ? 'On' : 'Off',
  };
  const world = new AuthenticationWorld({ parameters });
  const results = given.events.map(({ t_s, session, credentials }, nth) => {
    world.clock.advance(1000 * Number(t_s) - world.clock.elapsed());
    const password = { none: undefined, bad: 'wrong', good: PASSWORD }[credentials ?? 'none'];
    const verdict = world.register({ callId: `session-${session}`, ...(password === undefined ? {} : { password }) });
    return expect.results?.[nth] === 'blocked' ? blocked(verdict) : told(world, verdict);
  });
  assert.deepEqual(results, expect.results);
  const [suspension] = world.authenticator.suspensions.list();
  const startMs = world.clock.now() - world.clock.elapsed();
  const untilSeconds = suspension === undefined ? null : String((suspension.untilMs - startMs) / 1000);
  assert.equal(untilSeconds, expect.suspended_until_s);
});

/** An attacker who uses the whole time of a session, and comes back as soon as he may. */
testVectors(['auth-rate'], ({ given, expect }) => {
  const world = new AuthenticationWorld({
    parameters: {
      SS_SIP_AUTHENTICATION_RETRY: given.retries,
      SS_SIP_AUTHENTICATION_TIMEOUT: Math.max(given.timeout_s, 1),
      SS_AUTHENTICATION_MAX_RETRY: given.retries,
      SS_AUTHENTICATION_FAILED_SUSPEND: given.suspend_s,
      SS_REPLY_UNAUTHORIZED: given.reply_unauthorized === false ? 'Off' : 'On',
    },
  });
  // A millisecond before the session is over; without time in it, at once.
  const waitMs = Math.max(1000 * given.timeout_s - 1, 0);
  let guesses = 0;
  for (let cycle = 0; cycle < 20; cycle++) {
    const callId = `cycle-${cycle}`;
    world.register({ callId });
    world.clock.advance(waitMs);
    for (let nth = 0; nth < 2 * given.retries; nth++) {
      const verdict = world.register({ callId, password: `guess-${cycle}-${nth}` });
      // Silence gives him no nonce: nothing was looked at.
      if (world.last !== '') guesses++;
      if (verdict.kind === 'refused') break;
    }
    world.clock.advance(1000 * given.suspend_s);
  }
  assert.equal(Math.round((guesses * HOUR_MS) / world.clock.elapsed()), expect.guesses_per_hour_rounded);
  const most = given.reply_unauthorized === false ? 0 : (given.retries * 3600) / (given.timeout_s + given.suspend_s);
  assert.equal(most.toFixed(most === 0 ? 0 : 2), expect.guesses_per_hour);
});

testVectors(['auth-first-limit'], ({ given, expect }) => {
  const world = new AuthenticationWorld({
    parameters: {
      SS_SIP_AUTHENTICATION_RETRY: given.retries,
      SS_SIP_AUTHENTICATION_TIMEOUT: given.timeout_s,
      SS_AUTHENTICATION_MAX_RETRY: 0,
    },
  });
  let verdict: Verdict = world.register();
  while (verdict.kind === 'challenged') {
    world.clock.advance(1000 * Number(given.seconds_per_attempt));
    verdict = world.register({ password: 'wrong' });
  }
  const first = verdict.kind === 'refused' && verdict.because === 'retries' ? 'retry' : 'timeout';
  assert.equal(first, expect.first_limit);
  assert.equal(String(given.retries * Number(given.seconds_per_attempt)), expect.total_s);
});

testVectors(['auth-timeout-rule'], ({ given, expect }) => {
  assert.equal(leastTimeoutSeconds(given.retries), expect.minimum_timeout_s);
  if (given.timeout_s === undefined) return;
  const warning = timeoutWarning({
    SS_SIP_AUTHENTICATION_RETRY: given.retries,
    SS_SIP_AUTHENTICATION_TIMEOUT: given.timeout_s,
  });
  assert.equal(warning === undefined, expect.meets_rule);
  if (warning !== undefined) assert.ok(warning.includes(`${expect.minimum_timeout_s} s`), warning);
});

function blocked(verdict: Verdict): string {
  return verdict.kind === 'refused' && verdict.because === 'suspended' ? 'blocked' : verdict.kind;
}

function told({ authenticator }: AuthenticationWorld, verdict: Verdict): number | string {
  if (verdict.kind === 'admitted') return 200;
  return authenticator.answer(registerOf('6001', 'told'), HERE, verdict, 'tag')?.status ?? 'silent';
}
