import type { NumberSources } from '../identity/identity-policy.ts';
import { dialledNumber } from '../identity/received-numbers.ts';
import { sentIdentity } from '../identity/sent-identity.ts';
import { SipHeaders } from '../message/headers.ts';
import type { SipRequest } from '../message/message.ts';
import { randomToken } from '../message/random-token.ts';
import { escapeUser } from '../message/uri.ts';
import { wholeNumber } from '../message/whole-number.ts';
import type { SignallingParameters } from '../parameters.ts';
import { hostText } from '../transport/transport.ts';
import type { Destination } from './destination.ts';
import { ALLOW, supportedOptions } from './request-checks.ts';
import { bodyOf, withBody } from './session-body.ts';
import { appendOfferedTerms } from './session-timer.ts';

/** What the callee's leg begins with. */
export interface OutgoingCall {
  readonly gateway: Destination;
  /** What is believed of the caller's INVITE. */
  readonly sources: NumberSources;
  /** Numbers as they are sent; the caller's is empty when there is none. */
  readonly caller: string;
  readonly callee: string;
  readonly callId: string;
  readonly fromTag: string;
  readonly sequence: number;
  /** `host:port` of us, as the gateway sees it. */
  readonly local: string;
  /** Session interval that is offered and its minimum, in seconds; undefined for none. */
  readonly timer: { readonly seconds: number; readonly least: number } | undefined;
  readonly parameters: SignallingParameters;
}

/** Identifiers for the callee's leg: nothing of the caller's leg shows in it. */
export function newIdentifiers(local: string): { callId: string; fromTag: string } {
  return { callId: `${randomToken(12)}@${local.replace(/:\d+$/, '')}`, fromTag: randomToken() };
}

/** The INVITE for a gateway, made from the caller's, without Via (RFC 3261, 13.2.1). */
export function outgoingInvite(incoming: SipRequest, call: OutgoingCall): SipRequest {
  const { gateway, sources, callee, caller, local, parameters } = call;
  const host = `${hostText(gateway.host)}:${gateway.port}`;
  const transport = gateway.transport === 'tcp' ? ';transport=tcp' : '';
  const identity = sentIdentity(incoming, { sources, gateway, caller, local, parameters });
  const headers = new SipHeaders();
  headers.append('Max-Forwards', String(hopsOf(incoming) - 1));
  headers.append('From', `${identity.from};tag=${call.fromTag}`);
  const dialled = parameters.SS_SIP_ROUTING_GATEWAY_INVITE_USE_CONTACT === 'On' ? dialledNumber(incoming) : '';
  headers.append('To', `<sip:${escapeUser(dialled || callee)}@${gateway.phone === undefined ? host : local}>`);
  headers.append('Call-ID', call.callId);
  headers.append('CSeq', `${call.sequence} INVITE`);
  headers.append('Contact', `<sip:${local}${transport}>`);
  for (const name of PASSED_ON) for (const value of incoming.headers.all(name)) headers.append(name, value);
  for (const { name, value } of identity.lines) headers.append(name, value);
  headers.append('Allow', ALLOW);
  if (call.timer !== undefined) {
    headers.append('Supported', supportedOptions.join(', '));
    appendOfferedTerms(headers, call.timer.seconds, call.timer.least, false);
  }
  const uri = gateway.phone?.uri ?? `sip:${escapeUser(callee)}@${host}${transport}`;
  return withBody({ kind: 'request', method: 'INVITE', uri, headers, body: NO_BODY }, bodyOf(incoming));
}

function hopsOf({ headers }: SipRequest): number {
  return wholeNumber(headers.first('Max-Forwards') ?? '', 255) ?? MOST_HOPS;
}

/** Header fields about the call and not about the leg. */
const PASSED_ON = ['Subject', 'Priority'];
const MOST_HOPS = 70;
const NO_BODY = new Uint8Array(0);
