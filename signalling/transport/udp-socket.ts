import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** Told of what happens on a socket. */
export interface DatagramListener {
  onDatagram(bytes: Uint8Array, address: string, port: number): void;
}

/** Bytes the kernel keeps while we are busy; it may grant less. */
const BUFFER_BYTES = 8 * 1024 * 1024;

/** A UDP socket, bound. */
export class UdpSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.address = address;
    this.port = port;
  }

  /** @throws Error of the system, EADDRINUSE among them */
  static async open(address: string, port: number, listener: DatagramListener): Promise<UdpSocket> {
    const isV6 = isIPv6(address);
    const socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      // One family a socket: addresses compare as they are written.
      ipv6Only: isV6,
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
    });
    const listening = once(socket, 'listening');
    socket.bind(port, address);
    await listening;
    socket.on('message', (bytes, from) => listener.onDatagram(bytes, from.address, from.port));
    // A refusal that the system reports for a datagram sent before belongs to nobody here: timers notice.
    socket.on('error', () => undefined);
    return new UdpSocket(socket);
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

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
