import type { Destination } from '../call/destination.ts';
import type { Terminal } from '../configuration.ts';
import { defaultIdentityPolicy } from '../identity/identity-policy.ts';
import type { SipRequest } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { parseUri, type Uri, writeUri } from '../message/uri.ts';
import { uriTarget } from '../message/uri-target.ts';
import type { Peer } from '../transport/transport.ts';
import type { Binding } from './binding.ts';
import type { Bindings } from './bindings.ts';

/** The bindings of a terminal as a call is offered to them: one after the other, that which was registered last first. */
export function destinationsOf({ name, sipTimer }: Terminal, bindings: Bindings): Destination[] {
  const destinationOf = ({ contact, peer, isBehindNat }: Binding): Destination => {
    const { address: host, port, transport } = peer;
    // Header fields of a URI have no place on the request line (RFC 3261, 19.1.1).
    const uri = writeUri({ ...(parseUri(contact) as Uri), headers: new Map() });
    const phone = { uri, peer, isOnlyWay: isBehindNat || transport === 'tcp' };
    return { name, host, port, transport, sipTimer, phone, ...AS_IT_IS };
  };
  return bindings.of(name).map(destinationOf).reverse();
}

/** Where all requests to a calling phone go when its Contact is no way to it: behind NAT, and over a connection. */
export function onlyWayTo({ headers }: SipRequest, source: Peer): Peer | undefined {
  const uri = parseUri(nameAddress(headers.list('Contact')[0] ?? '')?.uri ?? '');
  const target = uri && uriTarget(uri);
  return source.transport === 'tcp' || target?.host !== source.address ? source : undefined;
}

const AS_IT_IS = {
  registration: null,
  identity: defaultIdentityPolicy,
  rewriteCaller: [],
  rewriteCallee: [],
  timeouts: {
    timeoutInvite: 0,
    timeoutTrying: 0,
    timeoutSessionProgress: 0,
    timeoutSessionProgressSdp: 0,
    timeoutRinging: 0,
  },
};
