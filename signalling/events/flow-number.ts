/**
 * Numbers of calls: the high half counts the starts of the server, the low half the calls since. A start whose number is
 * above all before it never gives a number again, without a disk write for each call.
 */
export function flowNumber(start: number, call: number): bigint {
  return (BigInt(start) << 32n) + BigInt(call);
}

/** The start a number was given in. */
export function startOf(flowNo: bigint): number {
  return Number(flowNo >> 32n);
}
