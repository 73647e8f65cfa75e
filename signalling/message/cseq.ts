import { isSpace, isToken, skipSpace } from './byte-string.ts';
import { wholeNumber } from './whole-number.ts';

export interface CSeq {
  /** 0 to 2^31 - 1 (RFC 3261, 8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

/** Decodes `314159 INVITE`; undefined when it is something else or the number is too large. */
export function cseq(value: string): CSeq | undefined {
  let end = 0;
  while (end < value.length && !isSpace(value.charCodeAt(end))) end++;
  const number = wholeNumber(value.slice(0, end), 2 ** 31 - 1);
  const method = value.slice(skipSpace(value, end));
  return number === undefined || !isToken(method) ? undefined : { number, method };
}
