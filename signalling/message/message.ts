import type { SipHeaders } from './headers.ts';

/**
 * A SIP message (RFC 3261, 7). Text of it is kept as "byte strings": each character is one byte, 0 to 255, so that what
 * passes through leaves as it came, whatever its encoding; `textOf` decodes UTF-8 where a value is shown or stored.
 */
export type SipMessage = SipRequest | SipResponse;

export interface SipRequest {
  readonly kind: 'request';
  /** As received: methods are case-sensitive (RFC 3261, 7.1). */
  readonly method: string;
  /** Request-URI as it stands on the request line. */
  readonly uri: string;
  readonly headers: SipHeaders;
  readonly body: Uint8Array;
}

export interface SipResponse {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
  readonly headers: SipHeaders;
  readonly body: Uint8Array;
}
