import { cseq } from '../message/cseq.ts';
import type { SipRequest } from '../message/message.ts';
import { type NameAddress, nameAddress } from '../message/name-address.ts';
import { MAX_SECONDS } from '../message/session-expires.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import { uriTarget } from '../message/uri-target.ts';
import { cappedNumber } from '../message/whole-number.ts';
import type { SignallingParameters } from '../parameters.ts';
import type { Peer } from '../transport/transport.ts';

/** What a REGISTER asks for (RFC 3261, 10.3, 6 and 7). */
export type RegisterWish =
  | { readonly kind: 'fetch' }
  /** `Contact: *` */
  | { readonly kind: 'removeAll' }
  | { readonly kind: 'change'; readonly contacts: readonly ContactWish[] }
  | RegisterFault;

export interface RegisterFault {
  readonly kind: 'fault';
  readonly status: 400 | 423;
  readonly reason?: string;
}

export interface ContactWish {
  readonly text: string;
  readonly uri: Uri;
  readonly peer: Peer;
  readonly isBehindNat: boolean;
  /** For how long; 0 takes the binding back. */
  readonly seconds: number;
}

export type ExpiryParameters = Pick<SignallingParameters, 'SS_ENDPOINT_EXPIRE' | 'SS_ENDPOINT_NAT_EXPIRE'>;

/** Least validity in seconds a terminal may ask for; ours, and below all that the parameters allow. */
export const MIN_EXPIRES_SECONDS = 60;

/** @param source where the request came from */
export function readRegister({ headers }: SipRequest, source: Peer, parameters: ExpiryParameters): RegisterWish {
  const values = headers.list('Contact');
  const asked = headers.first('Expires');
  if (values.length === 0) return { kind: 'fetch' };
  if (values.includes('*')) {
    const isAlone = values.length === 1 && asked !== undefined && cappedNumber(asked, MAX_SECONDS) === 0;
    return isAlone ? { kind: 'removeAll' } : fault('Contact * stands alone, with Expires 0');
  }
  if (values.length > MOST_CONTACTS) return fault(`More than ${MOST_CONTACTS} Contacts`);
  const contacts: ContactWish[] = [];
  for (const value of values) {
    const wish = contactWish(nameAddress(value) as NameAddress, asked, source, parameters);
    if ('kind' in wish) return wish;
    contacts.push(wish);
  }
  return { kind: 'change', contacts };
}

/** Sequence number of a request. */
export function sequenceOf({ headers }: SipRequest): number {
  return cseq(headers.first('CSeq') as string)?.number as number;
}

function contactWish(
  { uri: text, parameters: own }: NameAddress,
  asked: string | undefined,
  source: Peer,
  parameters: ExpiryParameters,
): ContactWish | RegisterFault {
  if (text.length > LONGEST_CONTACT) return fault(`Contact is longer than ${LONGEST_CONTACT} bytes`);
  const uri = parseUri(text);
  const target = uri && uriTarget(uri);
  if (uri === undefined || target === undefined || target.transport === 'TLS') {
    return fault('Contact cannot be reached by UDP or TCP');
  }
  const isBehindNat = target.host !== source.address;
  const longest = isBehindNat ? parameters.SS_ENDPOINT_NAT_EXPIRE : parameters.SS_ENDPOINT_EXPIRE;
  // Its own parameter, then the header field, then our default, which nothing exceeds; what is no number counts as
  // not there (RFC 3261, 10.2.1.1 and 10.3, 6).
  const seconds = delta(own.get('expires')) ?? delta(asked) ?? longest;
  if (seconds > 0 && seconds < MIN_EXPIRES_SECONDS) return { kind: 'fault', status: 423 };
  return {
    text,
    uri,
    isBehindNat,
    peer: peerOf(target, source, isBehindNat),
    seconds: Math.min(seconds, longest),
  };
}

/** Over TCP the connection that is up is the way, as long as it is. */
function peerOf({ transport, port }: { transport: string; port: number }, source: Peer, isBehindNat: boolean): Peer {
  if (isBehindNat) return source;
  if (source.transport === 'tcp' && transport === 'TCP') return { ...source, otherwisePort: port };
  return { transport: transport === 'TCP' ? 'tcp' : 'udp', address: source.address, port };
}

function delta(text: string | undefined): number | undefined {
  return text === undefined ? undefined : cappedNumber(text, MAX_SECONDS);
}

function fault(reason: string): RegisterFault {
  return { kind: 'fault', status: 400, reason };
}

const LONGEST_CONTACT = 512;
/** Each is compared with each: twice what a terminal can have, so that all can be taken back and made anew. */
const MOST_CONTACTS = 20;
