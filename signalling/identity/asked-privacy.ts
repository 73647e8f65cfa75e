import { isToken, trimSpace } from '../message/byte-string.ts';
import type { SipHeaders } from '../message/headers.ts';
import { nameAddress } from '../message/name-address.ts';
import { parseUri } from '../message/uri.ts';
import { fewValues } from './few-values.ts';
import type { NumberSources } from './identity-policy.ts';
import { isOfCaller } from './received-numbers.ts';
import { isAnonymous } from './uri-number.ts';

/** What a caller wants hidden. */
export interface AskedPrivacy {
  /** Values of Privacy, in lower case, each once (RFC 3323, 4.2). */
  readonly values: readonly string[];
  /** From is to be anonymous. */
  readonly hidesFrom: boolean;
  /** No header field is to tell the called party who calls (RFC 3325, 9.3). */
  readonly hidesIdentity: boolean;
}

/** Whether values of Privacy ask for the caller's identity to be hidden: by those who assert it, or altogether. */
export function hidesIdentity(values: readonly string[]): boolean {
  return values.includes('id') || values.includes('user');
}

/**
 * What a caller asks for: by Privacy, by a From that is anonymous already, and where the caller is read from
 * Remote-Party-ID by that. What is malformed asks for nothing, and the rest of it is still heeded.
 */
export function askedPrivacy(headers: SipHeaders, { callerFrom, privacySupport }: NumberSources): AskedPrivacy {
  if (!privacySupport) return NOTHING;
  const values = privacyValues(headers);
  const hides = hidesIdentity(values) || (callerFrom === 'remote-party-id' && isPrivateParty(headers));
  const from = parseUri(nameAddress(headers.first('From') ?? '')?.uri ?? '');
  return { values, hidesFrom: hides || (from !== undefined && isAnonymous(from)), hidesIdentity: hides };
}

/** Separated by semicolons, or as some do by commas; any token may be one. */
function privacyValues(headers: SipHeaders): string[] {
  const values = new Set<string>();
  for (const line of fewValues(headers, 'Privacy')) {
    for (const part of line.split(';')) {
      const value = trimSpace(part).toLowerCase();
      if (isToken(value)) values.add(value);
      if (values.size === MOST_VALUES) return [...values];
    }
  }
  return [...values];
}

/** draft-ietf-sip-privacy-04, 5.1: full, or the URI of it. */
function isPrivateParty(headers: SipHeaders): boolean {
  return fewValues(headers, 'Remote-Party-ID').some((value) => {
    const party = nameAddress(value);
    const privacy = party && isOfCaller(party) ? party.parameters.get('privacy')?.toLowerCase() : undefined;
    return privacy === 'full' || privacy === 'uri';
  });
}

const NOTHING: AskedPrivacy = { values: [], hidesFrom: false, hidesIdentity: false };
/** There are seven. */
const MOST_VALUES = 16;
