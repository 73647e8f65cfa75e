import type { Clock } from '../clock.ts';
import { answerTo } from '../message/answer.ts';
import { keepAlive } from '../message/keep-alive.ts';
import type { SipMessage } from '../message/message.ts';
import { type MessageFault, parseMessage } from '../message/parse-message.ts';
import { randomToken } from '../message/random-token.ts';
import { writeMessage } from '../message/write-message.ts';
import { answerPeer, noteSource } from './answer-peer.ts';
import type { ConnectionLimits } from './tcp-listener.ts';
import { TcpListener } from './tcp-listener.ts';
import { hostText, type MessageSender, type Peer } from './transport.ts';
import { UdpSocket } from './udp-socket.ts';

/** Where to listen. */
export interface ListeningPoint {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** `host:port` for Via and Contact, where the other side sees another one than the socket's. */
  readonly advertised?: string;
}

/** What passes, for a trace: `direction` as seen from here. */
export interface Traffic {
  readonly direction: 'in' | 'out';
  readonly timeMs: number;
  readonly local: Peer;
  readonly remote: Peer;
  readonly bytes: Uint8Array;
}

export interface TransportSettings {
  readonly clock: Clock;
  readonly listen: readonly ListeningPoint[];
  readonly limits: Omit<ConnectionLimits, 'clock'>;
  /** Messages that are well-formed; requests say in their top Via where they came from. */
  readonly onMessage: (message: SipMessage, source: Peer) => void;
  readonly onTraffic?: (traffic: Traffic) => void;
}

interface OpenPoint {
  readonly peer: Peer;
  readonly advertised: string;
  readonly socket: UdpSocket | TcpListener;
}

/** What was dropped on the way in, and what the network did not take, since the start. */
export interface TransportCounts {
  messages: number;
  keepAlives: number;
  malformed: number;
  failedSends: number;
}

/** All sockets of the server (RFC 3261, 18). */
export class TransportLayer implements MessageSender {
  readonly counts: TransportCounts = { messages: 0, keepAlives: 0, malformed: 0, failedSends: 0 };
  readonly #settings: TransportSettings;
  readonly #points: OpenPoint[] = [];

  private constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  /** Opens all sockets, or none. @throws Error of the system, with `point` naming the one that failed */
  static async open(settings: TransportSettings): Promise<TransportLayer> {
    const layer = new TransportLayer(settings);
    try {
      for (const point of settings.listen) await layer.#open(point);
    } catch (error) {
      await layer.close();
      throw error;
    }
    return layer;
  }

  /** What it listens on, with the ports it got. */
  get listening(): readonly Peer[] {
    return this.#points.map(({ peer }) => peer);
  }

  /** TCP connections that are open. */
  get connections(): number {
    const open = this.#points.map(({ socket }) => (socket instanceof TcpListener ? socket.connections : 0));
    return open.reduce((sum, connections) => sum + connections, 0);
  }

  send(bytes: Uint8Array, peer: Peer, failed: (problem: string) => void): void {
    const point = this.#pointFor(peer);
    const fail = (problem: string) => {
      this.counts.failedSends++;
      failed(problem);
    };
    if (point === undefined) {
      setImmediate(fail, `no socket of this server speaks ${peer.transport} there`);
      return;
    }
    this.#tell('out', point, peer, bytes);
    const { socket } = point;
    if (socket instanceof TcpListener) socket.send(bytes, peer, fail);
    else if (peer.isNoticed) socket.sendNoticing(bytes, peer.port, peer.address, fail);
    else socket.send(bytes, peer.port, peer.address, fail);
  }

  sendKeepAlive(payload: Uint8Array, { address, port }: Peer): void {
    const socket = this.#pointFor({ transport: 'udp', address, port })?.socket;
    if (socket instanceof UdpSocket) socket.send(payload, port, address, () => undefined);
  }

  localAddress(peer: Peer): string {
    const point = this.#pointFor(peer) ?? this.#points[0];
    return point.advertised;
  }

  async close(): Promise<void> {
    await Promise.all(this.#points.splice(0).map(({ socket }) => socket.close()));
  }

  async #open({ transport, address, port, advertised }: ListeningPoint): Promise<void> {
    let point: OpenPoint | undefined;
    const arrive = (bytes: Uint8Array, from: { address: string; port: number }) => {
      this.#receive(point as OpenPoint, bytes, { transport, address: from.address, port: from.port });
    };
    const socket =
      transport === 'udp'
        ? await UdpSocket.open(address, port, {
            onDatagram: (bytes, from, of) => arrive(bytes, { address: from, port: of }),
          })
        : await TcpListener.open(
            address,
            port,
            { ...this.#settings.limits, clock: this.#settings.clock },
            {
              onFrame: (frame, connection) => {
                if (frame.kind === 'message') arrive(frame.bytes, connection);
                else if (frame.kind === 'lost') {
                  this.#refuse(frame.fault, { transport, address: connection.address, port: connection.port });
                } else this.counts.keepAlives++;
              },
              onClose: () => undefined,
            },
          );
    const peer = { transport, address: socket.address, port: socket.port };
    point = { peer, advertised: advertised ?? `${hostText(socket.address)}:${socket.port}`, socket };
    this.#points.push(point);
  }

  #receive(point: OpenPoint, bytes: Uint8Array, source: Peer): void {
    if (keepAlive(bytes) !== undefined) {
      this.counts.keepAlives++;
      return;
    }
    this.#tell('in', point, source, bytes);
    const message = parseMessage(bytes);
    if (message.kind === 'fault') {
      this.#refuse(message, source);
      return;
    }
    this.counts.messages++;
    if (message.kind === 'request') noteSource(message, source);
    this.#settings.onMessage(message, source);
  }

  /** What is no valid message is answered where it asks for an answer (RFC 3261, 18.3 and 21.4.1). */
  #refuse({ answerable: headers, status, problem }: MessageFault, source: Peer): void {
    this.counts.malformed++;
    if (headers === undefined) return;
    noteSource({ headers }, source);
    const answer = answerTo({ headers }, status, undefined, { toTag: randomToken() });
    answer.headers.append('Warning', `399 ratemill "${problem.replaceAll('"', "'")}"`);
    this.send(writeMessage(answer), answerPeer({ headers }, source), () => undefined);
  }

  #tell(direction: 'in' | 'out', { peer: local }: OpenPoint, remote: Peer, bytes: Uint8Array): void {
    this.#settings.onTraffic?.({ direction, timeMs: this.#settings.clock.now(), local, remote, bytes });
  }

  /** The first socket of that transport and family of addresses. */
  #pointFor({ transport, address }: Peer): OpenPoint | undefined {
    const isV6 = address.includes(':');
    return this.#points.find(({ peer }) => peer.transport === transport && peer.address.includes(':') === isV6);
  }
}
