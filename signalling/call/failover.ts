import type { SignallingParameters } from '../parameters.ts';

/** What ended an attempt at a gateway. */
export type AttemptEnd =
  /** It answered with a status from 300 on. */
  | { readonly kind: 'status'; readonly status: number }
  /** No response at all in time. */
  | { readonly kind: 'silent' }
  /** It responded, but the call did not come on in time. */
  | { readonly kind: 'stalled' }
  /** It has no address, or refuses the packet. */
  | { readonly kind: 'unreachable' };

export interface AttemptSoFar {
  /** Gateways tried, this one among them. */
  readonly attempts: number;
  /** A session description of it was handed on to the caller. */
  readonly sdpSeen: boolean;
  /** It was a registered phone. */
  readonly isPhone: boolean;
}

type SwitchParameters = Pick<
  SignallingParameters,
  | 'SS_GATEWAY_SWITCH_LIMIT'
  | 'SS_SIP_STOP_SWITCH_AFTER_SDP'
  | 'SS_GATEWAY_SWITCH_UNTIL_CONNECT'
  | 'SS_SIP_USER_AGENT_STOP_SWITCH_AFTER_INVITE_TIMEOUT'
>;

/** Whether the next gateway of the route is tried, if there is one. */
export function triesNext(
  end: AttemptEnd,
  { attempts, sdpSeen, isPhone }: AttemptSoFar,
  parameters: SwitchParameters,
): boolean {
  const limit = parameters.SS_GATEWAY_SWITCH_LIMIT;
  if (limit !== null && attempts - 1 >= limit) return false;
  if (parameters.SS_GATEWAY_SWITCH_UNTIL_CONNECT === 'On') return true;
  const stopsAfterPhone = parameters.SS_SIP_USER_AGENT_STOP_SWITCH_AFTER_INVITE_TIMEOUT === 'On';
  if (isPhone && end.kind === 'silent' && stopsAfterPhone) return false;
  if (sdpSeen && parameters.SS_SIP_STOP_SWITCH_AFTER_SDP === 'On') return false;
  return end.kind !== 'status' || !speaksForCallee(end.status);
}

/**
 * Statuses by which the callee, or the network for him, has decided: another way leads to the same one. All of class 6
 * (RFC 3261, 21.6), and those of class 4 that speak of the callee and not of the gateway.
 */
export function speaksForCallee(status: number): boolean {
  return status >= 600 || CALLEE_DECIDED.has(status);
}

/** Gone, Temporarily Unavailable (nobody answers), Address Incomplete, Busy Here, Request Terminated. */
const CALLEE_DECIDED = new Set([410, 480, 484, 486, 487]);

/** What the caller is told when the last attempt ended so: a challenge or a redirection of the gateway is not his business. */
export function statusForCaller(end: AttemptEnd): number {
  switch (end.kind) {
    case 'status':
      return end.status < 400 || FOR_US.has(end.status) ? 503 : end.status;
    case 'silent':
      return 408;
    case 'stalled':
      return 480;
    case 'unreachable':
      return 503;
  }
}

/** Statuses about our own request: credentials, extensions, intervals. */
const FOR_US = new Set([401, 407, 420, 421, 422, 423, 482, 483, 491, 494]);
