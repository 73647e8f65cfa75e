import { authParameters } from '../../../signalling/message/auth-parameters.ts';
import { cseq } from '../../../signalling/message/cseq.ts';
import type { SipHeaders } from '../../../signalling/message/headers.ts';
import { maxForwards } from '../../../signalling/message/max-forwards.ts';
import { nameAddress, writeNameAddress } from '../../../signalling/message/name-address.ts';
import { optionTags } from '../../../signalling/message/option-tags.ts';
import { sameUri } from '../../../signalling/message/same-uri.ts';
import { minSe, sessionExpires } from '../../../signalling/message/session-expires.ts';
import { parseUri, unescapeUri } from '../../../signalling/message/uri.ts';
import { uriTarget } from '../../../signalling/message/uri-target.ts';
import { via, writeVia } from '../../../signalling/message/via.ts';

/** Asks every decoder for what it would find in these headers; the number of values that were understood. */
export function decodeAll(headers: SipHeaders): number {
  let understood = 0;
  const count = (value: unknown) => {
    if (value !== undefined) understood++;
  };
  for (const value of headers.list('Via')) {
    const decoded = via(value);
    if (decoded !== undefined) count(writeVia(decoded));
  }
  for (const name of ADDRESSES) for (const value of headers.list(name)) count(address(value));
  for (const name of CREDENTIALS) for (const value of headers.all(name)) count(authParameters(value));
  for (const name of ['Supported', 'Require', 'Allow']) understood += optionTags(headers, name).size;
  for (const value of headers.all('CSeq')) count(cseq(value));
  for (const value of headers.all('Session-Expires')) count(sessionExpires(value));
  for (const value of headers.all('Min-SE')) count(minSe(value));
  return understood + maxForwards(headers);
}

function address(value: string): string | undefined {
  const decoded = nameAddress(value);
  if (decoded === undefined) return undefined;
  const uri = parseUri(decoded.uri);
  if (uri !== undefined) {
    sameUri(uri, uri);
    uriTarget(uri);
    unescapeUri(uri.user ?? '');
  }
  return writeNameAddress(decoded);
}

const ADDRESSES = ['From', 'To', 'Contact', 'Route', 'Record-Route', 'P-Asserted-Identity', 'Refer-To'];
const CREDENTIALS = ['WWW-Authenticate', 'Proxy-Authenticate', 'Authorization', 'Proxy-Authorization'];
