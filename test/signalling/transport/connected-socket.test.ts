/** Peers whose closed port is noticed at once, over UDP. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { ConnectedSocket } from '../../../signalling/transport/connected-socket.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { TransportLayer } from '../../../signalling/transport/transport-layer.ts';
import { rawUdp, until } from '../raw-peer.ts';
import { requestOf } from '../sip-text.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { openLayer } from './open-layer.ts';

const bytes = Buffer.from('INVITE sip:1 SIP/2.0\r\n\r\n');
const gatewayAt = (port: number, address = '127.0.0.1'): Peer => ({ transport: 'udp', address, port, isNoticed: true });

/** A port of this machine on which nobody listens. */
async function closedPort(t: TestContext): Promise<number> {
  const peer = await rawUdp(t, 9);
  await peer.close();
  return peer.port;
}

test('a port that is closed is told at once, for each datagram it was sent', async (t) => {
  const { layer } = await openLayer(t);
  const gateway = gatewayAt(await closedPort(t));
  const problems: string[] = [];
  layer.send(bytes, gateway, (problem) => problems.push(problem));
  assert.equal(problems.length, 0, 'never within the call');
  await until(() => problems.length === 1, 'the first is told');
  for (let nth = 0; nth < 5; nth++) layer.send(bytes, gateway, (problem) => problems.push(problem));
  await until(() => problems.length === 6, 'each of the others is told');
  assert.match(problems.join(), /^([^,]*ECONNREFUSED[^,]*,?){6}$/);
  assert.equal(layer.counts.failedSends, 6);
});

test('to a peer that is not to be noticed, as before, nothing is told', async (t) => {
  const { layer } = await openLayer(t);
  const { isNoticed: _, ...plain } = gatewayAt(await closedPort(t));
  layer.send(bytes, plain, assert.fail);
  await new Promise((resolve) => setTimeout(resolve, 50));
});

for (const address of ['127.0.0.1', '::1']) {
  test(`${address}: the gateway sees one port, and what comes from it and from others is received, whichever socket gets it`, async (t) => {
    const { layer, udp, messages } = await openLayer(t, { address });
    const gateway = await rawUdp(t, udp, address);
    const other = await rawUdp(t, udp, address);
    const options = (callId: string) => writeMessage(requestOf('OPTIONS', { callId, branch: `z9hG4bK${callId}` }));
    gateway.send(options('before'));
    for (let nth = 0; nth < 50; nth++) {
      // The first of them opens the socket, while the others send.
      layer.send(bytes, gatewayAt(gateway.port, address), assert.fail);
      gateway.send(options(`gateway-${nth}`));
      other.send(options(`other-${nth}`));
    }
    await until(() => messages.length === 101, 'all are received');
    await until(() => gateway.received.length >= 50, 'all are sent');
    const from = messages.map(
      ({ message, source }) => `${message.headers.first('Call-ID')?.split('-')[0]} ${source.port}`,
    );
    assert.deepEqual([...new Set(from)].sort(), [
      `before ${gateway.port}`,
      `gateway ${gateway.port}`,
      `other ${other.port}`,
    ]);
    assert.ok(messages.every(({ source }) => source.address === address));
  });
}

test('the gateway sees the port of the listening socket as the source', async (t) => {
  const { layer, udp } = await openLayer(t);
  const gateway = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => gateway.close());
  await once(gateway, 'listening');
  layer.send(bytes, gatewayAt(gateway.address().port), assert.fail);
  const [, source] = await once(gateway, 'message');
  assert.deepEqual([source.address, source.port], ['127.0.0.1', udp]);
});

test('a datagram that our own system does not take fails alone', async (t) => {
  const { layer } = await openLayer(t);
  const gateway = await rawUdp(t, 9);
  const problems: string[] = [];
  layer.send(bytes, gatewayAt(gateway.port), () => assert.fail('it has arrived'));
  layer.send(Buffer.alloc(70_000), gatewayAt(gateway.port), (problem) => problems.push(problem));
  await until(() => problems.length === 1, 'told');
  assert.match(problems[0], /EMSGSIZE/);
  await gateway.next(/^INVITE/);
});

test('a gateway that is there again is reached again', async (t) => {
  const { layer, udp } = await openLayer(t);
  const port = await closedPort(t);
  const problems: string[] = [];
  layer.send(bytes, gatewayAt(port), (problem) => problems.push(problem));
  await until(() => problems.length === 1, 'it is refused');
  const gateway = await rawUdp(t, udp, '127.0.0.1', { port });
  layer.send(bytes, gatewayAt(port), assert.fail);
  await gateway.next(/^INVITE/);
  gateway.send('\r\n\r\n');
  await until(() => layer.counts.keepAlives === 1, 'it answers');
  await gateway.close();
  layer.send(bytes, gatewayAt(port), (problem) => problems.push(problem));
  await until(() => problems.length === 2, 'what was sent before it answered is not told again');
});

test('where a second socket cannot be had, datagrams go out through the listening one', async (t) => {
  const sent: Uint8Array[] = [];
  const socket = new ConnectedSocket({
    // An address of nobody here.
    local: { address: '192.0.2.1', port: 5060 },
    remote: { address: '127.0.0.1', port: 9 },
    onDatagram: () => assert.fail(),
    otherwise: (one) => sent.push(one),
  });
  t.after(() => socket.close());
  socket.send(bytes, assert.fail);
  await until(() => sent.length === 1, 'what was held goes out');
  socket.send(bytes, assert.fail);
  assert.equal(sent.length, 2);
});

test('a port that another server listens on is refused, though both would share it', async (t) => {
  const { udp } = await openLayer(t);
  const again = TransportLayer.open({
    clock: new VirtualClock(),
    listen: [{ transport: 'udp', address: '127.0.0.1', port: udp }],
    limits: { connections: 1, perSource: 1, idleMs: 1, halfMessageMs: 1 },
    onMessage: assert.fail,
  });
  await assert.rejects(again, { code: 'EADDRINUSE' });
});
