import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from '../../../signalling/message/message.ts';
import { answerOf, requestOf } from '../sip-text.ts';
import { testVectors } from '../vectors.ts';
import { CallWorld, callerPeer, gatewayPeer, type Sent } from './call-world.ts';

const CALLER = callerPeer.address;
const GATEWAY = gatewayPeer(1).address;
const SDP = 'v=0\r\no=caller\r\n';
const typed = ['Content-Type: application/sdp'];
const contact = ['Contact: <sip:callee@198.51.100.1:5060>'];
const callerContact = ['Contact: <sip:caller@192.0.2.9:5060>'];

function invite(lines: readonly string[] = []): SipRequest {
  return requestOf('INVITE', { lines: [...typed, ...callerContact, ...lines], body: SDP });
}

/** A request of the caller within the call that was answered. */
function within(world: CallWorld, method: string, { cseq = 2, lines = [] as string[], body = '' } = {}): SipRequest {
  const to = world.responseTo(CALLER, 200).headers.first('To') as string;
  return requestOf(method, { to, cseq, branch: `z9hG4bK${method}${cseq}`, lines: [...callerContact, ...lines], body });
}

/** A request of the callee within it. */
function fromCallee(
  world: CallWorld,
  method: string,
  { cseq = 1, lines = [] as string[], body = '' } = {},
): SipRequest {
  const { headers } = (world.sent.find(({ to }) => to === GATEWAY) as Sent).message;
  return requestOf(method, {
    via: `SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKcallee${method}${cseq}`,
    from: `${headers.first('To')};tag=callee`,
    to: headers.first('From') as string,
    callId: headers.first('Call-ID') as string,
    cseq,
    lines: [...contact, ...lines],
    body,
  });
}

function answered(world: CallWorld, lines: readonly string[] = [], inviteLines: readonly string[] = []): void {
  world.receive(invite(inviteLines));
  world.receive(
    answerOf(world.requestTo(GATEWAY, 'INVITE'), 200, {
      lines: [...typed, ...contact, ...lines],
      body: 'v=0\r\no=callee\r\n',
    }),
    gatewayPeer(1),
  );
  world.receive(within(world, 'ACK', { cseq: 1 }));
}

const summary = ({ events: [event] }: CallWorld) => ({
  direction: event.end_direction,
  reason: event.end_reason,
  seconds: event.answered_at === null ? null : (event.ended_at - event.answered_at) / 1000,
  attempts: event.attempts,
});

test('a call: rung, answered, hung up by the caller; the other leg has its own Call-ID, tags and Contact', () => {
  const world = new CallWorld();
  world.receive(invite());
  const sent = world.requestTo(GATEWAY, 'INVITE');
  assert.equal(sent.uri, 'sip:49301@198.51.100.1:5060');
  assert.equal(Buffer.from(sent.body).toString(), SDP);
  assert.equal(sent.headers.first('Max-Forwards'), '69');
  assert.notEqual(sent.headers.first('Call-ID'), 'call-1');
  assert.ok(!`${sent.headers.first('From')}${sent.headers.first('Contact')}`.includes('192.0.2.9'));
  world.clock.advance(1000);
  world.receive(answerOf(sent, 180), gatewayPeer(1));
  assert.equal(world.responseTo(CALLER, 180).headers.first('Contact'), '<sip:192.0.2.1:5060>');
  world.clock.advance(2000);
  world.receive(answerOf(sent, 200, { lines: [...typed, ...contact], body: 'v=0\r\n' }), gatewayPeer(1));
  const answer = world.responseTo(CALLER, 200);
  assert.equal(Buffer.from(answer.body).toString(), 'v=0\r\n');
  assert.notEqual(answer.headers.first('To'), sent.headers.first('To'));
  assert.equal(world.requestTo(GATEWAY, 'ACK').uri, 'sip:callee@198.51.100.1:5060');
  world.receive(within(world, 'ACK', { cseq: 1 }));
  world.clock.advance(10_000);
  world.receive(within(world, 'BYE'));
  world.receive(answerOf(world.requestTo(GATEWAY, 'BYE'), 200), gatewayPeer(1));
  assert.deepEqual(world.to(CALLER), ['100', '180', '200', '200']);
  assert.deepEqual(summary(world), { direction: 0, reason: 200, seconds: 10, attempts: 1 });
  const [event] = world.events;
  assert.equal(event.ringing_at, event.start_at + 1000);
  assert.deepEqual(
    [event.account, event.caller_gateway, event.callee_gateway, event.callee_ip, event.callee_e164, event.billing_mode],
    ['acme', 'in', 'out-1', '198.51.100.1', '49301', 1],
  );
  world.settle();
});

