import type { SignallingParameter } from './parameters.ts';

/** Why a parameter that nothing reads does nothing: what is to come first, or what its `reading` says. */
export function whyIdle({ name, reading }: Pick<SignallingParameter, 'name' | 'reading'>): string {
  const found = waiting.find(([beginning]) => name.startsWith(beginning));
  return found === undefined ? reading : `Waits for ${found[1]}.`;
}

/** What is not there yet, by how the names of its parameters begin; the first that fits counts. */
const waiting: readonly (readonly [beginning: string, what: string])[] = [
  ['SS_SIP_AUTHENTICATION_', 'authentication'],
  ['SS_AUTHENTICATION_', 'authentication'],
  ['SS_SIP_NAT_', 'registration of terminals'],
  ['SS_ENDPOINT_', 'registration of terminals'],
  ['SS_SIP_USER_AGENT_STOP_SWITCH_', 'registration of terminals'],
  ['SS_SIP_USER_AGENT_', 'registration at gateways'],
];
