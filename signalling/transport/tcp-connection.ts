import type { Socket } from 'node:net';
import { type Frame, FrameStream } from '../message/frame-stream.ts';

export interface ConnectionListener {
  onFrame(frame: Frame, connection: TcpConnection): void;
  onClose(connection: TcpConnection, problem: string | undefined): void;
}

/** Bytes that may wait for a peer that does not read; beyond, the connection is given up. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const PONG = Buffer.from('\r\n');

/** One TCP connection: bytes in, messages out. */
export class TcpConnection {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #frames = new FrameStream();
  readonly #listener: ConnectionListener;
  #problem: string | undefined;

  /**
   * @param peer where it goes to, or comes from
   * @param idleMs without a byte in either direction the connection is closed
   */
  constructor(socket: Socket, peer: { address: string; port: number }, idleMs: number, listener: ConnectionListener) {
    this.#socket = socket;
    this.address = peer.address;
    this.port = peer.port;
    this.#listener = listener;
    socket.setNoDelay(true);
    socket.setTimeout(idleMs, () => this.close());
    socket.on('data', (piece) => this.#read(piece));
    socket.on('error', (error) => {
      this.#problem = error.message;
    });
    socket.on('close', () => listener.onClose(this, this.#problem));
  }

  send(bytes: Uint8Array, failed: (problem: string) => void): void {
    if (this.#socket.writableLength + bytes.length > MOST_WAITING_BYTES) {
      this.#problem = 'the peer does not read';
      this.#socket.destroy();
    }
    this.#socket.write(bytes, (error) => {
      if (error) failed(this.#problem ?? error.message);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(piece: Uint8Array): void {
    for (const frame of this.#frames.push(piece)) {
      if (frame.kind === 'ping') this.send(PONG, () => undefined);
      else this.#listener.onFrame(frame, this);
      if (frame.kind === 'lost') this.#socket.end();
    }
  }
}