test('hung up by the callee', () => {
  const world = new CallWorld();
  answered(world);
  world.clock.advance(3000);
  world.receive(fromCallee(world, 'BYE'), gatewayPeer(1));
  assert.equal(world.responseTo(GATEWAY, 200).kind, 'response');
  world.receive(answerOf(world.requestTo(CALLER, 'BYE'), 200));
  assert.deepEqual(summary(world), { direction: 1, reason: 200, seconds: 3, attempts: 1 });
  world.settle();
});

test('CANCEL after 180: CANCEL to the gateway, 487 to the caller, one event', () => {
  const world = new CallWorld();
  const incoming = invite();
  world.receive(incoming);
  const sent = world.requestTo(GATEWAY, 'INVITE');
  world.receive(answerOf(sent, 180), gatewayPeer(1));
  world.receive(requestOf('CANCEL', { lines: ['Reason: SIP;cause=200;text="Call completed elsewhere"'] }));
  const cancel = world.requestTo(GATEWAY, 'CANCEL');
  assert.equal(cancel.headers.list('Via')[0], sent.headers.list('Via')[0]);
  assert.equal(cancel.headers.first('Reason'), 'SIP;cause=200;text="Call completed elsewhere"');
  world.receive(answerOf(cancel, 200), gatewayPeer(1));
  world.receive(answerOf(sent, 487), gatewayPeer(1));
  assert.deepEqual(world.to(GATEWAY), ['INVITE', 'CANCEL', 'ACK']);
  assert.deepEqual(world.to(CALLER).slice(0, 3), ['180', '200', '487']);
  assert.deepEqual(summary(world), { direction: 0, reason: 487, seconds: null, attempts: 1 });
  world.receive(requestOf('ACK'));
  world.settle();
  assert.equal(world.events.length, 1);
});

test('CANCEL before any provisional response: none is sent before one comes', () => {
  const world = new CallWorld();
  world.receive(invite());
  world.receive(requestOf('CANCEL'));
  const sent = world.requestTo(GATEWAY, 'INVITE');
  world.clock.advance(5000);
  assert.deepEqual(world.to(GATEWAY), ['INVITE']);
  world.receive(answerOf(sent, 183), gatewayPeer(1));
  assert.deepEqual(world.to(GATEWAY), ['INVITE', 'CANCEL']);
  world.receive(requestOf('ACK'));
  world.settle();
});

test('a late 200 of a gateway that was given up gets ACK and BYE, and is not billed', () => {
  const world = new CallWorld({ gateways: 2 });
  world.receive(invite());
  const first = world.requestTo(GATEWAY, 'INVITE');
  world.clock.advance(10_000);
  const second = world.requestTo(gatewayPeer(2).address, 'INVITE');
  world.receive(answerOf(first, 200, { lines: contact }), gatewayPeer(1));
  assert.deepEqual(world.to(GATEWAY).slice(-2), ['ACK', 'BYE']);
  world.receive(answerOf(first, 200, { lines: contact }), gatewayPeer(1));
  assert.deepEqual(world.to(GATEWAY).slice(-2), ['BYE', 'ACK'], 'a copy is acknowledged');
  world.receive(answerOf(world.requestTo(GATEWAY, 'BYE'), 200), gatewayPeer(1));
  world.receive(answerOf(second, 486), gatewayPeer(2));
  world.receive(requestOf('ACK'));
  assert.deepEqual(summary(world), { direction: 1, reason: 486, seconds: null, attempts: 2 });
  world.settle();
});

