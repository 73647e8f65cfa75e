import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

/** A socket that sends and receives text as it stands, for what no SIP stack would send. */
export interface RawPeer {
  readonly address: string;
  readonly port: number;
  /** All that came and was not taken yet: a datagram each, or a piece of the stream. */
  readonly received: string[];
  send(text: string | Uint8Array): void;
  close(): Promise<void>;
  /** The first text received that fits; it and those before are taken. Fails after 2 s. */
  next(fits: RegExp): Promise<string>;
}

export interface RawConnection extends RawPeer {
  readonly socket: Socket;
  /** Fails after 2 s. */
  closed(): Promise<void>;
}

/** A UDP socket that sends to `port` of `address`, itself on a free port of that address unless `own` says another. */
export async function rawUdp(
  t: TestContext,
  port: number,
  address = '127.0.0.1',
  own: { readonly address?: string; readonly port?: number } = {},
): Promise<RawPeer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const received: string[] = [];
  let isOpen = true;
  socket.on('message', (bytes) => received.push(bytes.toString('latin1')));
  socket.bind(own.port ?? 0, own.address ?? address);
  await once(socket, 'listening');
  const close = async () => {
    if (isOpen) await new Promise<void>((resolve) => socket.close(resolve));
    isOpen = false;
  };
  t.after(close);
  return {
    address: socket.address().address,
    port: socket.address().port,
    received,
    send: (text) => socket.send(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, port, address),
    close,
    next: (fits) => next(received, fits),
  };
}

/** A TCP connection to `port` of `address`. */
export async function rawTcp(t: TestContext, port: number, address = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host: address });
  await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return rawConnection(t, socket);
}

/** What the other side opened. */
export function rawConnection(t: TestContext, socket: Socket): RawConnection {
  const received: string[] = [];
  socket.on('data', (bytes) => received.push(bytes.toString('latin1')));
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  const { address, port } = socket.address() as AddressInfo;
  return {
    address,
    port,
    received,
    socket,
    send: (text) => socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
    next: (fits) => next(received, fits),
    close: async () => {
      socket.destroy();
    },
    closed: () => until(() => socket.destroyed, 'the connection is closed'),
  };
}

/** Waits until something is so. Fails after 2 s. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    assert.ok(performance.now() < end, `not within ${PATIENCE_MS} ms: ${what}`);
    await wait(2);
  }
}

async function next(received: string[], fits: RegExp): Promise<string> {
  const at = () => received.findIndex((text) => fits.test(text));
  await until(() => at() >= 0, `${fits} among ${JSON.stringify(received)}`);
  return received.splice(0, at() + 1).at(-1) as string;
}

const PATIENCE_MS = 2000;
