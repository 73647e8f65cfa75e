import { dirname, isAbsolute, join } from 'node:path';
import type { MappingGateway, RoutingGateway, SignallingConfiguration } from '../../signalling/configuration.ts';
import { defaultIdentityPolicy, defaultNumberSources } from '../../signalling/identity/identity-policy.ts';
import { defaultSignallingParameters } from '../../signalling/parameters.ts';
import type { SignallingSection } from '../parameters/signalling-rules.ts';

/**
 * The configuration of the companion: what the section says, and defaults.
 *
 * @param file a folder of events is relative to it
 */
export function signallingConfiguration(
  { softswitch, listen, events, mappingGateways, routingGateways, maxCalls, parameters }: SignallingSection,
  file: string,
): SignallingConfiguration {
  const folder = events?.folder ?? 'events';
  return {
    softswitch: softswitch ?? 'ratemill',
    listen: (listen ?? [{}]).map((point) => ({
      transport: 'udp',
      address: '127.0.0.1',
      port: 5060,
      ...defined(point),
    })),
    events: {
      commitMs: 5,
      durable: true,
      segmentBytes: 64 * 1024 * 1024,
      segmentSeconds: 60,
      ...defined(events ?? {}),
      folder: isAbsolute(folder) ? folder : join(dirname(file), folder),
    },
    mappingGateways: (mappingGateways ?? []).map((gateway) => ({
      ...NO_RULES,
      ...defaultNumberSources,
      ...(defined(gateway) as MappingGateway),
    })),
    routingGateways: (routingGateways ?? []).map(({ address, timeouts, identity, ...gateway }) => ({
      ...NO_RULES,
      transport: 'udp' as const,
      prefixes: [''],
      priority: 100,
      capacity: null,
      ...(defined(gateway) as Pick<RoutingGateway, 'name'>),
      ...(address as { host: string; port: number }),
      timeouts: { ...NO_TIMEOUTS, ...defined(timeouts ?? {}) },
      identity: { ...defaultIdentityPolicy, ...defined(identity ?? {}) },
    })),
    maxCalls: maxCalls ?? 100_000,
    parameters: { ...defaultSignallingParameters, ...defined(parameters ?? {}) },
  };
}

const NO_RULES = { rewriteCaller: [], rewriteCallee: [], sipTimer: true };
const NO_TIMEOUTS = {
  timeoutInvite: 0,
  timeoutTrying: 0,
  timeoutSessionProgress: 0,
  timeoutSessionProgressSdp: 0,
  timeoutRinging: 0,
};

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
