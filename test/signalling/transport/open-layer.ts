import type { TestContext } from 'node:test';
import { answerTo } from '../../../signalling/message/answer.ts';
import type { SipMessage, SipRequest } from '../../../signalling/message/message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { answerPeer } from '../../../signalling/transport/answer-peer.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { type Traffic, TransportLayer, type TransportSettings } from '../../../signalling/transport/transport-layer.ts';
import { VirtualClock } from '../virtual-clock.ts';

export interface Opened {
  readonly layer: TransportLayer;
  readonly clock: VirtualClock;
  readonly udp: number;
  readonly tcp: number;
  /** What was handed up, and what passed. */
  readonly messages: { readonly message: SipMessage; readonly source: Peer }[];
  readonly traffic: Traffic[];
}

export interface OpenOptions {
  readonly address?: string;
  readonly limits?: Partial<TransportSettings['limits']>;
  /** Whether each request is answered 200, where the RFC says (default). */
  readonly answer?: boolean;
}

/** A transport with a UDP and a TCP socket on free ports, which answers requests 200. */
export async function openLayer(t: TestContext, options: OpenOptions = {}): Promise<Opened> {
  const { address = '127.0.0.1', limits, answer = true } = options;
  const clock = new VirtualClock(1_790_000_000_000);
  const messages: Opened['messages'] = [];
  const traffic: Traffic[] = [];
  const layer = await TransportLayer.open({
    clock,
    listen: [
      { transport: 'udp', address, port: 0 },
      { transport: 'tcp', address, port: 0 },
    ],
    limits: { connections: 10, perSource: 10, idleMs: 60_000, halfMessageMs: 32_000, ...limits },
    onMessage: (message, source) => {
      messages.push({ message, source });
      if (answer && message.kind === 'request') answerOk(layer, message, source);
    },
    onTraffic: (passed) => traffic.push(passed),
  });
  t.after(() => layer.close());
  const [udp, tcp] = layer.listening.map(({ port }) => port);
  return { layer, clock, udp, tcp, messages, traffic };
}

function answerOk(layer: TransportLayer, request: SipRequest, source: Peer): void {
  layer.send(writeMessage(answerTo(request, 200)), answerPeer(request, source), () => undefined);
}
