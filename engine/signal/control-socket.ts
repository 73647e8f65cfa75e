import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { OperatorError } from '../errors.ts';
import type { CompanionStatus } from './companion-status.ts';

/** Where a companion is asked: HTTP over a Unix socket beside its events. */
export function controlPath(folder: string, softswitch: string): string {
  return join(folder, `${softswitch}.sock`);
}

/** Answers questions about the companion until it is closed. */
export async function openControl(path: string, status: () => CompanionStatus): Promise<Server> {
  // Who holds the lock of the events is alone; a socket that is there is one of a process that was killed.
  rmSync(path, { force: true });
  const server = createServer((asked, answer) => {
    const isKnown = asked.method === 'GET' && asked.url === '/status';
    answer.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    answer.end(isKnown ? JSON.stringify(status()) : '{}');
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

/** Asks a running companion. @throws OperatorError when there is none */
export async function askStatus(path: string): Promise<CompanionStatus> {
  const asked = request({ socketPath: path, path: '/status', timeout: 5000 });
  asked.end();
  try {
    const [answer] = await once(asked, 'response');
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece);
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as CompanionStatus;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new OperatorError(
      `no companion answers at ${path} (${code ?? (cause as Error).message}): start one with "ratemill signal", or name its configuration with --config`,
      { cause },
    );
  }
}
