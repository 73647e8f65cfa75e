import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { ConnectedSocket } from './connected-socket.ts';

/** Told of what happens on a socket. */
export interface DatagramListener {
  onDatagram(bytes: Uint8Array, address: string, port: number): void;
}

/** Bytes the kernel keeps while we are busy; it may grant less. */
const BUFFER_BYTES = 8 * 1024 * 1024;

/** Peers that have a socket of their own; beyond, a closed port is not noticed. */
const MOST_CONNECTED = 1000;

/** A UDP socket, bound, and sockets connected to the peers whose closed ports are to be noticed. */
export class UdpSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #listener: DatagramListener;
  /** Whether the system lets several sockets have one port. */
  readonly #isShared: boolean;
  /** By `address port` of the peer. */
  readonly #connected = new Map<string, ConnectedSocket>();

  private constructor(socket: Socket, isShared: boolean, listener: DatagramListener) {
    this.#socket = socket;
    this.#isShared = isShared;
    this.#listener = listener;
    const { address, port } = socket.address();
    this.address = address;
    this.port = port;
    socket.on('message', (bytes, from) => listener.onDatagram(bytes, from.address, from.port));
    // A refusal that the system reports for a datagram sent before belongs to nobody here: timers notice.
    socket.on('error', () => undefined);
  }

  /** @throws Error of the system, EADDRINUSE among them */
  static async open(address: string, port: number, listener: DatagramListener): Promise<UdpSocket> {
    // One that shares its port would not be refused a port that another server of the same user shares.
    const alone = await bound(address, port, false);
    const { port: free } = alone.address();
    const closed = once(alone, 'close');
    alone.close();
    await closed;
    try {
      return new UdpSocket(await bound(address, free, true), true, listener);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw error;
      return new UdpSocket(await bound(address, free, false), false, listener);
    }
  }

  /**
   * `failed` is called with what the system says when it does not take the datagram. Messages above 1,300 bytes go by UDP as
   * well, in fragments, unlike RFC 3261, 18.1.1: most gateways speak no TCP.
   */
  send(bytes: Uint8Array, port: number, address: string, failed: (problem: string) => void): void {
    // Node throws for it, and a forged datagram may come from it.
    if (port === 0) {
      setImmediate(failed, 'port 0 takes no datagrams');
      return;
    }
    this.#socket.send(bytes, port, address, (error) => {
      if (error !== null) failed(error.message);
    });
  }

  /** The same; `failed` is called at once when the port over there is closed, too. */
  sendNoticing(bytes: Uint8Array, port: number, address: string, failed: (problem: string) => void): void {
    const connected = this.#connectedTo(port, address);
    if (connected === undefined) this.send(bytes, port, address, failed);
    else connected.send(bytes, failed);
  }

  async close(): Promise<void> {
    for (const connected of this.#connected.values()) connected.close();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #connectedTo(port: number, address: string): ConnectedSocket | undefined {
    const key = `${address} ${port}`;
    const known = this.#connected.get(key);
    if (known !== undefined || !this.#isShared || this.#connected.size >= MOST_CONNECTED) return known;
    const connected = new ConnectedSocket({
      local: { address: this.address, port: this.port },
      remote: { address, port },
      onDatagram: (bytes, from, of) => this.#listener.onDatagram(bytes, from, of),
      otherwise: (bytes, failed) => this.send(bytes, port, address, failed),
    });
    this.#connected.set(key, connected);
    return connected;
  }
}

async function bound(address: string, port: number, reusePort: boolean): Promise<Socket> {
  const isV6 = isIPv6(address);
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    // One family a socket: addresses compare as they are written.
    ipv6Only: isV6,
    reusePort,
    recvBufferSize: BUFFER_BYTES,
    sendBufferSize: BUFFER_BYTES,
  });
  const listening = once(socket, 'listening');
  socket.bind(port, address);
  await listening;
  return socket;
}
