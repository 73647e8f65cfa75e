import type { SipMessage } from '../message/message.ts';

/** Header fields that belong to a body and go where it goes. */
const BODY_HEADERS = ['Content-Type', 'Content-Disposition', 'Content-Language', 'MIME-Version'];

/** A body with the header fields that say what it is; handed on untouched. */
export interface SessionBody {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly bytes: Uint8Array;
}

/** The body of a message; undefined when it has none. A copy, as the datagram it came in holds much more. */
export function bodyOf({ headers, body }: SipMessage): SessionBody | undefined {
  if (body.length === 0) return undefined;
  const kept = BODY_HEADERS.flatMap((name) => {
    const value = headers.first(name);
    return value === undefined ? [] : [{ name, value }];
  });
  return { headers: kept, bytes: body.slice() };
}

/** The same message with a body. */
export function withBody<M extends SipMessage>(message: M, body: SessionBody | undefined): M {
  if (body === undefined) return message;
  for (const { name, value } of body.headers) message.headers.append(name, value);
  return { ...message, body: body.bytes };
}

export function isSameBody(a: SessionBody | undefined, b: SessionBody | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a.bytes, b.bytes) === 0;
}
