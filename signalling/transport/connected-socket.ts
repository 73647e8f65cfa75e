import { createSocket, type Socket } from 'node:dgram';

/** Where a socket is, or goes to. */
export interface DatagramAddress {
  readonly address: string;
  readonly port: number;
}

export interface ConnectedSocketSettings {
  /** Of the listening socket, whose address and port it shares. */
  readonly local: DatagramAddress;
  readonly remote: DatagramAddress;
  readonly onDatagram: (bytes: Uint8Array, address: string, port: number) => void;
  /** Sends what this one cannot. */
  readonly otherwise: (bytes: Uint8Array, failed: (problem: string) => void) => void;
}

/**
 * A UDP socket that is connected to one peer: only such a one is told by the system that the port over there is closed
 * (RFC 1122, 4.1.3.3). It has the address and port of the listening socket (SO_REUSEPORT), so that the peer sees no
 * difference; the system gives it what comes from that peer, which goes the same way as what comes to the listening one.
 */
export class ConnectedSocket {
  readonly #socket: Socket;
  readonly #settings: ConnectedSocketSettings;
  #state: 'opening' | 'open' | 'unusable' = 'opening';
  /** Datagrams that came before the socket was open. */
  #held: { readonly bytes: Uint8Array; readonly failed: (problem: string) => void }[] = [];
  /** Who sent since the peer was heard of: their datagrams are those that a refusal may be about. */
  #unheard: ((problem: string) => void)[] = [];

  constructor(settings: ConnectedSocketSettings) {
    this.#settings = settings;
    const { local, remote } = settings;
    const isV6 = local.address.includes(':');
    this.#socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      ipv6Only: isV6,
      reusePort: true,
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
    });
    // Between being bound and connected it may get what is for others: that is no loss, as all is received the same way.
    this.#socket.on('message', (bytes, from) => {
      this.#unheard = [];
      settings.onDatagram(bytes, from.address, from.port);
    });
    this.#socket.on('error', (error) => {
      if (this.#state === 'opening') this.#opened('unusable');
      else this.#refused(error.message);
    });
    this.#socket.once('listening', () => this.#socket.connect(remote.port, remote.address));
    this.#socket.once('connect', () => this.#opened('open'));
    this.#socket.bind(local.port, local.address);
  }

  /** `failed` is called when the peer's system says that nobody listens there, or ours does not take the datagram. */
  send(bytes: Uint8Array, failed: (problem: string) => void): void {
    if (this.#state === 'opening') {
      this.#held.push({ bytes, failed });
      return;
    }
    if (this.#state === 'unusable') {
      this.#settings.otherwise(bytes, failed);
      return;
    }
    if (this.#unheard.length >= MOST_UNHEARD) this.#unheard.shift();
    this.#unheard.push(failed);
    this.#socket.send(bytes, (error) => {
      if (error === null) return;
      // A refusal of one before is told here, too, in place of sending this one.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') this.#refused(error.message);
      else this.#failedAlone(failed, error.message);
    });
  }

  close(): void {
    this.#state = 'unusable';
    this.#socket.close();
  }

  #opened(state: 'open' | 'unusable'): void {
    if (this.#state !== 'opening') return;
    this.#state = state;
    for (const { bytes, failed } of this.#held.splice(0)) this.send(bytes, failed);
  }

  #failedAlone(failed: (problem: string) => void, problem: string): void {
    this.#unheard = this.#unheard.filter((other) => other !== failed);
    failed(problem);
  }

  #refused(problem: string): void {
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const failed of unheard) failed(problem);
  }
}

/** A gateway that says nothing to so many datagrams has other troubles than its port. */
const MOST_UNHEARD = 1000;
/** Of one gateway, less than of all together. */
const BUFFER_BYTES = 1024 * 1024;
