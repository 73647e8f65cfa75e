import { trimSpace } from '../message/byte-string.ts';
import type { SipHeaders } from '../message/headers.ts';
import type { SipRequest } from '../message/message.ts';
import { type NameAddress, nameAddress } from '../message/name-address.ts';
import { fewValues } from './few-values.ts';
import type { CalleeSource, CallerSource, NumberSources } from './identity-policy.ts';
import { plainNumber, uriNumber } from './uri-number.ts';

/** Numbers as they came, from where the mapping gateway has them. What is not there, or malformed, is read from From and the request line. */
export function receivedNumbers(
  { headers, uri }: SipRequest,
  { callerFrom, calleeFrom }: NumberSources,
): { readonly caller: string; readonly callee: string } {
  return {
    caller: callerNumber(headers, callerFrom) || addressNumber(headers.first('From')),
    callee: calleeNumber(headers, calleeFrom) || uriNumber(uri),
  };
}

/** Name of the identity header a source stands for. */
export const identityHeaders = {
  'p-asserted-identity': 'P-Asserted-Identity',
  'p-preferred-identity': 'P-Preferred-Identity',
  'remote-party-id': 'Remote-Party-ID',
} as const;

/** Whether a Remote-Party-ID speaks of the caller (draft-ietf-sip-privacy-04, 5.1: the default). */
export function isOfCaller({ parameters }: NameAddress): boolean {
  return (parameters.get('party') ?? 'calling').toLowerCase() === 'calling';
}

/** The number of the To, for those who are to see what was dialled; empty when there is none. */
export function dialledNumber({ headers }: SipRequest): string {
  return addressNumber(headers.first('To'));
}

function callerNumber(headers: SipHeaders, source: CallerSource): string {
  if (source === 'from') return '';
  if (source === 'display-name') return displayNumber(headers.first('From'));
  // Of a SIP and a tel URI (RFC 3325, 9.1) the first that has a number counts.
  for (const value of fewValues(headers, identityHeaders[source])) {
    const address = nameAddress(value);
    if (address === undefined || (source === 'remote-party-id' && !isOfCaller(address))) continue;
    const number = uriNumber(address.uri);
    if (number !== '') return number;
  }
  return '';
}

function calleeNumber(headers: SipHeaders, source: CalleeSource): string {
  if (source === 'to') return addressNumber(headers.first('To'));
  // The topmost is the last who diverted the call (RFC 5806, 3).
  return source === 'diversion' ? addressNumber(fewValues(headers, 'Diversion')[0]) : '';
}

function addressNumber(value: string | undefined): string {
  return uriNumber(nameAddress(value ?? '')?.uri ?? '');
}

/** A display name that is a number; empty for one that is not. */
function displayNumber(from: string | undefined): string {
  const number = plainNumber(trimSpace(nameAddress(from ?? '')?.display ?? '').replaceAll(' ', ''));
  const digits = number.startsWith('+') ? number.slice(1) : number;
  for (const character of digits) if (character < '0' || character > '9') return '';
  return digits === '' ? '' : number;
}
