/** Phones as sockets: what is registered is called where it is, and the path to it is kept open. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { serverClock } from '../../../signalling/clock.ts';
import { Companion } from '../../../signalling/companion.ts';
import { TransportLayer } from '../../../signalling/transport/transport-layer.ts';
import { answerTo, PASSWORD } from '../authentication/digest-client.ts';
import { CallWorld } from '../call/call-world.ts';
import { type RawPeer, rawTcp, rawUdp, until } from '../raw-peer.ts';
import { sipText } from '../sip-text.ts';
import { terminal } from './terminal.ts';

test('a phone behind NAT over UDP: heartbeats come, and calls, where it registered from', async (t) => {
  const { udp } = await server(t);
  const [phone, caller] = [await rawUdp(t, udp), await rawUdp(t, udp)];
  const answer = await registered(phone, '<sip:4901@10.0.0.7:5060>;expires=120');
  assert.match(answer, /\r\nContact: <sip:4901@10.0.0.7:5060>;expires=120\r\n/);
  await until(() => phone.received.includes('HELLO'), 'a heartbeat');
  caller.send(invite(caller, '4901'));
  const offered = await phone.next(/^INVITE/);
  assert.match(offered, /^INVITE sip:4901@10.0.0.7:5060 SIP/);
  phone.send(answered(offered, 486));
  await phone.next(/^ACK sip:4901@10.0.0.7:5060/);
  await caller.next(/^SIP\/2.0 486/);
});

test('a phone over TCP is called over its connection', async (t) => {
  const { udp, tcp } = await server(t);
  const [phone, caller] = [await rawTcp(t, tcp), await rawUdp(t, udp)];
  await registered(phone, `<sip:4901@127.0.0.1:${phone.port};transport=tcp>`, 'TCP');
  caller.send(invite(caller, '4901'));
  const offered = await phone.next(/^INVITE/);
  phone.send(answered(offered, 486));
  await caller.next(/^SIP\/2.0 486/);
});

test('a phone without NAT is called at its Contact, which may be another port', async (t) => {
  const { udp } = await server(t);
  const [phone, other, caller] = [await rawUdp(t, udp), await rawUdp(t, udp), await rawUdp(t, udp)];
  await registered(phone, `<sip:4901@127.0.0.1:${other.port}>`);
  caller.send(invite(caller, '4901'));
  other.send(answered(await other.next(/^INVITE/), 486));
  await caller.next(/^SIP\/2.0 486/);
  assert.deepEqual(phone.received, []);
});

test('a registered phone calls a registered phone, and pays for it', async (t) => {
  const { udp, events } = await server(t, { addresses: ['192.0.2.9'] });
  const [caller, callee] = [await rawUdp(t, udp), await rawUdp(t, udp)];
  await registered(caller, `<sip:4902@127.0.0.1:${caller.port}>`, 'UDP', '4902');
  await registered(callee, `<sip:4901@127.0.0.1:${callee.port}>`);
  caller.send(invite(caller, '4901', '4902'));
  const challenged = await caller.next(/^SIP\/2.0 401/);
  caller.send(invite(caller, '4901', '4902', 2, authorization(challenged, '4902', 'INVITE')));
  callee.send(answered(await callee.next(/^INVITE/), 486));
  await caller.next(/^SIP\/2.0 486/);
  assert.deepEqual(
    events.map(({ billing_mode, account, callee_ip }) => [billing_mode, account, callee_ip]),
    [[0, 'account-4902', '127.0.0.1']],
  );
});

/** A companion on free ports. @param addresses of its mapping gateway */
async function server(t: TestContext, { addresses = ['127.0.0.1'] } = {}) {
  let companion: Companion | undefined;
  const transport = await TransportLayer.open({
    clock: serverClock,
    listen: (['udp', 'tcp'] as const).map((one) => ({ transport: one, address: '127.0.0.1', port: 0 })),
    limits: { connections: 10, perSource: 10, idleMs: 10_000, halfMessageMs: 10_000 },
    onMessage: (message, source) => companion?.receive(message, source),
  });
  t.after(() => transport.close());
  const world = new CallWorld({ terminals: [terminal('4901'), terminal('4902')], mapping: { addresses } });
  companion = new Companion({
    ...world.settings,
    clock: serverClock,
    sender: transport,
  });
  const [udp, tcp] = transport.listening.map(({ port }) => port);
  return { udp, tcp, events: world.events };
}

/** Registers with the password. @returns the answer */
async function registered(phone: RawPeer, contact: string, transport = 'UDP', name = '4901'): Promise<string> {
  const send = (cseq: number, authorization: string) => {
    phone.send(
      sipText([
        'REGISTER sip:127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/${transport} 127.0.0.1:${phone.port};rport;branch=z9hG4bKregister${phone.port}-${cseq}`,
        `From: <sip:${name}@127.0.0.1>;tag=phone`,
        `To: <sip:${name}@127.0.0.1>`,
        `Call-ID: register-${phone.port}`,
        `CSeq: ${cseq} REGISTER`,
        authorization,
        `Contact: ${contact}`,
      ]),
    );
  };
  send(1, 'X: y');
  send(2, authorization(await phone.next(/^SIP\/2.0 401/), name, 'REGISTER'));
  return phone.next(/^SIP\/2.0 200/);
}

/** What answers a challenge that came as text. */
function authorization(challenged: string, username: string, method: string): string {
  const challenge = /^WWW-Authenticate: (.*)$/m.exec(challenged)?.[1] ?? '';
  return `Authorization: ${answerTo(challenge, { username, password: PASSWORD, method })}`;
}

function invite({ port }: RawPeer, callee: string, from = '4420', cseq = 1, credentials = 'X: y'): Buffer {
  return sipText([
    `INVITE sip:${callee}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bKinvite${port}-${cseq}`,
    `From: <sip:${from}@127.0.0.1>;tag=caller`,
    `To: <sip:${callee}@127.0.0.1>`,
    `Call-ID: invite-${port}`,
    `CSeq: ${cseq} INVITE`,
    `Contact: <sip:${from}@127.0.0.1:${port}>`,
    credentials,
  ]);
}

/** The answer to a request that came as text. */
function answered(request: string, status: number): Buffer {
  const copied = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  const tagged = copied.map((line) => (line.startsWith('To:') ? `${line};tag=phone` : line));
  return sipText([`SIP/2.0 ${status} Answer`, ...tagged]);
}
