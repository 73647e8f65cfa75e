import type { DigestAlgorithm, Digests } from './authentication/digest.ts';
import type { IdentityPolicy, NumberSources } from './identity/identity-policy.ts';
import type { SignallingParameters } from './parameters.ts';
import type { RewriteRule } from './routing/rewrite-number.ts';
import type { ListeningPoint } from './transport/transport-layer.ts';

/** The section `signalling` of the configuration, each value read. */
export interface SignallingConfiguration {
  /** Name of this switch in its call events. */
  readonly softswitch: string;
  /** In whose name terminals are asked for a password; the digests of all of them hold for it alone. */
  readonly realm: string;
  /** Algorithms terminals are offered, in the order of the challenges. */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  readonly listen: readonly ListeningPoint[];
  readonly events: EventSettings;
  readonly mappingGateways: readonly MappingGateway[];
  readonly routingGateways: readonly RoutingGateway[];
  readonly terminals: readonly Terminal[];
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
export interface MappingGateway extends NumberSources {
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

/** A telephone: it registers and calls with a password, from wherever it is. */
export interface Terminal extends NumberSources {
  /** The user part it registers and authenticates as. */
  readonly name: string;
  /** Who pays. */
  readonly account: string;
  /** H(name:realm:password) in lower-case hexadecimal digits (RFC 7616, 3.4.2); the password itself is nowhere. */
  readonly digests: Digests;
  /** Of the calling and the called number, as they count for routing and billing. */
  readonly rewriteCaller: readonly RewriteRule[];
  readonly rewriteCallee: readonly RewriteRule[];
  /** Whether its calls may have a session timer. */
  readonly sipTimer: boolean;
}

/** What counts of whoever a call comes from, a mapping gateway or a terminal. */
export type Caller = Pick<MappingGateway, 'name' | 'account' | 'rewriteCaller' | 'rewriteCallee' | 'sipTimer'> &
  NumberSources;

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
  /** Who we are there, if it knows us by registration or asks for a password; null if it does neither. */
  readonly registration: GatewayRegistration | null;
  /** What it is told of the caller. */
  readonly identity: IdentityPolicy;
}

/** Our own account at a gateway. */
export interface GatewayRegistration {
  readonly user: string;
  /** Either the password or its digests, H(user:realm:password) in lower-case hexadecimal digits. */
  readonly secret:
    | { readonly password: string }
    | { readonly digests: { readonly MD5: string; readonly 'SHA-256': string } };
  /** The only realm that gets an answer; null for any. */
  readonly realm: string | null;
}

export interface StageOverrides {
  readonly timeoutInvite: number;
  readonly timeoutTrying: number;
  readonly timeoutSessionProgress: number;
  readonly timeoutSessionProgressSdp: number;
  readonly timeoutRinging: number;
}
