import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from '../../../signalling/message/message.ts';
import type { SignallingParameters } from '../../../signalling/parameters.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { CallWorld, callerPeer, gatewayPeer } from '../call/call-world.ts';
import { answerOf, requestOf } from '../sip-text.ts';
import { terminal } from './terminal.ts';

const CALLER = callerPeer.address;
const phone: Peer = { transport: 'udp', address: '203.0.113.5', port: 5062 };
const second: Peer = { ...phone, address: '203.0.113.6' };
const natted = '<sip:4901@10.0.0.7:5060;line=3?x=y>';

test('a call to a terminal goes to its phone, with its Contact on the request line and no gateway in the event', () => {
  const world = new Phones();
  world.register('4901', '<sip:4901@203.0.113.5:5062;line=3?x=y>');
  world.receive(invite('4901'));
  const request = world.requestTo(phone.address, 'INVITE');
  assert.equal(request.uri, 'sip:4901@203.0.113.5:5062;line=3');
  assert.equal(request.headers.first('To'), '<sip:4901@192.0.2.1:5060>');
  world.answer(request, phone);
  world.receive(within(world, 'ACK', 1));
  world.clock.advance(30_000);
  world.receive(within(world, 'BYE', 2));
  assert.deepEqual(world.summary(), {
    caller_gateway: 'in',
    account: 'acme',
    billing_mode: 1,
    callee_gateway: null,
    callee_ip: '203.0.113.5',
    callee_to_gateway_e164: null,
    attempts: 1,
    end_reason: 200,
  });
  assert.deepEqual(world.companion.gateways.of('4901').attempts, 0, 'a phone is no gateway');
});

test('behind NAT all requests of the call go where the registration came from', () => {
  const world = new Phones();
  world.register('4901', natted);
  world.receive(invite('4901'));
  const request = world.requestTo(phone.address, 'INVITE');
  assert.equal(request.uri, 'sip:4901@10.0.0.7:5060;line=3');
  world.answer(request, phone, 'sip:4901@10.0.0.7:5060');
  world.receive(within(world, 'ACK', 1));
  world.receive(within(world, 'BYE', 2));
  const sent = world.sent.filter(({ to }) => to === phone.address).map(({ port, message }) => [port, names(message)]);
  assert.deepEqual(sent.slice(1), [
    [5062, 'INVITE'],
    [5062, 'ACK'],
    [5062, 'BYE'],
  ]);
  assert.equal(world.sent.filter(({ to }) => to === '10.0.0.7').length, 0);
});

test('bindings are tried in order, the last registered first, and then the gateways; each counts as an attempt', () => {
  const world = new Phones({ SS_SIP_TIMEOUT_INVITE: 5 });
  world.register('4901', '<sip:4901@203.0.113.5:5062>');
  world.register('4901', '<sip:4901@203.0.113.6:5062>', second);
  world.receive(invite('4901'));
  assert.equal(world.times(phone.address, 'INVITE').length, 0);
  world.clock.advance(5000);
  assert.deepEqual([world.times(second.address, 'INVITE')[0], world.times(phone.address, 'INVITE')[0]], [0, 5]);
  assert.equal(world.times(gatewayPeer(1).address, 'INVITE').length, 0);
  world.clock.advance(5000);
  assert.equal(world.times(gatewayPeer(1).address, 'INVITE')[0], 10);
  world.receive(answerOf(world.requestTo(gatewayPeer(1).address, 'INVITE'), 486), gatewayPeer(1));
  const { attempts, callee_gateway, end_reason } = world.summary();
  assert.deepEqual([attempts, callee_gateway, end_reason], [3, 'out-1', 486]);
});

test('SS_SIP_USER_AGENT_STOP_SWITCH_AFTER_INVITE_TIMEOUT: after a phone that did not respond nobody else is tried', () => {
  const world = new Phones({ SS_SIP_USER_AGENT_STOP_SWITCH_AFTER_INVITE_TIMEOUT: 'On' });
  world.register('4901', '<sip:4901@203.0.113.5:5062>');
  world.receive(invite('4901'));
  world.clock.advance(10_000);
  assert.equal(world.times(gatewayPeer(1).address, 'INVITE').length, 0);
  assert.equal(world.responseTo(CALLER, 408).status, 408);
});

test('a phone that is busy ends the call; one that is not registered is 480 where no gateway serves its number', () => {
  const world = new Phones();
  world.register('7001', '<sip:7001@203.0.113.5:5062>');
  world.receive(invite('7001'));
  world.receive(answerOf(world.requestTo(phone.address, 'INVITE'), 486), phone);
  assert.equal(world.responseTo(CALLER, 486).status, 486);
  world.receive(invite('7002'));
  assert.equal(world.responseTo(CALLER, 480).status, 480);
  world.receive(invite('7003'));
  assert.equal(world.responseTo(CALLER, 404).status, 404);
  assert.deepEqual(
    world.events.map((event) => [event.end_direction, event.end_reason]),
    [
      [1, 486],
      [2, 480],
      [2, -6],
    ],
  );
});

