import type { CallBeginning } from './call/call-record.ts';
import type { Known } from './callers.ts';
import type { Caller } from './configuration.ts';
import { defaultNumberSources } from './identity/identity-policy.ts';
import { receivedNumbers } from './identity/received-numbers.ts';
import type { SipRequest } from './message/message.ts';
import { rewriteNumber } from './routing/rewrite-number.ts';

/** Where the event of a call belongs. */
export interface EventPlace {
  readonly flowNo: bigint;
  readonly softswitch: string;
}

/** What the event of a call begins with; of a caller nobody knows, the call is an illegal one. */
export function callBeginning(
  request: SipRequest,
  address: string,
  known: Known | undefined,
  { flowNo, softswitch }: EventPlace,
): CallBeginning {
  const { callerAccess, calleeAccess, caller, callee } = numbersOf(request, known?.caller);
  return {
    flow_no: flowNo,
    softswitch,
    sip_call_id: request.headers.first('Call-ID') ?? null,
    caller_access_e164: callerAccess,
    callee_access_e164: calleeAccess,
    caller_e164: caller,
    callee_e164: callee,
    caller_gateway: known?.caller.name ?? null,
    caller_ip: address,
    account: known?.caller.account ?? null,
    billing_mode: known?.billingMode ?? ILLEGAL,
  };
}

/** Numbers as they came, and as they count here. */
export function numbersOf(request: SipRequest, origin: Caller | undefined) {
  const { caller: callerAccess, callee: calleeAccess } = receivedNumbers(request, origin ?? defaultNumberSources);
  return {
    callerAccess,
    calleeAccess,
    caller: rewriteNumber(origin?.rewriteCaller ?? [], callerAccess),
    callee: rewriteNumber(origin?.rewriteCallee ?? [], calleeAccess),
  };
}

const ILLEGAL = -1;
