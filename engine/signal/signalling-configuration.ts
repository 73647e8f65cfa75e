import { dirname, isAbsolute, join } from 'node:path';
import type { MappingGateway, RoutingGateway, SignallingConfiguration } from '../../signalling/configuration.ts';
import { defaultSignallingParameters } from '../../signalling/parameters.ts';
import { defaultDatabase } from '../command.ts';
import type { SignallingSection } from '../parameters/signalling-rules.ts';

/**
 * The configuration of the companion: what the section says, and defaults.
 *
 * @param file the folder of events and the database of prepaid accounts are relative to it
 */
export function signallingConfiguration(
  { softswitch, listen, events, mappingGateways, routingGateways, maxCalls, prepaid, parameters }: SignallingSection,
  file: string,
): SignallingConfiguration {
  const beside = (path: string) => (isAbsolute(path) ? path : join(dirname(file), path));
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
      folder: beside(events?.folder ?? 'events'),
    },
    mappingGateways: (mappingGateways ?? []).map((gateway) => ({
      ...NO_RULES,
      ...(defined(gateway) as MappingGateway),
    })),
    routingGateways: (routingGateways ?? []).map(({ address, timeouts, ...gateway }) => ({
      ...NO_RULES,
      transport: 'udp' as const,
      prefixes: [''],
      priority: 100,
      capacity: null,
      ...(defined(gateway) as Pick<RoutingGateway, 'name'>),
      ...(address as { host: string; port: number }),
      timeouts: { ...NO_TIMEOUTS, ...defined(timeouts ?? {}) },
    })),
    maxCalls: maxCalls ?? 100_000,
    prepaid: prepaid === undefined ? null : { database: beside(prepaid.database ?? defaultDatabase) },
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
