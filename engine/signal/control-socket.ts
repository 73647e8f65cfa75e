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

/** What a companion can be asked, by method and path; what is returned is the answer, as JSON. */
export type ControlRoutes = Readonly<Record<string, (query: URLSearchParams) => unknown>>;

/** Answers questions about the companion until it is closed. */
export async function openControl(path: string, routes: ControlRoutes): Promise<Server> {
  // Who holds the lock of the events is alone; a socket that is there is one of a process that was killed.
  rmSync(path, { force: true });
  const server = createServer((asked, answer) => {
    const [place, query] = (asked.url ?? '').split('?');
    const key = `${asked.method} ${place}`;
    const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
    answer.writeHead(route === undefined ? 404 : 200, { 'content-type': 'application/json' });
    answer.end(route === undefined ? '{}' : JSON.stringify(route(new URLSearchParams(query))));
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

/** Asks a running companion for its status. @throws OperatorError when there is none */
export async function askStatus(path: string): Promise<CompanionStatus> {
  return (await askCompanion(path, 'GET', '/status')) as CompanionStatus;
}

/** Asks a running companion. @throws OperatorError when there is none, or one that does not know the question */
export async function askCompanion(socketPath: string, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const asked = request({ socketPath, method, path, timeout: 5000 });
  asked.end();
  let status: number;
  let text: string;
  try {
    const [answer] = await once(asked, 'response');
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece);
    status = answer.statusCode;
    text = Buffer.concat(pieces).toString('utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new OperatorError(
      `no companion answers at ${socketPath} (${code ?? (cause as Error).message}): start one with "ratemill signal", or name its configuration with --config`,
      { cause },
    );
  }
  if (status === 200) return JSON.parse(text);
  throw new OperatorError(`the companion at ${socketPath} is of another version: restart it with "ratemill signal"`);
}
