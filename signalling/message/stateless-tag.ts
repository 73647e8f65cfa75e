import { hash } from 'node:crypto';
import type { SipRequest } from './message.ts';
import { randomToken } from './random-token.ts';

const salt = randomToken(16);

/** A tag for To that copies of a request get again although nothing of it is remembered (RFC 3261, 8.2.7). */
export function statelessTag({ headers }: Pick<SipRequest, 'headers'>): string {
  const parts = [salt, headers.first('Via'), headers.first('Call-ID'), headers.first('CSeq')];
  return hash('sha256', Buffer.from(parts.join(' '), 'latin1'), 'hex').slice(0, 16);
}
