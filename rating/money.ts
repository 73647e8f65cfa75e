import { Decimal } from 'decimal.js';

/*
 * Money inside the engine is a whole number of micros (1e-6 of the currency); in the database it is DECIMAL(18,6).
 * Six decimals hold every rate of a wholesale deck, and a fee of 9 billion still fits the integers a double can count.
 * Nothing outside this file knows the scale.
 */
const SCALE = 6;

/** Micros in one unit of the currency. */
export const MICROS = 10 ** SCALE;

/** The DuckDB type of every amount. */
export const MONEY_TYPE = { width: 18, scale: SCALE, sql: `DECIMAL(18,${SCALE})` } as const;

/** No amount of the database reaches this many micros: 10^18, the width of its type. */
export const MONEY_LIMIT = 10n ** 18n;

/** Largest rate per minute and connect fee a deck may hold, in micros. */
export const RATE_LIMIT = 1_000_000 * MICROS;

const PLAIN_DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/;

/**
 * Reads an amount as people write it into micros.
 *
 * @param text plain decimal with a point, at most 6 decimals; no exponent, thousands separator or decimal comma
 * @returns micros, or a sentence that says what was expected
 */
export function parseMoney(text: string): bigint | { expected: string } {
  if (!PLAIN_DECIMAL.test(text)) return { expected: 'a decimal with a point, such as 0.0125' };
  const micros = new Decimal(text).times(MICROS);
  if (!micros.isInteger()) return { expected: `at most ${SCALE} decimals` };
  if (micros.abs().gte(MONEY_LIMIT.toString())) return { expected: 'an amount below 1,000,000,000,000' };
  return BigInt(micros.toFixed());
}

/** An amount of a column of two words a row, low then high, as a double: exact below 2^53 micros. */
export function wordsToMicros(words: Int32Array, row: number): number {
  return words[2 * row + 1] * 2 ** 32 + (words[2 * row] >>> 0);
}

/** The same amount as a BigInt: exact whatever its size. */
export function wordsToBigMicros(words: Int32Array, row: number): bigint {
  return BigInt(words[2 * row + 1]) * 0x1_0000_0000n + BigInt(words[2 * row] >>> 0);
}

/** Puts an amount into a column of two words a row. */
export function setWords(words: Int32Array, row: number, micros: bigint): void {
  words[2 * row] = Number(BigInt.asIntN(32, micros));
  words[2 * row + 1] = Number(micros >> 32n);
}

/** Writes micros as a decimal, without trailing zeros beyond `minDecimals`: `formatMoney(1500000n, 2)` is `1.50`. */
export function formatMoney(micros: bigint | number, minDecimals = 2): string {
  const value = BigInt(micros);
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  const whole = digits.slice(0, -SCALE);
  const decimals = digits.slice(-SCALE).replace(/0+$/, '').padEnd(minDecimals, '0');
  return `${value < 0n ? '-' : ''}${whole}${decimals ? `.${decimals}` : ''}`;
}
