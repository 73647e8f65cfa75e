import type { SignallingParameters } from './parameters.ts';
import type { RewriteRule } from './routing/rewrite-number.ts';
import type { ListeningPoint } from './transport/transport-layer.ts';

/** The section `signalling` of the configuration, each value read. */
export interface SignallingConfiguration {
  /** Name of this switch in its call events. */
  readonly softswitch: string;
  readonly listen: readonly ListeningPoint[];
  readonly events: EventSettings;
  readonly mappingGateways: readonly MappingGateway[];
  readonly routingGateways: readonly RoutingGateway[];
  /** Most calls at a time; one more is answered 503. */
  readonly maxCalls: number;
  readonly parameters: SignallingParameters;
  /** The database with the balances of prepaid accounts; null when nobody looks at them. */
  readonly prepaid: { readonly database: string } | null;
}

export interface EventSettings {
  readonly folder: string;
  /** Milliseconds for which events are gathered before they are written together. */
  readonly commitMs: number;
  /** Whether what is written is also on the disk (fdatasync) before it counts as written. */
  readonly durable: boolean;
  /** A segment is sealed when it is so large, or so old. */
  readonly segmentBytes: number;
  readonly segmentSeconds: number;
}

/** Where calls come from. */
export interface MappingGateway {
  readonly name: string;
  /** IP addresses and networks (`192.0.2.0/24`) its requests come from. */
  readonly addresses: readonly string[];
  /** Who pays. */
  readonly account: string;
  /** Of the calling and the called number, as they count for routing and billing. */
  readonly rewriteCaller: readonly RewriteRule[];
  readonly rewriteCallee: readonly RewriteRule[];
  /** Whether its callers may have a session timer. */
  readonly sipTimer: boolean;
}

/** Where calls go. */
export interface RoutingGateway {
  readonly name: string;
  /** Host, a name or an address. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** Called numbers it serves; an empty prefix is all of them. */
  readonly prefixes: readonly string[];
  /** The lower, the earlier it is tried. */
  readonly priority: number;
  /** Most calls at a time, null for no limit. */
  readonly capacity: number | null;
  /** Of the calling and the called number, as they are sent to it. */
  readonly rewriteCaller: readonly RewriteRule[];
  readonly rewriteCallee: readonly RewriteRule[];
  /** Seconds in place of `SS_SIP_TIMEOUT_*`; 0 takes the value of the system. */
  readonly timeouts: StageOverrides;
  /** Whether it is offered a session timer. */
  readonly sipTimer: boolean;
}

export interface StageOverrides {
  readonly timeoutInvite: number;
  readonly timeoutTrying: number;
  readonly timeoutSessionProgress: number;
  readonly timeoutSessionProgressSdp: number;
  readonly timeoutRinging: number;
}
