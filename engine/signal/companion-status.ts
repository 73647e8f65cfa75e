import type { Companion } from '../../signalling/companion.ts';
import type { EventLog } from '../../signalling/events/event-log.ts';
import type { PublishedState } from '../../signalling/publication/gateway-publications.ts';
import type { RegistrationStatus } from '../../signalling/registration/registration.ts';
import type { GatewayState } from '../../signalling/routing/gateway-states.ts';
import { peerText } from '../../signalling/transport/transport.ts';
import type { TransportLayer } from '../../signalling/transport/transport-layer.ts';
import { version } from '../finish-run.ts';
import type { PrepaidStatus } from './prepaid/prepaid-watch.ts';

/** What a running companion says of itself. */
export interface CompanionStatus {
  readonly softswitch: string;
  readonly version: string;
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly draining: boolean;
  readonly listening: readonly string[];
  readonly calls: {
    readonly up: number;
    /** Not answered yet. */
    readonly ringing: number;
    readonly seen: number;
    readonly answered: number;
    readonly refused: number;
  };
  /** Calls of those who may not call: all, those that were counted and not written one by one, and sources of the last minute. */
  readonly illegalCalls: { readonly seen: number; readonly counted: number; readonly sources: number };
  /** Terminals and addresses that are suspended. */
  readonly suspended: number;
  readonly gateways: readonly (GatewayState & { readonly address: string; readonly published: PublishedState })[];
  /** Registered terminals, their bindings, and how many addresses of them are behind NAT. */
  readonly registrar: { readonly terminals: number; readonly bindings: number; readonly behindNat: number };
  /** To addresses behind NAT since the start; `missed` is of the last round. */
  readonly heartbeats: { readonly sent: number; readonly rounds: number; readonly missed: number };
  /** Ours at gateways. */
  readonly registrations: readonly RegistrationStatus[];
  readonly events: {
    readonly folder: string;
    readonly written: number;
    readonly commits: number;
    readonly segmentsSealed: number;
    /** Calls in progress and events that are not on the disk yet. */
    readonly open: number;
    /** Null when all is well. */
    readonly problem: string | null;
  };
  readonly messages: {
    readonly received: number;
    readonly malformed: number;
    readonly keepAlives: number;
    readonly failedSends: number;
  };
  /** Null when nobody looks at balances. */
  readonly prepaid: PrepaidStatus | null;
  readonly transactions: { readonly server: number; readonly client: number };
  readonly memoryMiB: number;
}

export function companionStatus(
  companion: Companion,
  transport: TransportLayer,
  log: EventLog,
  prepaid: PrepaidStatus | null,
  startedMs: number,
): CompanionStatus {
  const { configuration, callsNow, counts, gateways, phones, publications, registrations } = companion;
  return {
    softswitch: configuration.softswitch,
    version: version(),
    pid: process.pid,
    startedAt: new Date(startedMs).toISOString(),
    draining: companion.isDraining,
    listening: transport.listening.map(peerText),
    calls: { up: callsNow.up, ringing: callsNow.all - callsNow.up, ...counts },
    illegalCalls: companion.illegalCalls,
    suspended: companion.suspensions.size,
    gateways: configuration.routingGateways.map((gateway) => ({
      ...gateways.of(gateway.name),
      published: publications.stateOf(gateway),
      address: peerText({ transport: gateway.transport, address: gateway.host, port: gateway.port }),
    })),
    registrar: phones.bindings.counts,
    heartbeats: { ...phones.keepAlive.state },
    registrations: registrations.status,
    events: {
      folder: configuration.events.folder,
      written: log.counts.written,
      commits: log.counts.commits,
      segmentsSealed: log.counts.segments,
      open: log.pending,
      problem: log.problem ?? null,
    },
    messages: {
      received: transport.counts.messages,
      malformed: transport.counts.malformed,
      keepAlives: transport.counts.keepAlives,
      failedSends: transport.counts.failedSends,
    },
    prepaid,
    transactions: companion.transactionCounts,
    memoryMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}