testVectors(['failover'], ({ given, expect }) => {
  const world = new CallWorld({
    gateways: given.gateways,
    parameters: {
      SS_SIP_RESEND_INTERVAL: given.intervals_s.join(','),
      SS_SIP_SEND_RETRY: given.send_retry ?? null,
      SS_SIP_TIMEOUT_INVITE: Number(given.timeout_invite_s ?? 600),
    },
  });
  if (given.method === 'BYE') {
    answered(world);
    world.receive(within(world, 'BYE'));
    world.clock.advance(100_000);
    assert.deepEqual(world.times(GATEWAY, 'BYE'), expect.attempts[0].send_times_s.map(Number));
    return;
  }
  world.receive(invite());
  world.clock.advance(1000 * Number(expect.fail_s) - 1);
  assert.equal(world.events.length, 0, 'not given up before');
  world.clock.advance(1);
  for (const { gateway, send_times_s } of expect.attempts) {
    assert.deepEqual(world.times(gatewayPeer(gateway).address, 'INVITE'), send_times_s.map(Number));
  }
  assert.equal(world.events[0].attempts, expect.attempts.length);
  assert.equal((world.events[0].ended_at - world.events[0].start_at) / 1000, Number(expect.fail_s));
  world.receive(requestOf('ACK'));
  world.settle();
});

testVectors(['resend-stop'], ({ given, expect }) => {
  const world = new CallWorld({ parameters: { SS_SIP_RESEND_INTERVAL: given.intervals_s.join(',') } });
  world.receive(invite());
  world.clock.advance(1000 * Number(given.response_at_s));
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 100), gatewayPeer(1));
  world.clock.advance(15_000);
  assert.deepEqual(world.times(GATEWAY, 'INVITE'), expect.send_times_s.map(Number));
});

test('gateways that refuse the packet are left at once; one that is busy ends the call', () => {
  const world = new CallWorld({ gateways: 3 });
  world.refusing.add(GATEWAY);
  world.receive(invite());
  world.clock.advance(0);
  const second = world.requestTo(gatewayPeer(2).address, 'INVITE');
  world.receive(answerOf(second, 503), gatewayPeer(2));
  const third = world.requestTo(gatewayPeer(3).address, 'INVITE');
  world.receive(answerOf(third, 486), gatewayPeer(3));
  assert.deepEqual(world.to(CALLER).at(-1), '486');
  assert.deepEqual(summary(world), { direction: 1, reason: 486, seconds: null, attempts: 3 });
  world.receive(requestOf('ACK'));
  world.settle();
});

test('an answer that is not acknowledged is repeated, and hung up after 32 s', () => {
  const world = new CallWorld();
  world.receive(invite());
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 200, { lines: contact }), gatewayPeer(1));
  world.clock.advance(32_000);
  assert.deepEqual(world.times(CALLER, '200').slice(0, 5), [0, 0.5, 1.5, 3.5, 7.5]);
  assert.match(world.requestTo(CALLER, 'BYE').headers.first('Reason') as string, /not acknowledged/);
  assert.deepEqual(world.to(GATEWAY), ['INVITE', 'ACK', 'BYE']);
  assert.deepEqual(summary(world), { direction: 2, reason: -12, seconds: 32, attempts: 1 });
  world.settle();
});

test('BYE of the callee before the ACK of the caller: the caller is hung up when it comes', () => {
  const world = new CallWorld();
  world.receive(invite());
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 200, { lines: contact }), gatewayPeer(1));
  world.receive(fromCallee(world, 'BYE'), gatewayPeer(1));
  assert.equal(world.events.length, 1);
  assert.ok(!world.to(CALLER).includes('BYE'));
  world.receive(within(world, 'ACK', { cseq: 1 }));
  assert.equal(world.to(CALLER).at(-1), 'BYE');
  world.receive(answerOf(world.requestTo(CALLER, 'BYE'), 200));
  world.settle();
  assert.equal(world.events.length, 1);
});

