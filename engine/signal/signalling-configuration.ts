import { dirname, isAbsolute, join } from 'node:path';
import { digestAlgorithms } from '../../signalling/authentication/digest.ts';
import type {
  GatewayRegistration,
  MappingGateway,
  RoutingGateway,
  SignallingConfiguration,
  Terminal,
} from '../../signalling/configuration.ts';
import { defaultIdentityPolicy, defaultNumberSources } from '../../signalling/identity/identity-policy.ts';
import { defaultSignallingParameters } from '../../signalling/parameters.ts';
import { defaultDatabase } from '../command.ts';
import type { RegistrationSection, SignallingSection } from '../parameters/signalling-rules.ts';

/**
 * The configuration of the companion: what the section says, and defaults.
 *
 * @param file the folder of events and the database of prepaid accounts are relative to it
 */
export function signallingConfiguration(
  {
    softswitch,
    realm,
    digestAlgorithms: offered,
    listen,
    events,
    mappingGateways,
    routingGateways,
    terminals,
    maxCalls,
    prepaid,
    parameters,
  }: SignallingSection,
  file: string,
): SignallingConfiguration {
  const beside = (path: string) => (isAbsolute(path) ? path : join(dirname(file), path));
  return {
    softswitch: softswitch ?? DEFAULT_NAME,
    realm: realm ?? softswitch ?? DEFAULT_NAME,
    digestAlgorithms: offered ?? digestAlgorithms,
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
      ...defaultNumberSources,
      ...(defined(gateway) as MappingGateway),
    })),
    routingGateways: (routingGateways ?? []).map(({ address, timeouts, registration, identity, ...gateway }) => ({
      ...NO_RULES,
      transport: 'udp' as const,
      prefixes: [''],
      priority: 100,
      capacity: null,
      ...(defined(gateway) as Pick<RoutingGateway, 'name'>),
      ...(address as { host: string; port: number }),
      timeouts: { ...NO_TIMEOUTS, ...defined(timeouts ?? {}) },
      registration: registration === undefined ? null : registrationOf(registration),
      identity: { ...defaultIdentityPolicy, ...defined(identity ?? {}) },
    })),
    terminals: (terminals ?? []).map((terminal) => ({
      ...NO_RULES,
      ...defaultNumberSources,
      ...(defined(terminal) as Terminal),
    })),
    maxCalls: maxCalls ?? 100_000,
    prepaid: prepaid === undefined ? null : { database: beside(prepaid.database ?? defaultDatabase) },
    parameters: { ...defaultSignallingParameters, ...defined(parameters ?? {}) },
  };
}

/** Checked: it has a user, and either a password or digests. */
function registrationOf({ user, password, digests, realm }: RegistrationSection): GatewayRegistration {
  const secret = password === undefined ? { digests: digests as Terminal['digests'] } : { password };
  return { user: user as string, secret, realm: realm ?? null };
}

const DEFAULT_NAME = 'ratemill';
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
