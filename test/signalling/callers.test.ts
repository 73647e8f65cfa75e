/** Who may call: mapping gateways by address, terminals by password, nobody else; and what each of them is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from '../../signalling/message/message.ts';
import type { SignallingParameters } from '../../signalling/parameters.ts';
import type { Peer } from '../../signalling/transport/transport.ts';
import { answerTo, type DigestAnswer, PASSWORD, terminalOf } from './authentication/digest-client.ts';
import { CallWorld, callerPeer, gatewayPeer } from './call/call-world.ts';
import { answerOf, requestOf } from './sip-text.ts';

const home: Peer = { transport: 'udp', address: '203.0.113.66', port: 5060 };
const GATEWAY = gatewayPeer(1).address;
const body = 'v=0\r\n';

function worldOf(parameters: Partial<SignallingParameters> = {}): CallWorld {
  const rewriteCaller = [{ from: '6*', to: '49306*' }];
  return new CallWorld({ parameters, terminals: [{ ...terminalOf('6001', 'test'), rewriteCaller }] });
}

let serial = 0;

function invite(
  user = '6001',
  parts: { callId?: string; authorization?: string; header?: string; lines?: string[] } = {},
) {
  const { callId = 'call-1', authorization, header = 'Authorization', lines = [] } = parts;
  return requestOf('INVITE', {
    via: `SIP/2.0/UDP 203.0.113.66:5060;branch=z9hG4bKc${serial++}`,
    from: `<sip:${user}@192.0.2.1>;tag=a`,
    callId,
    cseq: serial,
    body,
    lines: [
      'Content-Type: application/sdp',
      'Contact: <sip:6001@203.0.113.66:5060>',
      ...lines,
      ...(authorization === undefined ? [] : [`${header}: ${authorization}`]),
    ],
  });
}

/** What answers the last challenge that was sent to the terminal. */
function answering(world: CallWorld, changes: Partial<DigestAnswer> = {}, status = 401): string {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const asked = world.responseTo(home.address, status).headers.first(name) as string;
  return answerTo(asked, { username: '6001', password: PASSWORD, method: 'INVITE', ...changes });
}

const statuses = (world: CallWorld) => world.to(home.address);

test('a terminal is challenged, then its call goes on: its account pays, its rules hold, no credentials pass', () => {
  const world = worldOf();
  world.receive(invite(), home);
  const challenge = world.responseTo(home.address, 401).headers.all('WWW-Authenticate');
  assert.match(challenge[0], /^Digest realm="test", nonce="\w{60}", algorithm=SHA-256, qop="auth"$/);
  assert.match(challenge[1], /algorithm=MD5/);
  assert.deepEqual(world.companion.transactionCounts, { server: 0, client: 0 }, 'a challenge is not remembered');
  world.receive(invite('6001', { authorization: answering(world) }), home);
  const sent = world.requestTo(GATEWAY, 'INVITE');
  assert.match(sent.headers.first('From') as string, /<sip:49306001@/);
  assert.equal(sent.headers.first('Authorization'), undefined);
  world.receive(answerOf(sent, 486), gatewayPeer(1));
  const [event] = world.events;
  assert.deepEqual(
    [
      event.account,
      event.caller_gateway,
      event.billing_mode,
      event.caller_e164,
      event.caller_access_e164,
      event.end_reason,
    ],
    ['acme', '6001', 0, '49306001', '6001', 486],
  );
  assert.equal(world.events.length, 1);
  assert.deepEqual(world.companion.illegalCalls, { seen: 0, counted: 0, sources: 0 });
  world.settle();
});

test('407 with Proxy-Authenticate, when that is the code', () => {
  const world = worldOf({ SS_SIP_AUTHENTICATION_CODE: 407 });
  world.receive(invite(), home);
  const authorization = answering(world, { algorithm: 'MD5' }, 407);
  world.receive(invite('6001', { authorization, header: 'Proxy-Authorization' }), home);
  assert.equal(world.requestTo(GATEWAY, 'INVITE').headers.first('Proxy-Authorization'), undefined);
});

test('a copy of a challenged INVITE gets the same tag; an ACK to it makes no noise', () => {
  const world = worldOf();
  const request = invite();
  world.receive(request, home);
  world.receive(request, home);
  const tags = world.sent.map(({ message }) => /tag=(\w+)/.exec(message.headers.first('To') as string)?.[1]);
  assert.equal(tags.length, 2);
  assert.equal(tags[0], tags[1]);
  const to = world.responseTo(home.address, 401).headers.first('To') as string;
  world.receive(requestOf('ACK', { via: request.headers.first('Via') as string, to, cseq: serial }), home);
  assert.equal(world.sent.length, 2);
});

