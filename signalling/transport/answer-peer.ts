import type { SipMessage } from '../message/message.ts';
import { via, writeVia } from '../message/via.ts';
import type { Peer } from './transport.ts';

/** Port of a sent-by that names none (RFC 3261, 18.2.2). */
export const DEFAULT_PORT = 5060;

/**
 * Notes in the top Via of a request where it came from: `received` where sent-by does not say so (RFC 3261, 18.2.1), the port
 * where the client asks for it (RFC 3581, 4).
 */
export function noteSource({ headers }: SipMessage, source: Peer): void {
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
 * sent-by, or the one it came from if the client asked for that; over TCP to where the connection comes from.
 */
export function answerPeer({ headers }: Pick<SipMessage, 'headers'>, source: Peer): Peer {
  if (source.transport === 'tcp') return source;
  const top = via(headers.list('Via')[0] ?? '');
  const asked = top?.rport !== undefined;
  return asked ? source : { ...source, port: top?.port ?? DEFAULT_PORT };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
