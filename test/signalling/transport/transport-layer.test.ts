import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { TransportLayer } from '../../../signalling/transport/transport-layer.ts';
import { rawConnection, rawTcp, rawUdp, until } from '../raw-peer.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { openLayer } from './open-layer.ts';

interface Parts {
  readonly via?: string;
  readonly lines?: readonly string[];
  readonly without?: string;
  readonly length?: number | null;
  readonly body?: string;
  readonly version?: string;
  readonly cseq?: string;
}

/** An OPTIONS whose parts can be wrong. */
function options(parts: Parts = {}): string {
  const { via = 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport', body = '', length = body.length } = parts;
  const lines = [
    `OPTIONS sip:192.0.2.1 SIP/${parts.version ?? '2.0'}`,
    `Via: ${via}`,
    'From: <sip:a@192.0.2.9>;tag=1',
    'To: <sip:b@192.0.2.1>',
    'Call-ID: c1',
    `CSeq: ${parts.cseq ?? '1 OPTIONS'}`,
    ...(parts.lines ?? []),
    ...(length === null ? [] : [`Content-Length: ${length}`]),
  ].filter((line) => parts.without === undefined || !line.startsWith(`${parts.without}:`));
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const tcpVia = 'SIP/2.0/TCP 192.0.2.9:5070;branch=z9hG4bK1';

test('folded and compact headers and comma lists are understood', async (t) => {
  const { udp, messages } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(
    [
      'OPTIONS sip:192.0.2.1 SIP/2.0',
      'v: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1;rport,',
      '  SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK0',
      'f: <sip:a@192.0.2.9>;tag=1',
      't: <sip:b@192.0.2.1>',
      'i: c1',
      'CSeq: 1',
      '\tOPTIONS',
      'k: timer, 100rel',
      'l: 0\r\n\r\n',
    ].join('\r\n'),
  );
  const answer = await peer.next(/^SIP\/2.0 200 OK\r\n/);
  assert.match(answer, /\r\nVia: SIP\/2.0\/UDP 192.0.2.8;branch=z9hG4bK0\r\n/);
  assert.deepEqual(messages[0].message.headers.list('Supported'), ['timer', '100rel']);
});

test('Content-Length over UDP: bytes beyond it are dropped, 400 when there are fewer', async (t) => {
  const { udp, messages } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ body: 'abcdef', length: 3 }));
  await peer.next(/^SIP\/2.0 200 /);
  assert.equal(Buffer.from(messages[0].message.body).toString(), 'abc');
  peer.send(options({ body: 'abc', length: 6 }));
  await peer.next(/^SIP\/2.0 400 /);
  assert.equal(messages.length, 1);
});

test('Content-Length over TCP says where the next message begins, whatever the pieces', async (t) => {
  const { tcp, messages } = await openLayer(t);
  const peer = await rawTcp(t, tcp);
  const two = options({ via: tcpVia, body: 'abc' }) + options({ via: tcpVia, body: 'OPTIONS x', cseq: '2 OPTIONS' });
  for (let at = 0; at < two.length; at += 50) {
    peer.send(two.slice(at, at + 50));
    await new Promise(setImmediate);
  }
  await until(() => messages.length === 2, 'two messages');
  assert.deepEqual(
    messages.map(({ message }) => Buffer.from(message.body).toString()),
    ['abc', 'OPTIONS x'],
  );
  await peer.next(/CSeq: 2 OPTIONS/);
});

test('Content-Length missing over TCP: 400, and the connection is closed', async (t) => {
  const { tcp } = await openLayer(t);
  const peer = await rawTcp(t, tcp);
  peer.send(options({ via: tcpVia, length: null }));
  await peer.next(/^SIP\/2.0 400 /);
  await peer.closed();
});

test('400 for a mandatory header that is missing, with what is missing', async (t) => {
  const { udp, layer } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    peer.send(options({ without: name }));
    assert.match(await peer.next(/^SIP\/2.0 400 /), new RegExp(`\r\nWarning: 399 ratemill "${name} is missing"\r\n`));
  }
  peer.send(options({ without: 'Via' }));
  await until(() => layer.counts.malformed === 5, 'counted');
  assert.deepEqual(peer.received, [], 'without Via there is nowhere to answer to');
});

test('CSeq above 2147483647, or of another method: 400', async (t) => {
  const { udp } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ cseq: '2147483647 OPTIONS' }));
  await peer.next(/^SIP\/2.0 200 /);
  for (const cseq of ['2147483648 OPTIONS', '-1 OPTIONS', '1 INVITE']) {
    peer.send(options({ cseq }));
    await peer.next(/^SIP\/2.0 400 /);
  }
});

test('another version of SIP: 505', async (t) => {
  const { udp } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ version: '3.0' }));
  await peer.next(/^SIP\/2.0 505 /);
});