test('bad passwords: challenged again, then 403 and an illegal call; a copy of a request is no further guess', () => {
  const world = worldOf();
  world.receive(invite(), home);
  for (let nth = 0; nth < 6; nth++) {
    const request = invite('6001', { authorization: answering(world, { password: `wrong-${nth}` }) });
    world.receive(request, home);
    world.receive(request, home);
  }
  assert.deepEqual([...new Set(statuses(world).slice(0, -2))], ['401']);
  assert.deepEqual(statuses(world).slice(-2), ['403', '403']);
  assert.deepEqual(
    world.companion.suspensions.list().map(({ terminal, address }) => [terminal, address]),
    [['6001', home.address]],
  );
  const [{ account, billing_mode, end_reason, caller_ip, caller_gateway }] = world.events;
  assert.deepEqual([account, billing_mode, end_reason, caller_ip, caller_gateway], [null, -1, -1, home.address, null]);
  assert.equal(world.events.length, 1);
});

test('who is no terminal is challenged as one, and leaves an illegal call', () => {
  const world = worldOf();
  world.receive(invite('6999'), home);
  assert.equal(statuses(world).at(-1), '401');
  world.receive(invite('6999', { callId: 'second', lines: ['Require: nonsense'] }), home);
  assert.equal(statuses(world).at(-1), '401', 'nor is he told what else is wrong');
  assert.deepEqual(
    world.events.map(({ caller_e164, billing_mode, end_reason }) => [caller_e164, billing_mode, end_reason]),
    [
      ['6999', -1, -1],
      ['6999', -1, -1],
    ],
  );
  assert.deepEqual(world.companion.illegalCalls, { seen: 2, counted: 0, sources: 1 });
  assert.equal(world.companion.counts.refused, 2);
});

test('a mapping gateway needs no password for calls; a registration always does', () => {
  const world = worldOf();
  world.receive(requestOf('INVITE', { lines: ['Content-Type: application/sdp'], body }));
  assert.equal(world.to(GATEWAY)[0], 'INVITE');
  world.receive(requestOf('REGISTER', { callId: 'r', branch: 'z9hG4bKr' }));
  assert.equal(world.to(callerPeer.address).at(-1), '401');
});

test('silence for all who are not authorised, and copies do not count', () => {
  const world = worldOf({ SS_REPLY_UNAUTHORIZED: 'Off' });
  const request = invite('6999');
  for (let nth = 0; nth < 5; nth++) world.receive(request, home);
  assert.deepEqual(statuses(world), []);
  assert.equal(world.events.length, 1);
});

test('a flood of unknown sources leaves no transactions, few events, and its count', async () => {
  const world = new CallWorld();
  const flood = 20_000;
  for (let nth = 0; nth < flood; nth++) {
    const address = `10.0.${(nth >> 8) & 255}.${nth & 255}`;
    world.receive(fromElsewhere(nth), { transport: 'udp', address, port: 5060 });
    world.sent.length = 0;
  }
  assert.deepEqual(world.companion.transactionCounts, { server: 0, client: 0 });
  assert.deepEqual(world.companion.illegalCalls, { seen: flood, counted: flood - 1000, sources: 1000 });
  assert.equal(world.events.length, 1000);
  const drained = world.companion.drain(0);
  world.clock.advance(5000);
  await drained;
  assert.equal(world.events.at(-1)?.sip_call_id, `${flood - 1000} calls`);
});

test('under a flood strangers get 2,000 answers a second; who was admitted before is answered all the same', () => {
  const world = worldOf();
  const register = (callId: string, authorization?: string) => {
    const lines = authorization === undefined ? [] : [`Authorization: ${authorization}`];
    world.receive(
      requestOf('REGISTER', { from: '<sip:6001@x>;tag=a', callId, branch: `z9hG4bK${callId}`, lines }),
      home,
    );
  };
  register('before');
  register('admitted', answering(world, { method: 'REGISTER' }));
  for (let nth = 0; nth < 5000; nth++) {
    const stranger: Peer = { transport: 'udp', address: `10.0.${nth >> 8}.${nth & 255}`, port: 5060 };
    world.receive(fromElsewhere(nth), stranger);
  }
  const answered = () => world.sent.filter(({ to }) => to.startsWith('10.')).length;
  assert.equal(answered(), 1999, 'one went to the terminal, when it was a stranger');
  assert.equal(world.companion.illegalCalls.seen, 5000);
  register('during');
  assert.equal(statuses(world).at(-1), '401');
  world.clock.advance(500);
  for (let nth = 5000; nth < 10_000; nth++) {
    world.receive(fromElsewhere(nth), { transport: 'udp', address: '10.1.0.1', port: 5060 });
  }
  assert.equal(answered(), 2999);
});

function fromElsewhere(nth: number): SipRequest {
  return requestOf('INVITE', { callId: `flood-${nth}`, branch: `z9hG4bKf${nth}` });
}
