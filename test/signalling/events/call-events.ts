import type { CallEvent } from '../../../signalling/events/call-event.ts';

/** A call in progress, as the journal notes it. */
export function callEvent(flowNo: bigint, changes: Partial<CallEvent> = {}): CallEvent {
  const startMs = Date.UTC(2026, 0, 5, 12) + Number(flowNo % 1_000_000n);
  return {
    flow_no: flowNo,
    softswitch: 'ss1',
    sip_call_id: `call-${flowNo}`,
    caller_access_e164: '4420',
    callee_access_e164: '0049301',
    caller_e164: '4420',
    callee_e164: '49301',
    callee_to_gateway_e164: flowNo % 2n === 0n ? null : '49301',
    caller_gateway: 'in',
    callee_gateway: 'out',
    caller_ip: '192.0.2.9',
    callee_ip: null,
    account: 'ächme',
    start_at: startMs,
    ringing_at: startMs + 100,
    answered_at: flowNo % 3n === 0n ? null : startMs + 200,
    ended_at: startMs + 200,
    end_direction: 2,
    end_reason: -5,
    billing_mode: 1,
    attempts: 1,
    ...changes,
  };
}

/** The same call when it is over. */
export function endedEvent(flowNo: bigint): CallEvent {
  const begun = callEvent(flowNo);
  return { ...begun, ended_at: begun.start_at + 60_000, end_direction: 0, end_reason: 200 };
}
