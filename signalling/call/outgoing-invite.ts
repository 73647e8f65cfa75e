import { SipHeaders } from '../message/headers.ts';
import type { SipRequest } from '../message/message.ts';
import { randomToken } from '../message/random-token.ts';
import { wholeNumber } from '../message/whole-number.ts';
import { hostText } from '../transport/transport.ts';
import type { Destination } from './destination.ts';
import { ALLOW, supportedOptions } from './request-checks.ts';
import { bodyOf, withBody } from './session-body.ts';
import { appendOfferedTerms } from './session-timer.ts';

/** What the callee's leg begins with. */
export interface OutgoingCall {
  readonly gateway: Destination;
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
}

/** Identifiers for the callee's leg: nothing of the caller's leg shows in it. */
export function newIdentifiers(local: string): { callId: string; fromTag: string } {
  return { callId: `${randomToken(12)}@${local.replace(/:\d+$/, '')}`, fromTag: randomToken() };
}

/** The INVITE for a gateway, made from the caller's, without Via (RFC 3261, 13.2.1). */
export function outgoingInvite(incoming: SipRequest, call: OutgoingCall): SipRequest {
  const { gateway, callee, caller, local } = call;
  const host = `${hostText(gateway.host)}:${gateway.port}`;
  const transport = gateway.transport === 'tcp' ? ';transport=tcp' : '';
  const headers = new SipHeaders();
  headers.append('Max-Forwards', String(hopsOf(incoming) - 1));
  headers.append('From', `<sip:${caller === '' ? '' : `${escapeUser(caller)}@`}${local}>;tag=${call.fromTag}`);
  headers.append('To', `<sip:${escapeUser(callee)}@${gateway.phone === undefined ? host : local}>`);
  headers.append('Call-ID', call.callId);
  headers.append('CSeq', `${call.sequence} INVITE`);
  headers.append('Contact', `<sip:${local}${transport}>`);
  for (const name of PASSED_ON) for (const value of incoming.headers.all(name)) headers.append(name, value);
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

/** Characters of a user part stay; others become escapes (RFC 3261, 25.1). */
export function escapeUser(number: string): string {
  let escaped = '';
  for (const character of number) {
    const isPlain = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]$/.test(character);
    escaped += isPlain ? character : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** Header fields about the call and not about the leg. */
const PASSED_ON = ['Subject', 'Priority', 'Diversion', 'Privacy', 'P-Asserted-Identity'];
const MOST_HOPS = 70;
const NO_BODY = new Uint8Array(0);
