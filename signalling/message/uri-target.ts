import { hostPort } from './host-port.ts';
import type { Uri } from './uri.ts';

/** Where a request to a URI is sent (RFC 3263, 4, without DNS: what the URI itself says). */
export interface UriTarget {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** In capitals. */
  readonly transport: 'UDP' | 'TCP' | 'TLS';
}

/**
 * maddr before host, the default port where none is named; undefined for a tel URI, for other transports, and for a maddr
 * that is no host.
 */
export function uriTarget({ scheme, host, port, parameters }: Uri): UriTarget | undefined {
  if (scheme === 'tel') return undefined;
  const named = parameters.get('transport')?.toUpperCase() ?? (scheme === 'sips' ? 'TLS' : 'UDP');
  const transport = scheme === 'sips' && named === 'TCP' ? 'TLS' : named;
  if (transport !== 'UDP' && transport !== 'TCP' && transport !== 'TLS') return undefined;
  if (scheme === 'sips' && transport === 'UDP') return undefined;
  const address = parameters.has('maddr') ? hostPort(parameters.get('maddr') ?? '')?.host : host;
  if (address === undefined) return undefined;
  return { host: withoutBrackets(address), port: port ?? (transport === 'TLS' ? 5061 : 5060), transport };
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
