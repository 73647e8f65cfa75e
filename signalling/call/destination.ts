import type { RoutingGateway } from '../configuration.ts';
import type { Peer } from '../transport/transport.ts';

/** Where a call is offered: a routing gateway, or a registered phone at one of its bindings. */
export interface Destination
  extends Pick<
    RoutingGateway,
    | 'name'
    | 'host'
    | 'port'
    | 'transport'
    | 'rewriteCaller'
    | 'rewriteCallee'
    | 'timeouts'
    | 'sipTimer'
    | 'registration'
    | 'identity'
  > {
  /** Missing in a gateway. */
  readonly phone?: PhoneAddress;
}

export interface PhoneAddress {
  /** What the request line names (RFC 3261, 16.6, 2). */
  readonly uri: string;
  readonly peer: Peer;
  /** Whether all requests of the call go to `peer`, whatever Contact says: behind NAT, and over a connection. */
  readonly isOnlyWay: boolean;
}
