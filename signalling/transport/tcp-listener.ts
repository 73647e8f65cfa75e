import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type ConnectionListener, type ConnectionPatience, TcpConnection } from './tcp-connection.ts';
import type { Peer } from './transport.ts';

/** Connections that may be open at a time, of all sources and of one. */
export interface ConnectionLimits extends ConnectionPatience {
  readonly connections: number;
  readonly perSource: number;
}

/** A listening TCP socket with its connections, those it accepted and those it made. */
export class TcpListener {
  readonly address: string;
  readonly port: number;
  readonly #server: Server;
  readonly #limits: ConnectionLimits;
  readonly #listener: ConnectionListener;
  /** By `address port` of the other end. */
  readonly #connections = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();

  private constructor(server: Server, limits: ConnectionLimits, listener: ConnectionListener) {
    this.#server = server;
    this.#limits = limits;
    const { address, port } = server.address() as AddressInfo;
    this.address = address;
    this.port = port;
    this.#listener = {
      onFrame: (frame, connection) => listener.onFrame(frame, connection),
      onClose: (connection, problem) => {
        this.#forget(connection);
        listener.onClose(connection, problem);
      },
    };
    server.on('connection', (socket) => {
      const { remoteAddress, remotePort } = socket;
      if (remoteAddress === undefined || remotePort === undefined || this.#isFull(remoteAddress)) socket.destroy();
      else this.#keep(new TcpConnection(socket, { address: remoteAddress, port: remotePort }, limits, this.#listener));
    });
  }

  /** @throws Error of the system, EADDRINUSE among them */
  static async open(
    address: string,
    port: number,
    limits: ConnectionLimits,
    listener: ConnectionListener,
  ): Promise<TcpListener> {
    const server = createServer();
    const listening = once(server, 'listening');
    server.listen({ port, host: address, ipv6Only: true });
    await listening;
    return new TcpListener(server, limits, listener);
  }

  /** Over the connection to that peer, or a new one. */
  send(bytes: Uint8Array, peer: Peer, failed: (problem: string) => void): void {
    const { address, port, otherwisePort = port } = peer;
    const known = this.#connections.get(keyOf(peer)) ?? this.#connections.get(keyOf({ address, port: otherwisePort }));
    const connection = known ?? this.#connect(address, otherwisePort);
    connection.send(bytes, failed);
  }

  get connections(): number {
    return this.#connections.size;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections.values()) connection.close();
    await closed;
  }

  #connect(address: string, port: number): TcpConnection {
    const socket = connect({ host: address, port });
    const connection = new TcpConnection(socket, { address, port }, this.#limits, this.#listener);
    this.#keep(connection);
    return connection;
  }

  #isFull(address: string): boolean {
    const { connections, perSource } = this.#limits;
    return this.#connections.size >= connections || (this.#perSource.get(address) ?? 0) >= perSource;
  }

  #keep(connection: TcpConnection): void {
    this.#connections.set(keyOf(connection), connection);
    this.#perSource.set(connection.address, (this.#perSource.get(connection.address) ?? 0) + 1);
  }

  #forget(connection: TcpConnection): void {
    // A port that is used again may have its next connection before the end of the last one is told.
    if (this.#connections.get(keyOf(connection)) === connection) this.#connections.delete(keyOf(connection));
    const left = (this.#perSource.get(connection.address) ?? 1) - 1;
    if (left === 0) this.#perSource.delete(connection.address);
    else this.#perSource.set(connection.address, left);
  }
}

function keyOf({ address, port }: { address: string; port: number }): string {
  return `${address} ${port}`;
}
