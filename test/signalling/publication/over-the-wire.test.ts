/** PUBLISH over sockets, to a companion whose clock is the test's: what it does to routes, and for how long. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Companion } from '../../../signalling/companion.ts';
import type { SignallingParameters } from '../../../signalling/parameters.ts';
import { TransportLayer } from '../../../signalling/transport/transport-layer.ts';
import { CallWorld } from '../call/call-world.ts';
import { freePorts } from '../peers/companion-process.ts';
import { type RawPeer, rawUdp } from '../raw-peer.ts';
import { sipText } from '../sip-text.ts';
import { pidf } from './pidf.ts';

const TYPED = ['Event: presence', 'Content-Type: application/pidf+xml'];
let asked = 0;

/** A companion, a caller at 127.0.0.1 and the routing gateway of its calls at 127.0.0.2. */
async function world(t: TestContext, parameters: Partial<SignallingParameters> = {}) {
  const [port] = freePorts(1);
  const settings = { parameters, route: { host: '127.0.0.2', port }, mapping: { addresses: ['127.0.0.1'] } };
  const calls = new CallWorld(settings);
  const { clock } = calls;
  const { configuration } = calls.companion;
  let companion: Companion | undefined;
  const transport = await TransportLayer.open({
    clock,
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    limits: { connections: 10, perSource: 10, idleMs: 600_000, halfMessageMs: 32_000 },
    onMessage: (message, source) => companion?.receive(message, source),
  });
  t.after(() => transport.close());
  companion = new Companion({ ...calls.settings, clock, log: calls, sender: transport });
  const [{ port: server }] = transport.listening;
  const caller = await rawUdp(t, server);
  const gateway = await rawUdp(t, server, '127.0.0.1', { address: '127.0.0.2', port });
  return { companion, clock, configuration, server, caller, gateway };
}

/** @returns what is to be found in the answer */
function send(peer: RawPeer, method: string, lines: readonly string[] = [], body = ''): RegExp {
  const callId = `published-${++asked}`;
  peer.send(
    sipText(
      [
        `${method} sip:49301@127.0.0.1 SIP/2.0`,
        `Via: SIP/2.0/UDP ${peer.address}:${peer.port};branch=z9hG4bK${callId}`,
        'Max-Forwards: 70',
        `From: <sip:1@${peer.address}>;tag=a`,
        'To: <sip:49301@127.0.0.1>',
        `Call-ID: ${callId}`,
        `CSeq: 1 ${method}`,
        `Contact: <sip:${peer.address}:${peer.port}>`,
        ...lines,
      ],
      body,
    ),
  );
  return new RegExp(`^SIP/2\\.0 [2-6][^]*Call-ID: ${callId}\r\n`);
}

/** @returns the answer to a PUBLISH */
function published(peer: RawPeer, lines: readonly string[], body = ''): Promise<string> {
  return peer.next(send(peer, 'PUBLISH', lines, body));
}

/** Status of a call which the gateway, if it gets it, answers with busy. */
async function statusOfCall(caller: RawPeer, gateway: RawPeer, isOpen: boolean): Promise<string> {
  const answer = send(caller, 'INVITE');
  if (isOpen) {
    const invite = await gateway.next(/^INVITE /);
    const copied = invite.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    gateway.send(sipText(['SIP/2.0 486 Busy Here', ...copied.map((line) => line.replace(/^To:.*/, '$&;tag=b'))]));
  }
  return (await caller.next(answer)).slice(8, 11);
}

test('a gateway that is closed is left out of routes until that expires, also over a reload', async (t) => {
  const { companion, clock, configuration, caller, gateway } = await world(t);
  assert.equal(await statusOfCall(caller, gateway, true), '486');
  const answer = await published(gateway, TYPED, pidf('closed'));
  assert.match(answer, /^SIP\/2\.0 200 OK\r\n.*\r\nExpires: 300\r\nSIP-ETag: [\da-f]+\r\n/s);
  assert.equal(await statusOfCall(caller, gateway, false), '404');
  companion.reload({ ...configuration });
  clock.advance(299_000);
  assert.equal(await statusOfCall(caller, gateway, false), '404');
  clock.advance(1000);
  assert.equal(companion.publications.stateOf(configuration.routingGateways[0]), 'unknown');
  assert.equal(await statusOfCall(caller, gateway, true), '486');
  assert.deepEqual(
    gateway.received.filter((text) => text.startsWith('INVITE')),
    [],
  );
});

test('it is used again once it is open, or takes the state back; SS_SIP_PUBLISH_EXPIRE holds', async (t) => {
  const { caller, gateway } = await world(t, { SS_SIP_PUBLISH_EXPIRE: 45 });
  const tagOf = (answer: string) => /\r\nSIP-ETag: (\w+)\r\n/.exec(answer)?.[1] ?? '';
  const first = await published(gateway, TYPED, pidf('closed'));
  assert.match(first, /\r\nExpires: 45\r\n/);
  const second = await published(gateway, [...TYPED, `SIP-If-Match: ${tagOf(first)}`], pidf('open'));
  assert.equal(await statusOfCall(caller, gateway, true), '486');
  const third = await published(gateway, [...TYPED, `SIP-If-Match: ${tagOf(second)}`], pidf('closed'));
  assert.equal(await statusOfCall(caller, gateway, false), '404');
  const removal = ['Event: presence', `SIP-If-Match: ${tagOf(third)}`, 'Expires: 0'];
  assert.match(await published(gateway, removal), /^SIP\/2\.0 200 /);
  assert.equal(await statusOfCall(caller, gateway, true), '486');
  assert.match(await published(gateway, removal), /^SIP\/2\.0 412 /);
});

test('who is no routing gateway gets 403, and with SS_REPLY_UNAUTHORIZED Off a stranger gets nothing', async (t) => {
  for (const [reply, answers] of [
    ['On', 1],
    ['Off', 0],
  ] as const) {
    const { server, caller, gateway } = await world(t, { SS_REPLY_UNAUTHORIZED: reply });
    const stranger = await rawUdp(t, server, '127.0.0.1', { address: '127.0.0.3' });
    send(stranger, 'PUBLISH', TYPED, pidf('closed'));
    assert.match(await published(caller, TYPED, pidf('closed')), /^SIP\/2\.0 403 /);
    assert.match(await published(gateway, TYPED, pidf('open')), /^SIP\/2\.0 200 /);
    if (answers === 1) await stranger.next(/^SIP\/2\.0 403 /);
    assert.deepEqual(stranger.received, []);
  }
});

test('PUBLISH is among what is allowed', async (t) => {
  const { gateway } = await world(t);
  assert.match(await gateway.next(send(gateway, 'OPTIONS')), /\r\nAllow: [^\r]*\bPUBLISH\b/);
  assert.match(await gateway.next(send(gateway, 'SUBSCRIBE')), /^SIP\/2\.0 405 .*\r\nAllow: [^\r]*\bPUBLISH\b/s);
});
