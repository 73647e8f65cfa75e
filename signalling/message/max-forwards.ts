import type { SipHeaders } from './headers.ts';
import { cappedNumber } from './whole-number.ts';

/** Hops a request may still take: 70 when it does not say (RFC 3261, 16.3), 255 at most. */
export function maxForwards(headers: SipHeaders): number {
  return cappedNumber(headers.first('Max-Forwards') ?? '70', 255) ?? 70;
}
