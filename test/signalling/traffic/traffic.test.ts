import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeReference } from '../../../datasets/reference.ts';
import { trafficReference } from '../../../engine/traffic-reference.ts';
import type { EventText } from '../../../signalling/events/events.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';
import {
  fillTraffic,
  planTraffic,
  type TrafficOptions,
  type TrafficReference,
  trafficBatch,
  trafficDefaults,
} from '../../../signalling/traffic/traffic.ts';

const CALLS = 200_000;
const reference: TrafficReference = trafficReference(
  'made',
  makeReference({ prefixes: 5000, accounts: 200, gateways: 30, seed: 1 }),
);
const deck = new Set(reference.prefixes);

/** An event as the tests see it. */
interface Seen {
  readonly key: string;
  readonly content: string;
  readonly account: number;
  readonly mode: number;
  readonly callerGateway: number;
  readonly calleeGateway: number;
  readonly callee: string;
  readonly toGateway: string | null;
  readonly start: number;
  readonly ringing: number;
  readonly answered: number;
  readonly ended: number;
  readonly direction: number;
  readonly reason: number;
  readonly attempts: number;
  readonly softswitch: number;
}

let seen: Seen[];
before(() => {
  seen = traffic({});
});

const shareOf = (count: number) => count / CALLS;
const near = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found}, expected ${expected} ± ${tolerance}`);

test('all calls asked for are there, on all softswitches', () => {
  assert.equal(seen.length, CALLS);
  assert.deepEqual([...new Set(seen.map(({ softswitch }) => softswitch))], [0, 1, 2]);
});

test('illegal calls, unknown accounts and services have their shares', () => {
  const number = ({ callee }: Seen) => callee.slice(2);
  const count = (found: (event: Seen) => boolean) => shareOf(seen.filter(found).length);
  const { illegalShare, unknownAccountShare, tollFreeShare, noCdrShare, invalidNumberShare } = trafficDefaults;
  near(
    count(({ mode }) => mode === -1),
    illegalShare,
    0.001,
    'illegal',
  );
  near(
    count(({ account }) => account >= 200),
    unknownAccountShare,
    0.0003,
    'unknown accounts',
  );
  near(
    count((event) => number(event).startsWith('800')),
    tollFreeShare,
    0.001,
    'toll-free',
  );
  near(
    count((event) => number(event).startsWith('5000')),
    noCdrShare,
    0.0006,
    'no CDR',
  );
  near(
    count((event) => !/^\d+$/.test(number(event))),
    invalidNumberShare,
    0.0002,
    'not digits',
  );
});

test('called numbers have a prefix of the deck but for those which are to have none', () => {
  const service = /^(800|5000|\*31\*|anonymous)/;
  const numbers = seen.map(({ callee }) => callee.slice(2)).filter((number) => !service.test(number));
  const known = (number: string) => [4, 5, 6, 7, 8, 9, 10, 11].some((length) => deck.has(number.slice(0, length)));
  near(shareOf(numbers.filter((number) => !known(number)).length), 0.015, 0.001, 'unknown destinations');
  assert.ok(numbers.every((number) => /^\d{10,14}$/.test(number)));
  assert.ok(seen.every(({ callee }) => callee.startsWith('00')));
});

test('an illegal call has no account, no gateway, no duration and our own reason', () => {
  for (const { mode, account, callerGateway, calleeGateway, start, answered, ended, direction, reason } of seen) {
    assert.equal(mode === -1, account === -1);
    if (mode !== -1) continue;
    assert.deepEqual(
      [callerGateway, calleeGateway, direction, reason],
      [-1, -1, 2, serverReasonCode.unauthorised_source],
    );
    assert.ok(Number.isNaN(answered));
    assert.ok(ended === start || ended - start >= 1000, 'only a repeat with another end may last');
  }
});

test('about half the authorised calls are answered, and last as long as asked for', () => {
  const authorised = seen.filter(({ mode }) => mode >= 0);
  const answered = authorised.filter((event) => event.answered > 0);
  near(answered.length / authorised.length, trafficDefaults.answeredShare, 0.01, 'ASR');
  const seconds = answered.reduce((sum, event) => sum + Math.max(0, event.ended - event.answered), 0) / 1000;
  near(seconds / answered.length, trafficDefaults.meanSeconds, 6, 'mean duration');
  const hungUp = answered.filter(({ direction }) => direction === 2);
  near(hungUp.length / answered.length, 0.01, 0.003, 'hung up by the server');
  assert.ok(hungUp.every(({ reason }) => reason < 0));
  const longest = answered.reduce((most, event) => Math.max(most, event.ended - event.answered), 0);
  assert.ok(longest <= 7_231_000 && longest > 1_800_000, `longest call ${longest} ms`);
});

test('other shares can be asked for', () => {
  const other = traffic({ answeredShare: 0.4, meanSeconds: 300, illegalShare: 0.1, repeatShare: 0, conflictShare: 0 });
  const authorised = other.filter(({ mode }) => mode >= 0);
  near(shareOf(CALLS - authorised.length), 0.1, 0.003, 'illegal');
  const answered = authorised.filter((event) => event.answered > 0);
  near(answered.length / authorised.length, 0.4, 0.01, 'ASR');
  const seconds = answered.reduce((sum, event) => sum + Math.max(0, event.ended - event.answered), 0) / 1000;
  near(seconds / answered.length, 300, 10, 'mean duration');
  assert.equal(new Set(other.map(({ key }) => key)).size, CALLS);
});

test('failed calls have SIP statuses or our reasons, and no answer', () => {
  const failed = seen.filter(({ mode, answered }) => mode >= 0 && Number.isNaN(answered));
  const reasons = new Set(failed.map(({ reason }) => reason));
  for (const reason of [486, 404, 503, 487, 480, -6, -7, -8]) assert.ok(reasons.has(reason), `${reason}`);
  assert.ok(!reasons.has(200));
  for (const { reason, direction, attempts, calleeGateway, toGateway } of failed) {
    assert.equal(reason < 0, direction === 2);
    assert.equal(attempts === 0, calleeGateway === -1);
    assert.equal(attempts === 0, toGateway === null);
  }
});

test('the number sent is the billing number behind what the gateway wants', () => {
  const technical = reference.routing.map(({ technicalPrefix }) => technicalPrefix);
  assert.deepEqual([...new Set(technical)].sort(), ['', '0199']);
  for (const { calleeGateway, toGateway, callee } of seen) {
    if (calleeGateway >= 0) assert.equal(toGateway, technical[calleeGateway] + callee.slice(2));
  }
});

test('repeats are exact, conflicts have another end, and their number is exact as well', () => {
  const first = new Map<string, string>();
  let same = 0;
  let other = 0;
  for (const { key, content } of seen) {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, content);
    else if (earlier === content) same++;
    else other++;
  }
  assert.ok(same >= 197 && same <= 203, `${same} exact repeats`);
  assert.ok(other >= 17 && other <= 23, `${other} with another end`);
});

test('a few events are malformed: ended before they were answered', () => {
  const malformed = seen.filter(({ answered, ended }) => ended < answered).length;
  assert.ok(malformed >= 2 && malformed <= 25, `${malformed}`);
  const sound = seen.filter(({ answered, ended }) => !(ended < answered));
  assert.ok(
    sound.every(({ start, ringing, answered, ended }) => !(ringing < start) && !(answered < ringing) && ended >= start),
  );
});

test('events are written as calls end; keys go up by one; days have a rhythm', () => {
  const ss1 = seen.filter(({ softswitch }) => softswitch === 0);
  const fresh = ss1.filter((event, i) => i === 0 || Number(event.key.slice(2)) > Number(ss1[i - 1].key.slice(2)));
  const backwards = fresh.filter(
    ({ ended, answered }, i) => i > 0 && !(ended < answered) && ended < fresh[i - 1].ended,
  );
  assert.ok(backwards.length < fresh.length * 0.002, `${backwards.length} of ${fresh.length}`);
  const keys = [...new Set(ss1.map(({ key }) => Number(key.slice(2))))].sort((a, b) => a - b);
  assert.equal(keys.at(-1)! - keys[0], keys.length - 1);
  const inHour = (hour: number) => seen.filter(({ ended }) => new Date(ended).getUTCHours() === hour).length;
  assert.ok(inHour(10) > 5 * inHour(3), `${inHour(10)} at ten, ${inHour(3)} at three`);
  const { startMs } = trafficDefaults;
  assert.ok(seen.every(({ ended }) => ended >= startMs - 10_000_000 && ended < startMs + 86_431_000));
});

test('a week has its rhythm too', () => {
  const week = traffic({ days: 7 });
  const onDay = (day: number) => week.filter(({ ended }) => new Date(ended).getUTCDay() === day).length;
  near(onDay(0) / onDay(3), 0.6 / 1.12, 0.03, 'Sunday against Wednesday');
});

test('few accounts have most of the traffic', () => {
  const counts = new Array(210).fill(0);
  for (const { account } of seen) if (account >= 0) counts[account]++;
  near(shareOf(counts[0]), 0.99 / 5.878, 0.01, 'the largest account');
  assert.ok(shareOf(counts.slice(0, 20).reduce((a, b) => a + b, 0)) > 0.55);
  assert.ok(counts.slice(0, 200).every((count) => count > 0));
});

test('rows depend on their number only, not on how they are cut into batches', () => {
  const plan = planTraffic(reference, { ...trafficDefaults, calls: 30_000 });
  const whole = read(plan, 1, 0, 9000, 9000);
  assert.equal(whole.length, 9000);
  assert.equal(firstDifference(read(plan, 1, 0, 9000, 611), whole), -1);
  assert.equal(firstDifference(read(plan, 1, 8000, 9000, 1000), whole.slice(8000)), -1);
});

test('another seed or start gives other traffic and, for a start, other keys', () => {
  const of = (options: Partial<TrafficOptions>) =>
    read(planTraffic(reference, { ...trafficDefaults, calls: 3000, ...options }), 0, 0, 1000, 1000);
  assert.deepEqual(of({}), of({}));
  assert.notDeepEqual(of({ seed: 2 })[0].callee, of({})[0].callee);
  const nextDay = new Set(of({ startMs: trafficDefaults.startMs + 86_400_000 }).map(({ key }) => key));
  assert.ok(of({}).every(({ key }) => !nextDay.has(key)));
});

/** The first row which differs, -1 for none: the difference of thousands of rows takes minutes to print. */
function firstDifference(found: readonly Seen[], expected: readonly Seen[]): number {
  if (found.length !== expected.length) return Math.min(found.length, expected.length);
  return found.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(expected[i]));
}

function traffic(options: Partial<TrafficOptions>): Seen[] {
  const plan = planTraffic(reference, { ...trafficDefaults, calls: CALLS, ...options });
  return plan.softswitches.flatMap(({ rows }, softswitch) => read(plan, softswitch, 0, rows, 65_536));
}

function read(
  plan: ReturnType<typeof planTraffic>,
  softswitch: number,
  from: number,
  to: number,
  step: number,
): Seen[] {
  const batch = trafficBatch(plan, step);
  const { events } = batch;
  const found: Seen[] = [];
  for (let row = from; row < to; row += step) {
    fillTraffic(plan, softswitch, row, Math.min(step, to - row), batch);
    for (let i = 0; i < events.rows; i++) {
      const times = [events.start_at[i], events.ringing_at[i], events.answered_at[i], events.ended_at[i]];
      const texts = [
        events.sip_call_id,
        events.caller_access_e164,
        events.callee_access_e164,
        events.caller_e164,
        events.callee_e164,
        events.callee_to_gateway_e164,
      ].map((column) => textAt(column, i));
      found.push({
        key: `${events.softswitch[i] + 1} ${events.flow_no[2 * i] + events.flow_no[2 * i + 1] * 2 ** 32}`,
        content: JSON.stringify([...times, ...texts, events.end_reason[i], events.caller_ip[i], events.attempts[i]]),
        account: events.account[i],
        mode: events.billing_mode[i],
        callerGateway: events.caller_gateway[i],
        calleeGateway: events.callee_gateway[i],
        callee: texts[4]!,
        toGateway: texts[5],
        start: times[0],
        ringing: times[1],
        answered: times[2],
        ended: times[3],
        direction: events.end_direction[i],
        reason: events.end_reason[i],
        attempts: events.attempts[i],
        softswitch: events.softswitch[i],
      });
    }
  }
  return found;
}

function textAt({ bytes, offsets, missing }: EventText, i: number): string | null {
  return missing[i] === 1 ? null : Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])).toString('latin1');
}
