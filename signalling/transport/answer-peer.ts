import type { SipMessage } from '../message/message.ts';
import { via, writeVia } from '../message/via.ts';
import type { Peer } from './transport.ts';

/** Port of a sent-by that names none (RFC 3261, 18.2.2). */
export const DEFAULT_PORT = 5060;

/**
 * Notes in the top Via of a request where it came from: `received` where sent-by does not say so (RFC 3261, 18.2.1), the port
 * where the client asks for it (RFC 3581, 4).
 */
export function noteSource({ headers }: Pick<SipMessage, 'headers'>, source: Peer): void {
  const [first, ...others] = headers.list('Via');
  const top = via(first ?? '');
  if (top === undefined) return;
  const parameters = new Map(top.parameters);
  if (top.rport !== undefined) parameters.set('rport', String(source.port));
  if (bare(top.host) !== source.address || top.rport !== undefined) parameters.set('received', source.address);
  headers.remove('Via');
  for (const value of [writeVia({ ...top, parameters }), ...others].reverse()) headers.prepend('Via', value);
}

/**
 * Where the answer to a request goes (RFC 3261, 18.2.2; RFC 3581, 4): to the address it came from; over UDP to the port of
 * sent-by, or the one it came from if the client asked for that; over TCP to where the connection comes from, and to the
 * port of sent-by when that is closed. `maddr` does not count: whoever sends a request could have the answers sent to hosts
 * only this server reaches.
 */
export function answerPeer({ headers }: Pick<SipMessage, 'headers'>, source: Peer): Peer {
  const top = via(headers.list('Via')[0] ?? '');
  // A request that is answered 400 may have a Via nobody can read.
  if (top === undefined) return source;
  const port = top.port ?? DEFAULT_PORT;
  if (source.transport === 'tcp') return { ...source, otherwisePort: port };
  return top.rport !== undefined ? source : { ...source, port };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
