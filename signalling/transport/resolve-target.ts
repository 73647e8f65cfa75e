import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { parseUri } from '../message/uri.ts';
import { uriTarget } from '../message/uri-target.ts';
import type { Peer } from './transport.ts';

/** A peer, or why there is none. */
export type Resolved = { readonly peer: Peer } | { readonly problem: string };

/**
 * Where a request to a URI goes, by what the URI says and the addresses of its host (RFC 3263, 4, without NAPTR and SRV
 * records). `done` is called within this call when the host is an address, and later when it is a name.
 */
export function resolveUri(uri: string, done: (resolved: Resolved) => void): void {
  const parsed = parseUri(uri);
  const target = parsed && uriTarget(parsed);
  if (target === undefined || target.transport === 'TLS') {
    done({ problem: 'the URI names no host that can be reached by UDP or TCP' });
    return;
  }
  const { host, port } = target;
  const transport = target.transport === 'TCP' ? 'tcp' : 'udp';
  if (isIP(host) !== 0) {
    done({ peer: { transport, address: host, port } });
    return;
  }
  lookup(host, (error, address) => {
    done(
      error === null ? { peer: { transport, address, port } } : { problem: `${host} has no address: ${error.code}` },
    );
  });
}
