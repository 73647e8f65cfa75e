import { SipHeaders } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { nameAddress } from './name-address.ts';
import { reasonPhrase } from './reason-phrases.ts';

/** What an answer is made from: a request, or the `answerable` headers of one that could not be understood. */
export type Answered = Pick<SipRequest, 'headers'> & { readonly method?: string };

export interface AnswerOptions {
  /** Put into To when the request has no tag there; not into 100 (RFC 3261, 8.2.6.2). */
  readonly toTag?: string;
}

/**
 * A response without body (RFC 3261, 8.2.6): Via, From, To, Call-ID and CSeq of the request; Record-Route where it may
 * make a dialog (12.1.1); Timestamp in 100 (8.2.6.1).
 */
export function answerTo(
  request: Answered,
  status: number,
  reason: string = reasonPhrase(status),
  { toTag }: AnswerOptions = {},
): SipResponse {
  const headers = new SipHeaders();
  const copy = (name: string) => {
    for (const value of request.headers.all(name)) headers.append(name, value);
  };
  copy('Via');
  if (status > 100 && status < 300 && DIALOG_MAKING.has(request.method ?? '')) copy('Record-Route');
  copy('From');
  for (const to of request.headers.all('To')) headers.append('To', status === 100 ? to : withTag(to, toTag));
  copy('Call-ID');
  copy('CSeq');
  if (status === 100) copy('Timestamp');
  return { kind: 'response', status, reason, headers, body: new Uint8Array(0) };
}

/** A To that is malformed is given back as it came. */
function withTag(to: string, tag: string | undefined): string {
  const address = tag === undefined ? undefined : nameAddress(to);
  return address === undefined || address.parameters.has('tag') ? to : `${to};tag=${tag}`;
}

const DIALOG_MAKING = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);
