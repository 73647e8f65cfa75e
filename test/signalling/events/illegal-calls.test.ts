import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { IllegalCalls } from '../../../signalling/events/illegal-calls.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { sampleEvent } from './sample-event.ts';

const LIMITS = { intervalMs: 60_000, ownEvents: 3, allOwnEvents: 20, sources: 10 };
const START = Date.UTC(2026, 0, 5);

function world(limits = LIMITS) {
  const clock = new VirtualClock(START);
  const events: CallEvent[] = [];
  const log = { nextFlowNo: () => BigInt(events.length), end: (event: CallEvent) => events.push(event) };
  const calls = new IllegalCalls(clock, log, limits);
  let serial = 0;
  const call = (address: string, callId = `call-${serial++}`) =>
    calls.note(address, callId, () => ({
      ...sampleEvent(0n),
      caller_ip: address,
      sip_call_id: callId,
      start_at: clock.now(),
      ended_at: clock.now(),
      end_reason: -1,
    }));
  return { clock, events, calls, call };
}

test('the first calls of a source have an event each, the others are counted into one', () => {
  const { clock, events, calls, call } = world();
  for (let nth = 0; nth < 10; nth++) {
    call('192.0.2.9');
    clock.advance(1000);
  }
  assert.deepEqual(
    events.map(({ sip_call_id }) => sip_call_id),
    ['call-0', 'call-1', 'call-2'],
  );
  clock.advance(50_000);
  const { sip_call_id, caller_ip, start_at, ended_at, end_reason } = events[3];
  assert.deepEqual(
    [sip_call_id, caller_ip, start_at - START, ended_at - START, end_reason],
    ['7 calls', '192.0.2.9', 3000, 9000, -16],
  );
  assert.deepEqual(calls.counts, { seen: 10, counted: 7 });
  clock.advance(200_000);
  assert.equal(events.length, 4);
  assert.equal(clock.waiting, 0);
});

test('a request that comes again is no other call, also in the next interval', () => {
  const { clock, events, call } = world();
  assert.deepEqual([call('192.0.2.9', 'a'), call('192.0.2.9', 'a'), call('192.0.2.9', 'b')], [true, false, true]);
  assert.equal(call('192.0.2.8', 'a'), true, 'of another source');
  clock.advance(60_000);
  assert.equal(call('192.0.2.9', 'a'), false);
  assert.equal(events.length, 3);
});

test('a flood of a million sources: few events, few sources, all counted', () => {
  const { clock, events, calls, call } = world();
  for (let nth = 0; nth < 1_000_000; nth++) call(`${nth >> 16}.${(nth >> 8) & 255}.${nth & 255}.1`);
  assert.equal(calls.sources, LIMITS.sources);
  clock.advance(60_000);
  assert.ok(events.length <= LIMITS.allOwnEvents + LIMITS.sources + 1, String(events.length));
  const counted = events.filter(({ end_reason }) => end_reason === -16);
  const sum = counted.reduce((all, { sip_call_id }) => all + Number(sip_call_id?.split(' ')[0]), 0);
  assert.equal(sum + events.length - counted.length, 1_000_000);
  assert.equal(counted.at(-1)?.caller_ip, null, 'of those that found no place');
});

test('what an attacker writes is cut', () => {
  const { events, call } = world();
  call('192.0.2.9', 'x'.repeat(60_000));
  assert.equal(events[0].sip_call_id?.length, 128);
});

test('at the end what was counted is written', () => {
  const { clock, events, calls, call } = world();
  for (let nth = 0; nth < 5; nth++) call('192.0.2.9');
  calls.flush();
  assert.equal(events.at(-1)?.sip_call_id, '2 calls');
  assert.equal(clock.waiting, 0);
});
