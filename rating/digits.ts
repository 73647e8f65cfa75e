const ZERO = 48;

/** Bytes with a view for reading four of them at once, wherever they begin. */
export interface DigitBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function digitBytes(bytes: Uint8Array): DigitBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Whether `bytes[start … end)` is one ASCII digit or more, and nothing else. */
export function isDialable({ bytes, view }: DigitBytes, start: number, end: number): boolean {
  if (end - start < 4) {
    for (let at = start; at < end; at++) if ((bytes[at] - ZERO) >>> 0 > 9) return false;
    return start < end;
  }
  // The last four may overlap those before: a number is four looks, whatever its length, and no loop over digits.
  let other = notDigits(view.getInt32(end - 4, true));
  for (let at = start; at < end - 4; at += 4) other |= notDigits(view.getInt32(at, true));
  return other === 0;
}

/** Whether two numbers are the same digits. */
export function sameDigits(
  a: DigitBytes,
  aStart: number,
  aEnd: number,
  b: DigitBytes,
  bStart: number,
  bEnd: number,
): boolean {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return false;
  if (length < 4) {
    for (let at = 0; at < length; at++) if (a.bytes[aStart + at] !== b.bytes[bStart + at]) return false;
    return true;
  }
  let other = a.view.getInt32(aEnd - 4, true) ^ b.view.getInt32(bEnd - 4, true);
  for (let at = 0; at < length - 4; at += 4) {
    other |= a.view.getInt32(aStart + at, true) ^ b.view.getInt32(bStart + at, true);
  }
  return other === 0;
}

/** 0 when all four bytes of the word are ASCII digits: their upper half is 3, and stays 3 when 6 is added. */
function notDigits(word: number): number {
  return ((word & 0xf0f0f0f0) ^ 0x30303030) | (((word + 0x06060606) & 0xf0f0f0f0) ^ 0x30303030);
}