test('a response or an ACK that is malformed is dropped and counted', async (t) => {
  const { udp, layer, messages } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ without: 'To' }).replace(/^.*\r\n/, 'SIP/2.0 200 OK\r\n'));
  peer.send(options({ without: 'To' }).replaceAll('OPTIONS', 'ACK'));
  await until(() => layer.counts.malformed === 2, 'counted');
  peer.send(options());
  await peer.next(/^SIP\/2.0 200 /);
  assert.deepEqual([peer.received, messages.length], [[], 1]);
});

test('rport: the answer comes to the port the request came from, and says which', async (t) => {
  const { udp } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options());
  const answer = await peer.next(/^SIP\/2.0 200 /);
  assert.match(answer, new RegExp(`5070;branch=z9hG4bK1;rport=${peer.port};received=127.0.0.1\r\n`));
});

test('rport in a request that is answered 400', async (t) => {
  const { udp } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ without: 'To' }));
  const answer = await peer.next(/^SIP\/2.0 400 /);
  assert.match(answer, new RegExp(`;rport=${peer.port};received=127.0.0.1\r\n`));
});

test('without rport the answer goes to the address it came from, `received`, and the port of sent-by', async (t) => {
  const { udp } = await openLayer(t);
  const sending = await rawUdp(t, udp);
  const named = await rawUdp(t, udp);
  sending.send(options({ via: `SIP/2.0/UDP pbx.example.com:${named.port};branch=z9hG4bK1` }));
  assert.match(await named.next(/^SIP\/2.0 200 /), /;received=127.0.0.1\r\n/);
  assert.deepEqual(sending.received, []);
});