test('BYE crossing BYE: both are answered with 200, one event', () => {
  const world = new CallWorld();
  answered(world);
  world.receive(fromCallee(world, 'BYE'), gatewayPeer(1));
  world.receive(within(world, 'BYE'));
  assert.deepEqual(world.to(CALLER).slice(-2), ['BYE', '200']);
  world.receive(answerOf(world.requestTo(CALLER, 'BYE'), 200));
  world.settle();
  assert.equal(world.events.length, 1);
});

test('a repeated INVITE gets the same answer and makes no second call', () => {
  const world = new CallWorld();
  const incoming = invite();
  world.receive(incoming);
  world.receive(incoming);
  assert.deepEqual(world.to(GATEWAY), ['INVITE']);
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 603), gatewayPeer(1));
  world.receive(incoming);
  assert.deepEqual(world.to(CALLER).slice(-2), ['603', '603']);
  world.receive(requestOf('ACK'));
  world.settle();
  assert.equal(world.events.length, 1);
});

test('re-INVITE goes to the other side and its answer back; one that changes nothing is answered here', () => {
  const world = new CallWorld();
  answered(world);
  world.receive(within(world, 'INVITE', { lines: typed, body: 'v=0\r\na=sendonly\r\n' }));
  const relayed = world.requestTo(GATEWAY, 'INVITE');
  assert.equal(relayed.headers.first('CSeq'), '2 INVITE');
  assert.equal(Buffer.from(relayed.body).toString(), 'v=0\r\na=sendonly\r\n');
  world.receive(fromCallee(world, 'INVITE', { lines: typed, body: 'v=0\r\nx\r\n' }), gatewayPeer(1));
  assert.equal(world.to(GATEWAY).at(-1), '491', 'glare');
  world.receive(
    answerOf(relayed, 200, { lines: [...typed, ...contact], body: 'v=0\r\na=recvonly\r\n' }),
    gatewayPeer(1),
  );
  const back = world.responseTo(CALLER, 200);
  assert.equal(back.headers.first('CSeq'), '2 INVITE');
  assert.equal(Buffer.from(back.body).toString(), 'v=0\r\na=recvonly\r\n');
  world.receive(within(world, 'ACK', { cseq: 2 }));
  world.receive(within(world, 'INVITE', { cseq: 3, lines: typed, body: 'v=0\r\na=sendonly\r\n' }));
  assert.equal(world.responseTo(CALLER, 200).headers.first('CSeq'), '3 INVITE');
  assert.equal(Buffer.from(world.responseTo(CALLER, 200).body).toString(), 'v=0\r\na=recvonly\r\n');
  world.receive(within(world, 'ACK', { cseq: 3 }));
  world.receive(within(world, 'BYE', { cseq: 4 }));
  world.receive(within(world, 'BYE', { cseq: 2, lines: ['X: old'] }));
  world.settle();
});

test('an INVITE without description: the offer is in the 200, and the answer in the ACK', () => {
  const world = new CallWorld();
  world.receive(requestOf('INVITE', { lines: callerContact }));
  const sent = world.requestTo(GATEWAY, 'INVITE');
  assert.equal(sent.body.length, 0);
  world.receive(answerOf(sent, 200, { lines: [...typed, ...contact], body: 'v=0\r\noffer\r\n' }), gatewayPeer(1));
  assert.deepEqual(world.to(GATEWAY), ['INVITE'], 'not acknowledged before the caller has answered');
  world.receive(within(world, 'ACK', { cseq: 1, lines: typed, body: 'v=0\r\nanswer\r\n' }));
  assert.equal(Buffer.from(world.requestTo(GATEWAY, 'ACK').body).toString(), 'v=0\r\nanswer\r\n');
  world.receive(within(world, 'BYE'));
  world.settle();
});

