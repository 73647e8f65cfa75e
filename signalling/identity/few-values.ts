import type { SipHeaders } from '../message/headers.ts';

/**
 * The first values of a header field that holds a list. What comes behind them does not count: of identities there are one or
 * two (RFC 3325, 9.1), a call that was diverted more often goes round, and work and size of an INVITE stay bounded.
 */
export function fewValues(headers: SipHeaders, name: string): readonly string[] {
  return headers.list(name).slice(0, MOST);
}

const MOST = 16;