test('`received` is left out where sent-by says the same', async (t) => {
  const { udp } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options({ via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK1` }));
  assert.doesNotMatch(await peer.next(/^SIP\/2.0 200 /), /received/);
});

test('over TCP the answer comes over the connection of the request', async (t) => {
  const { tcp } = await openLayer(t);
  const peer = await rawTcp(t, tcp);
  peer.send(options({ via: tcpVia }));
  await peer.next(/^SIP\/2.0 200 /);
});

test('over TCP, when that connection is closed, the answer goes to the port of sent-by', async (t) => {
  const { layer, tcp, messages } = await openLayer(t, { answer: false });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port: named } = server.address() as { port: number };
  const peer = await rawTcp(t, tcp);
  peer.send(options({ via: `SIP/2.0/TCP 192.0.2.9:${named};branch=z9hG4bK1` }));
  await until(() => messages.length === 1, 'the request is there');
  await peer.close();
  await until(() => layer.connections === 0, 'the connection is closed');
  const arrived = once(server, 'connection', { signal: AbortSignal.timeout(2000) });
  layer.send(Buffer.from('answer'), { ...messages[0].source, otherwisePort: named }, assert.fail);
  const [socket] = (await arrived) as [Socket];
  await rawConnection(t, socket).next(/answer/);
});

test('IPv6, over UDP and TCP', async (t) => {
  const { udp, tcp, layer } = await openLayer(t, { address: '::1' });
  const datagrams = await rawUdp(t, udp, '::1');
  datagrams.send(options({ via: 'SIP/2.0/UDP [2001:db8::9]:5070;branch=z9hG4bK1;rport' }));
  assert.match(await datagrams.next(/^SIP\/2.0 200 /), /;received=::1\r\n/);
  const stream = await rawTcp(t, tcp, '::1');
  stream.send(options({ via: tcpVia }));
  await stream.next(/^SIP\/2.0 200 /);
  assert.equal(layer.localAddress({ transport: 'udp', address: '2001:db8::1', port: 5060 }), `[::1]:${udp}`);
});

test('keep-alives of all kinds over UDP are counted, and nothing else happens', async (t) => {
  const { layer, udp, messages, traffic } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  const stun = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
  const kinds = ['', '\r\n', '\r\n\r\n', '\0\0\0\0', 'HELLO', stun];
  for (const kind of kinds) peer.send(kind);
  await until(() => layer.counts.keepAlives === kinds.length, 'counted');
  assert.deepEqual([peer.received, messages, traffic, layer.counts.malformed], [[], [], [], 0]);
});

test('a ping over TCP gets its pong, and is no message', async (t) => {
  const { layer, tcp, messages } = await openLayer(t);
  const peer = await rawTcp(t, tcp);
  peer.send('\r\n\r\n');
  assert.equal(await peer.next(/\n/), '\r\n');
  assert.deepEqual([layer.counts.keepAlives, messages, layer.counts.malformed], [1, [], 0]);
});

test('TCP: half a message is waited for so long and no longer, however it drips', async (t) => {
  const { clock, tcp, layer } = await openLayer(t, { limits: { halfMessageMs: 5000 } });
  const peer = await rawTcp(t, tcp);
  const whole = options({ via: tcpVia });
  peer.send(whole.slice(0, 20));
  await until(() => clock.waiting === 1, 'waits');
  clock.advance(4999);
  peer.send(whole.slice(20));
  await peer.next(/^SIP\/2.0 200 /);
  assert.equal(clock.waiting, 0);
  peer.send(whole.slice(0, 20));
  await until(() => clock.waiting === 1, 'waits');
  clock.advance(4999);
  peer.send(whole.slice(20, 30));
  await new Promise((resolve) => setTimeout(resolve, 20));
  clock.advance(1);
  await peer.closed();
  await until(() => layer.connections === 0, 'forgotten');
});

test('TCP: connections of one source are limited, and a place that is left can be taken', async (t) => {
  const { tcp, layer } = await openLayer(t, { limits: { perSource: 2 } });
  const first = await rawTcp(t, tcp);
  await rawTcp(t, tcp);
  const refused = await rawTcp(t, tcp);
  await refused.closed();
  assert.equal(layer.connections, 2);
  await first.close();
  await until(() => layer.connections === 1, 'the place is left');
  const taken = await rawTcp(t, tcp);
  taken.send(options({ via: tcpVia }));
  await taken.next(/^SIP\/2.0 200 /);
});

test('TCP: an idle connection is closed', async (t) => {
  const { tcp } = await openLayer(t, { limits: { idleMs: 50 } });
  await (await rawTcp(t, tcp)).closed();
});

test('TCP: who does not read is given up, and the sender is told', async (t) => {
  const { layer, tcp, messages } = await openLayer(t, { answer: false });
  const peer = await rawTcp(t, tcp);
  peer.send(options({ via: tcpVia }));
  await until(() => messages.length === 1, 'the request is there');
  peer.socket.pause();
  const problems: string[] = [];
  const megabyte = Buffer.alloc(2 ** 20, 'x');
  // The system buffers some, and then we up to 4 MiB.
  for (let sent = 0; sent < 40 && problems.length === 0; sent++) {
    layer.send(megabyte, messages[0].source, (problem) => problems.push(problem));
    await new Promise(setImmediate);
  }
  await until(() => problems.includes('the peer does not read'), 'told');
});

test('TCP: a port that is closed fails the message, once and later', async (t) => {
  const { layer, tcp } = await openLayer(t);
  const closed = await rawTcp(t, tcp);
  await until(() => layer.connections === 1, 'accepted');
  await closed.close();
  await until(() => layer.connections === 0, 'closed here as well');
  const problems: string[] = [];
  layer.send(Buffer.from('x'), { transport: 'tcp', address: '127.0.0.1', port: closed.port }, (problem) => {
    problems.push(problem);
  });
  assert.deepEqual(problems, []);
  await until(() => problems.length > 0, 'told');
  assert.deepEqual([problems.length, layer.counts.failedSends], [1, 1]);
  assert.match(problems[0], /ECONNREFUSED/);
});

test('UDP: what the system does not take fails, later and without an exception', async (t) => {
  const { layer } = await openLayer(t);
  const problems: string[] = [];
  const fail = (problem: string) => problems.push(problem);
  layer.send(Buffer.from('x'), { transport: 'udp', address: '127.0.0.1', port: 0 }, fail);
  layer.send(Buffer.alloc(70_000), { transport: 'udp', address: '127.0.0.1', port: 9 }, fail);
  layer.send(Buffer.from('x'), { transport: 'udp', address: '::1', port: 9 }, fail);
  assert.deepEqual(problems, []);
  await until(() => problems.length === 3, 'told');
  assert.match(problems.join(), /EMSGSIZE/);
});

test('what passes is told with time, direction and both ends', async (t) => {
  const { udp, traffic } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  peer.send(options());
  await peer.next(/^SIP\/2.0 200 /);
  const local = { transport: 'udp', address: '127.0.0.1', port: udp };
  assert.deepEqual(
    traffic.map(({ direction, timeMs, local, remote }) => ({ direction, timeMs, local, port: remote.port })),
    ['in', 'out'].map((direction) => ({ direction, timeMs: 1_790_000_000_000, local, port: peer.port })),
  );
});

test('a keep-alive goes out as it is, over UDP only, and no trace has it', async (t) => {
  const { layer, udp, traffic } = await openLayer(t);
  const peer = await rawUdp(t, udp);
  const { address, port } = peer;
  layer.sendKeepAlive(Buffer.from('x'), { transport: 'udp', address: '::1', port });
  layer.sendKeepAlive(Buffer.from('HELLO'), { transport: 'udp', address, port });
  assert.equal(await peer.next(/./), 'HELLO');
  assert.deepEqual(traffic, []);
});

test('when one socket cannot be opened, none is', async (t) => {
  const { udp } = await openLayer(t);
  const settings = {
    clock: new VirtualClock(),
    limits: { connections: 1, perSource: 1, idleMs: 1000, halfMessageMs: 1000 },
    onMessage: () => undefined,
  };
  const at = (port: number) => ({ transport: 'udp' as const, address: '127.0.0.1', port });
  const first = await rawUdp(t, udp);
  const { port } = first;
  await first.close();
  await assert.rejects(TransportLayer.open({ ...settings, listen: [at(port), at(udp)] }), { code: 'EADDRINUSE' });
  const again = await TransportLayer.open({ ...settings, listen: [at(port)] });
  assert.equal(again.listening[0].port, port);
  await again.close();
});
