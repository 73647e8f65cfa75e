import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { type Frame, FrameStream } from '../message/frame-stream.ts';

export interface ConnectionListener {
  onFrame(frame: Frame, connection: TcpConnection): void;
  onClose(connection: TcpConnection, problem: string | undefined): void;
}

/** How long a connection is kept, on what clock. */
export interface ConnectionPatience {
  readonly clock: Clock;
  /** Without a byte in either direction for so long, a connection is closed. */
  readonly idleMs: number;
  /** A message that has begun must be there after so long. */
  readonly halfMessageMs: number;
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
  readonly #patience: ConnectionPatience;
  #halfMessage: Timer | undefined;
  #problem: string | undefined;

  /** @param peer where it goes to, or comes from */
  constructor(
    socket: Socket,
    peer: { address: string; port: number },
    patience: ConnectionPatience,
    listener: ConnectionListener,
  ) {
    this.#socket = socket;
    this.address = peer.address;
    this.port = peer.port;
    this.#listener = listener;
    this.#patience = patience;
    socket.setNoDelay(true);
    socket.setTimeout(patience.idleMs, () => this.close());
    socket.on('data', (piece) => this.#read(piece));
    socket.on('error', (error) => {
      this.#problem = error.message;
    });
    socket.on('close', () => {
      this.#halfMessage?.cancel();
      listener.onClose(this, this.#problem);
    });
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
    const frames = this.#frames.push(piece);
    if (frames.length > 0) {
      this.#halfMessage?.cancel();
      this.#halfMessage = undefined;
    } else {
      this.#halfMessage ??= this.#patience.clock.after(this.#patience.halfMessageMs, () => this.close());
    }
    for (const frame of frames) {
      if (frame.kind === 'ping') this.send(PONG, () => undefined);
      this.#listener.onFrame(frame, this);
      if (frame.kind === 'lost') this.#socket.end();
    }
  }
}
