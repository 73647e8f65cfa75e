import type { CallBatch, RatedColumns } from './columns.ts';

const PLUS = 43;

/**
 * The billing number: a leading `+` is removed, then the first `digits` characters (SERVER_BILLING_GATEWAY_ROUTE_PREFIX).
 * It stays where it is, in the bytes of callee_e164; what is stored is how much of its front does not belong to it.
 */
export function stripPrefix(
  { rows, calleeE164 }: Pick<CallBatch, 'rows' | 'calleeE164'>,
  digits: number,
  { strippedCharacters, billingStart }: RatedColumns,
): void {
  const { bytes, starts, ends } = calleeE164;
  for (let i = 0; i < rows; i++) {
    const start = starts[i];
    const end = ends[i];
    const characters = Math.min((bytes[start] === PLUS && start < end ? 1 : 0) + digits, end - start);
    let highest = 0;
    for (let at = start; at < start + characters; at++) highest |= bytes[at];
    if (highest < 0x80) {
      strippedCharacters[i] = characters;
      billingStart[i] = start + characters;
    } else {
      const dropped = bytesOfCharacters(bytes, start, end, characters);
      strippedCharacters[i] = charactersIn(bytes, start, start + dropped);
      billingStart[i] = start + dropped;
    }
  }
}

/** Bytes of the first `characters` of UTF-8 text, or of all there are. */
function bytesOfCharacters(bytes: Uint8Array, start: number, end: number, characters: number): number {
  let at = start;
  for (let left = characters; at < end; at++) {
    if (!isContinuation(bytes[at]) && left-- === 0) break;
  }
  return at - start;
}

function charactersIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (!isContinuation(bytes[at])) count++;
  return count;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
