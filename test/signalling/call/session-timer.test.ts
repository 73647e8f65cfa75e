import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationCap } from '../../../signalling/call/duration-caps.ts';
import {
  appendAnswerTerms,
  SessionTimer,
  supportsTimer,
  termsOfAnswer,
  termsOfRequest,
} from '../../../signalling/call/session-timer.ts';
import type { SipHeaders } from '../../../signalling/message/headers.ts';
import { parseSignallingParameter } from '../../../signalling/parameter-value.ts';
import { signallingParameters } from '../../../signalling/parameters.ts';
import { answerOf, requestOf } from '../sip-text.ts';
import { testVectors } from '../vectors.ts';
import { VirtualClock } from '../virtual-clock.ts';

function headersOf(lines: Readonly<Record<string, string>> = {}): SipHeaders {
  const written = Object.entries(lines).filter(([name]) => name !== 'Max-Forwards');
  return requestOf('INVITE', { lines: written.map(([name, value]) => `${name}: ${value}`) }).headers;
}

/** Seconds at which is asked, and at which the leg ends. */
function timeline(settings: {
  ttl: number;
  segment: number;
  grace: number;
  answered: readonly number[];
  weRefresh?: boolean;
}) {
  const clock = new VirtualClock();
  const asked: number[] = [];
  let endedAt: number | undefined;
  const parameters = {
    SS_SIP_SESSION_UPDATE_SEGMENT: settings.segment,
    SS_SIP_SESSION_TIMEOUT_EARLY_HANGUP: settings.grace,
  };
  const timer = new SessionTimer(clock, { seconds: settings.ttl, weRefresh: settings.weRefresh ?? true }, parameters, {
    onCheck: () => {
      asked.push(clock.elapsed() / 1000);
      if (settings.answered.includes(asked.length)) timer.confirm();
    },
    onExpired: () => {
      endedAt = clock.elapsed() / 1000;
    },
  });
  clock.advance(10_000_000);
  return { asked, endedAt };
}

testVectors(['session-timeline'], ({ given, expect }) => {
  const { ttl_s: ttl, segment, early_hangup_s: grace, answered_refreshes: answered } = given;
  const { asked, endedAt } = timeline({ ttl, segment, grace, answered });
  assert.deepEqual(asked, expect.refresh_times_s.map(Number));
  assert.equal(endedAt, Number(expect.bye_at_s));
});

testVectors(['session-interval'], ({ given, expect }) => {
  const parameter = signallingParameters.find(({ name }) => name === 'SS_SIP_SESSION_UPDATE_SEGMENT');
  assert.ok(parameter);
  const read = parseSignallingParameter(parameter, String(given.segment));
  assert.equal(read === undefined, expect.config_error === true);
  if (read === undefined) return;
  const { asked } = timeline({ ttl: given.ttl_s, segment: given.segment, grace: 0, answered: [] });
  assert.equal(asked[0], Number(expect.interval_s));
  assert.equal(asked.length, given.segment);
});

testVectors(['timer-support'], ({ given, expect }) => {
  const byCaller = supportsTimer(headersOf(given.invite_headers));
  const byAnswer = given.ok_headers !== undefined && termsOfAnswer(headersOf(given.ok_headers)) !== undefined;
  assert.equal((given.gateway_sip_timer ?? true) && (byCaller || byAnswer), expect.timer);
});

testVectors(['zombie-max'], ({ given, expect }) => {
  if (given.timer) {
    const { endedAt } = timeline({ ttl: given.ttl_s, segment: 2, grace: given.early_hangup_s, answered: [] });
    assert.equal(endedAt, expect.max_unconfirmed_s);
  } else {
    const parameters = { SS_MAX_CALL_DURATION: null, SS_SIP_NO_TIMER_REINVITE_INTERVAL: given.no_timer_s };
    assert.equal(durationCap(false, parameters)?.seconds ?? null, expect.max_unconfirmed_s);
  }
});

test('if the other side refreshes nothing is asked, and the end is the same', () => {
  assert.deepEqual(timeline({ ttl: 600, segment: 2, grace: 5, answered: [], weRefresh: false }), {
    asked: [],
    endedAt: 605,
  });
});

test('an interval that is asked for is kept, shortened to ours but not below its Min-SE; one below 90 s is refused', () => {
  const terms = (lines: Record<string, string>) => termsOfRequest(headersOf(lines), 600);
  assert.deepEqual(terms({}), { kind: 'none' });
  assert.deepEqual(terms({ Supported: 'timer' }), { kind: 'agreed', terms: { seconds: 600, weRefresh: true } });
  assert.deepEqual(terms({ Supported: 'timer', 'Session-Expires': '300;refresher=uac' }), {
    kind: 'agreed',
    terms: { seconds: 300, weRefresh: false },
  });
  assert.deepEqual(terms({ 'Session-Expires': '1800', 'Min-SE': '900' }), {
    kind: 'agreed',
    terms: { seconds: 900, weRefresh: true },
  });
  assert.deepEqual(terms({ Supported: 'timer', 'Session-Expires': '89' }), { kind: 'tooSmall' });
});

test('a caller with Session-Expires that does not say it understands the extension is refreshed by us, and required nothing (RFC 4028, 9)', () => {
  const request = headersOf({ 'Session-Expires': '60;refresher=uac' });
  const asked = termsOfRequest(request, 600);
  assert.deepEqual(asked, { kind: 'agreed', terms: { seconds: 90, weRefresh: true } });
  const answerTo = (to: SipHeaders) => {
    const { headers } = answerOf(requestOf('INVITE'), 200);
    appendAnswerTerms(headers, { seconds: 90, weRefresh: true }, to);
    return [headers.first('Session-Expires'), headers.first('Require')];
  };
  assert.deepEqual(answerTo(request), ['90;refresher=uas', undefined]);
  assert.deepEqual(answerTo(headersOf({ Supported: 'timer' })), ['90;refresher=uas', 'timer']);
});