test('without session timer a call ends at its cap, with a Reason on both legs', () => {
  const world = new CallWorld();
  answered(world);
  world.clock.advance(7_199_999);
  assert.equal(world.events.length, 0);
  world.clock.advance(1);
  assert.deepEqual(summary(world), { direction: 2, reason: -2, seconds: 7200, attempts: 1 });
  for (const address of [CALLER, GATEWAY]) {
    const reason = world.requestTo(address, 'BYE').headers.first('Reason');
    assert.match(reason as string, /SS_SIP_NO_TIMER_REINVITE_INTERVAL/);
  }
  world.settle();
});

test('with session timer both legs are asked at half of the interval, and a call that is not confirmed ends with it', () => {
  const world = new CallWorld();
  answered(
    world,
    ['Session-Expires: 600;refresher=uac', 'Require: timer', 'Allow: INVITE, UPDATE'],
    ['Supported: timer'],
  );
  const answer = world.responseTo(CALLER, 200);
  assert.equal(answer.headers.first('Session-Expires'), '600;refresher=uas');
  world.clock.advance(300_000);
  // The callee knows UPDATE, the caller did not say so.
  assert.equal(world.to(GATEWAY).at(-1), 'UPDATE');
  assert.equal(world.to(CALLER).at(-1), 'INVITE');
  const probe = world.requestTo(CALLER, 'INVITE');
  assert.equal(Buffer.from(probe.body).toString(), 'v=0\r\no=callee\r\n', 'with the description it has already');
  world.receive(answerOf(world.requestTo(GATEWAY, 'UPDATE'), 200, { lines: contact }), gatewayPeer(1));
  world.receive(answerOf(probe, 200, { lines: [...typed, ...callerContact], body: SDP }));
  assert.equal(world.to(CALLER).at(-1), 'ACK');
  world.clock.advance(599_999);
  assert.equal(world.events.length, 0);
  world.clock.advance(1);
  assert.deepEqual(summary(world), { direction: 2, reason: -3, seconds: 900, attempts: 1 });
  world.settle();
});

test('unknown sources get 403 and an event without account; numbers without route 404', () => {
  const world = new CallWorld();
  world.receive(invite(), { transport: 'udp', address: '203.0.113.66', port: 5060 });
  assert.deepEqual(world.to('203.0.113.66').at(-1), '403');
  assert.deepEqual([world.events[0].account, world.events[0].billing_mode, world.events[0].end_reason], [null, -1, -1]);
  world.receive(requestOf('INVITE', { uri: 'sip:331@192.0.2.1', branch: 'z9hG4bKother', callId: 'other' }));
  assert.equal(world.to(CALLER).at(-1), '404');
  assert.deepEqual([world.events[1].account, world.events[1].end_reason], ['acme', -6]);
});

test('requests of a dialog that is unknown get 481, OPTIONS is answered', () => {
  const world = new CallWorld();
  world.receive(requestOf('BYE', { to: '<sip:x@192.0.2.1>;tag=gone' }));
  assert.equal(world.to(CALLER).at(-1), '481');
  world.receive(requestOf('OPTIONS', { branch: 'z9hG4bKoptions', callId: 'options' }));
  assert.match(world.responseTo(CALLER, 200).headers.first('Allow') as string, /UPDATE/);
});

test('while events cannot be written new calls get 503 and leave nothing, those there are go on', () => {
  const world = new CallWorld();
  answered(world);
  world.problem = 'ENOSPC';
  world.receive(requestOf('INVITE', { branch: 'z9hG4bKother', callId: 'call-2', lines: callerContact }));
  assert.equal(world.responseTo(CALLER, 503).headers.first('Retry-After'), '5');
  assert.deepEqual([world.companion.callsNow.up, world.events, world.to(GATEWAY)], [1, [], ['INVITE', 'ACK']]);
  world.receive(within(world, 'BYE'));
  assert.equal(world.events.length, 1, 'its event is given to the log, which keeps it');
  world.problem = undefined;
  world.receive(requestOf('INVITE', { branch: 'z9hG4bKthird', callId: 'call-3', lines: callerContact }));
  assert.equal(world.companion.callsNow.all, 1);
});
