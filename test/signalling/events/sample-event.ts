import type { CallEvent } from '../../../signalling/events/call-event.ts';

/** An answered call from gateway in-1 to out-1, 15 s long, begun on 2026-03-02 at 10:00 UTC. */
export function sampleEvent(flowNo: bigint, changes: Partial<CallEvent> = {}): CallEvent {
  const start = Date.UTC(2026, 2, 2, 10);
  return {
    flow_no: flowNo,
    softswitch: 'ss1',
    sip_call_id: `call-${flowNo}@192.0.2.1`,
    caller_access_e164: null,
    callee_access_e164: '4915112345678',
    caller_e164: '4930111',
    callee_e164: '4915112345678',
    callee_to_gateway_e164: '4915112345678',
    caller_gateway: 'in-1',
    callee_gateway: 'out-1',
    caller_ip: '192.0.2.1',
    callee_ip: '198.51.100.1',
    account: 'alice',
    start_at: start,
    ringing_at: start + 1000,
    answered_at: start + 5000,
    ended_at: start + 20_000,
    end_direction: 0,
    end_reason: 200,
    billing_mode: 1,
    attempts: 1,
    ...changes,
  };
}
