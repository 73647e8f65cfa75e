import { serverReasonCode } from '../events/server-reasons.ts';

/**
 * How authorised calls end, with weights within each kind. `ring` says how long it rang before the end: not at all, a
 * moment, as long as until an answer, or until the time for ringing ran out.
 */
export const callOutcomes = [
  { kind: 'answered', weight: 58, direction: 0, reason: 200, ring: 'usual', tried: 'one' },
  { kind: 'answered', weight: 42, direction: 1, reason: 200, ring: 'usual', tried: 'one' },
  {
    kind: 'server',
    weight: 35,
    direction: 2,
    reason: serverReasonCode.session_timer_expired,
    ring: 'usual',
    tried: 'one',
  },
  { kind: 'server', weight: 35, direction: 2, reason: serverReasonCode.balance_used_up, ring: 'usual', tried: 'one' },
  { kind: 'server', weight: 10, direction: 2, reason: serverReasonCode.lost_at_restart, ring: 'usual', tried: 'one' },
  { kind: 'server', weight: 20, direction: 2, reason: serverReasonCode.administrative, ring: 'usual', tried: 'one' },
  { kind: 'failed', weight: 26, direction: 1, reason: 486, ring: 'moment', tried: 'one' },
  { kind: 'failed', weight: 24, direction: 0, reason: 487, ring: 'usual', tried: 'one' },
  { kind: 'failed', weight: 16, direction: 1, reason: 404, ring: 'none', tried: 'one' },
  { kind: 'failed', weight: 13, direction: 1, reason: 503, ring: 'none', tried: 'several' },
  { kind: 'failed', weight: 8, direction: 1, reason: 480, ring: 'moment', tried: 'one' },
  { kind: 'failed', weight: 3, direction: 1, reason: 403, ring: 'none', tried: 'one' },
  { kind: 'failed', weight: 2, direction: 1, reason: 603, ring: 'moment', tried: 'one' },
  { kind: 'failed', weight: 1, direction: 1, reason: 500, ring: 'none', tried: 'several' },
  { kind: 'failed', weight: 2, direction: 2, reason: serverReasonCode.no_route, ring: 'none', tried: 'none' },
  {
    kind: 'failed',
    weight: 3,
    direction: 2,
    reason: serverReasonCode.all_gateways_failed,
    ring: 'none',
    tried: 'several',
  },
  { kind: 'failed', weight: 2, direction: 2, reason: serverReasonCode.ring_timeout, ring: 'timeout', tried: 'one' },
] as const satisfies readonly CallOutcome[];

export interface CallOutcome {
  readonly kind: 'answered' | 'server' | 'failed';
  readonly weight: number;
  readonly direction: 0 | 1 | 2;
  readonly reason: number;
  readonly ring: 'none' | 'moment' | 'usual' | 'timeout';
  /** Routing gateways tried: mostly one, mostly several, or none. */
  readonly tried: 'none' | 'one' | 'several';
}