test('a phone behind NAT calls: its own account pays, and all requests of the call go where its INVITE came from', () => {
  const world = new Phones();
  world.register('4901', natted);
  const authorization = world.authorization('4901', 'INVITE', phone);
  world.receive(invite('4930', '4901', '10.0.0.7', authorization), phone);
  const request = world.requestTo(gatewayPeer(1).address, 'INVITE');
  assert.match(request.headers.first('From') as string, /^<sip:4901@/);
  world.answer(request, gatewayPeer(1));
  assert.equal(world.lastTo(phone.address, '200').kind, 'response');
  world.receive(within(world, 'ACK', 1), phone);
  world.receive(byeOf(request), gatewayPeer(1));
  const bye = world.sent.find(({ message }) => names(message) === 'BYE');
  assert.deepEqual([bye?.to, bye?.port], [phone.address, 5062], 'its Contact is an address of its own network');
  const { caller_gateway, account, billing_mode, end_reason } = world.summary();
  assert.deepEqual([caller_gateway, account, billing_mode, end_reason], ['4901', 'account-4901', 0, 200]);
});

test('to have registered is no password: a call from that address without one is challenged', () => {
  const world = new Phones();
  world.register('4901', natted);
  world.receive(invite('4930', '4901', '10.0.0.7'), phone);
  assert.equal(world.responseTo(phone.address, 401).status, 401);
});

test('a phone calls a phone, by the rules of its own terminal', () => {
  const world = new Phones();
  world.register('7001', '<sip:7001@203.0.113.5:5062>');
  world.receive(invite('007001', '7002', '203.0.113.6', world.authorization('7002', 'INVITE', second)), second);
  world.receive(answerOf(world.requestTo(phone.address, 'INVITE'), 486), phone);
  const [{ caller_e164, callee_e164, callee_access_e164, account, callee_gateway }] = world.events;
  assert.deepEqual(
    [caller_e164, callee_e164, callee_access_e164, account, callee_gateway],
    ['44207', '7001', '007001', 'account-7002', null],
  );
});

const names = (message: { kind: string; method?: string }) => message.method;

function invite(callee: string, caller = '4420', host = '192.0.2.9', authorization = 'X: y'): SipRequest {
  return requestOf('INVITE', {
    uri: `sip:${callee}@192.0.2.1`,
    to: `<sip:${callee}@192.0.2.1>`,
    from: `<sip:${caller}@192.0.2.1>;tag=caller`,
    via: `SIP/2.0/UDP ${host}:5060;rport;branch=z9hG4bK${callee}${caller}`,
    callId: `${callee} ${caller}`.replace(' ', '-'),
    lines: [`Contact: <sip:${caller}@${host}:5060>`, authorization],
  });
}

/** A request of the caller within the call that was answered. */
function within(world: CallWorld, method: string, cseq: number): SipRequest {
  const { message } = world.sent
    .filter(({ message }) => message.kind === 'response' && message.status === 200)
    .at(-1) as {
    message: SipRequest;
  };
  return requestOf(method, {
    from: message.headers.first('From') as string,
    to: message.headers.first('To') as string,
    callId: message.headers.first('Call-ID') as string,
    via: `SIP/2.0/UDP 10.0.0.7:5060;rport;branch=z9hG4bK${method}${cseq}`,
    cseq,
  });
}

function byeOf({ headers }: SipRequest): SipRequest {
  return requestOf('BYE', {
    from: `${headers.first('To')};tag=callee`,
    to: headers.first('From') as string,
    callId: headers.first('Call-ID') as string,
    via: 'SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKbye',
  });
}

/** A companion with a gateway for 49…, and with terminals, of which 4901 has such a number. */
class Phones extends CallWorld {
  constructor(parameters: Partial<SignallingParameters> = {}) {
    super({
      parameters,
      terminals: [
        terminal('4901'),
        terminal('7001'),
        terminal('7002', {
          rewriteCaller: [{ from: '7002', to: '44207' }],
          rewriteCallee: [{ from: '00*', to: '*' }],
        }),
      ],
    });
  }

  register(name: string, contact: string, from: Peer = phone): void {
    const request = requestOf('REGISTER', {
      uri: 'sip:192.0.2.1',
      via: `SIP/2.0/UDP ${from.address}:${from.port};branch=z9hG4bK${this.sent.length}`,
      from: `<sip:${name}@192.0.2.1>;tag=phone`,
      to: `<sip:${name}@192.0.2.1>`,
      callId: `${name} of ${from.address}`.replaceAll(' ', '-'),
      cseq: this.sent.length + 1,
      lines: [this.authorization(name, 'REGISTER', from), `Contact: ${contact}`],
    });
    this.receive(request, from);
    assert.equal(this.responseTo(from.address, 200).status, 200);
  }

  answer(request: SipRequest, from: Peer, contact = `sip:${from.address}:${from.port}`): void {
    this.receive(answerOf(request, 200, { lines: [`Contact: <${contact}>`] }), from);
  }

  summary() {
    const event = this.events[0];
    const { caller_gateway, account, billing_mode, callee_gateway, callee_ip, callee_to_gateway_e164 } = event;
    const { attempts, end_reason } = event;
    return {
      caller_gateway,
      account,
      billing_mode,
      callee_gateway,
      callee_ip,
      callee_to_gateway_e164,
      attempts,
      end_reason,
    };
  }
}
