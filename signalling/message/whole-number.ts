/** Digits as a number from 0 to `max`; undefined when there is another character or none, or the number is larger. */
export function wholeNumber(text: string, max: number): number | undefined {
  const value = countedNumber(text);
  return value === undefined || value > max ? undefined : value;
}

/** Digits as a number, `max` when it is larger: what RFC 4475, 3.1.2.4 lets us make of lifetimes and hops beyond all bounds. */
export function cappedNumber(text: string, max: number): number | undefined {
  const value = countedNumber(text);
  return value === undefined ? undefined : Math.min(value, max);
}

/** Infinity for what no number can hold. */
function countedNumber(text: string): number | undefined {
  if (text === '') return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
