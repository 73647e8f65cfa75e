/**
 * A sequence of random 32-bit words (sfc32 by Chris Doty-Humphrey, public domain): the same for the same seed on every
 * machine. For tables; rows of traffic use `draw`, which needs no state.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = mix(seed);
    this.#b = mix(seed ^ 0x5bd1e995);
    this.#c = mix(Math.floor(seed / WORDS) ^ 0x2545f491);
    for (let i = 0; i < 12; i++) this.word();
  }

  /** A whole number from 0 to 2^32 - 1. */
  word(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  share(): number {
    return this.word() / WORDS;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.share() * limit);
  }

  /** A standard normal number. */
  normal(): number {
    return normalQuantile((this.word() + 0.5) / WORDS);
  }
}

/** How many values a word has. */
export const WORDS = 2 ** 32;

/** Scatters the bits of a word (lowbias32 by Chris Wellons, public domain). */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/**
 * The random word of one event for one purpose. It depends on nothing else: events can be made in any order and cut into
 * batches anywhere, and an earlier event can be repeated without having been kept.
 *
 * @param serial number of the event
 * @param stream seed of the purpose, from `mix`
 */
export function draw(serial: number, stream: number): number {
  let h = Math.imul(serial, 0x9e3779b1) ^ stream;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A table for drawing positions by weight with one word and one comparison (alias method, Vose 1991). */
export interface AliasTable {
  readonly size: number;
  /** Share of a cell which belongs to its own position; the rest belongs to `other`. */
  readonly own: Float64Array;
  readonly other: Int32Array;
}

/** @param weights not negative, with a sum above 0 */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const size = weights.length;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += weights[i];
  const own = Float64Array.from(weights, (weight) => (weight * size) / sum);
  const other = Int32Array.from(weights, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < size; i++) (own[i] < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    other[poor] = rich;
    own[rich] -= 1 - own[poor];
    if (own[rich] < 1) small.push(large.pop()!);
  }
  // What is left over is 1 but for rounding.
  for (const i of small) own[i] = 1;
  for (const i of large) own[i] = 1;
  return { size, own, other };
}

/** The position a random word stands for. */
export function pick(table: AliasTable, word: number): number {
  const place = word * (table.size / WORDS);
  const cell = place | 0;
  return place - cell < table.own[cell] ? cell : table.other[cell];
}

/** Weights of a Zipf distribution over `size` ranks. */
export function zipf(size: number, exponent: number): Float64Array {
  return Float64Array.from({ length: size }, (_, rank) => (rank + 1) ** -exponent);
}

/** Quantiles of a log-normal distribution at even steps, to be read by `quantile`. */
export function logNormalTable(median: number, sigma: number): Float64Array {
  return Float64Array.from(
    { length: QUANTILES + 1 },
    (_, i) => median * Math.exp(sigma * normalQuantile((i + 0.5) / (QUANTILES + 1))),
  );
}

/** The value of a table of quantiles a random word stands for, between two entries by a straight line. */
export function quantile(table: Float64Array, word: number): number {
  const place = word * ((table.length - 1) / WORDS);
  const cell = place | 0;
  return table[cell] + (table[cell + 1] - table[cell]) * (place - cell);
}

const QUANTILES = 8192;

/** Inverse of the standard normal distribution (Acklam's rational approximation, relative error below 1.2e-9). */
export function normalQuantile(p: number): number {
  if (p > 0.97575) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_ABOVE, q) / (polynomial(TAIL_BELOW, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(MIDDLE_ABOVE, r) * q) / (polynomial(MIDDLE_BELOW, r) * r + 1);
}

const MIDDLE_ABOVE = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const MIDDLE_BELOW = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const TAIL_ABOVE = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
