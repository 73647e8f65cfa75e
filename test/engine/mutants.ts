/** Damage done to bytes at random, from a seed: what disks, networks and people do to files, and what an attacker would. */
import { randomSource } from './random-source.ts';

/** How many mutants of event files, and of CSV files, and from which seed: both may be set for longer hunts. */
export const mutantCount = Number(process.env.HOSTILE_MUTANTS ?? 18_000);
export const mutantSeed = Number(process.env.HOSTILE_SEED ?? 1);

type Random = (below: number) => number;
/** Part of the bytes, from the first to before the second. */
export type Span = readonly [number, number];

/**
 * A damaged copy of `bytes`: one to three damages, half of them within `spans`.
 *
 * @param seed the same seed and bytes give the same mutant
 */
export function mutantOf(bytes: Buffer, seed: number, spans: readonly Span[]): Buffer {
  const next = randomSource(Math.imul(seed, 0x9e3779b1));
  let mutant: Buffer = Buffer.from(bytes);
  for (let damages = 1 + next(1 + next(3)); damages > 0; damages--) {
    const [from, to] = spans.length > 0 && next(2) > 0 ? spans[next(spans.length)] : [0, mutant.length];
    const at = Math.min(from + next(Math.max(1, to - from)), Math.max(0, mutant.length - 1));
    mutant = damage[next(damage.length)](mutant, at, next);
    if (mutant.length === 0) break;
  }
  return mutant;
}

const EXTREMES = [
  0n,
  1n,
  -1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 62n,
  -(2n ** 63n),
  1n << 40n,
];

const damage: readonly ((bytes: Buffer, at: number, next: Random) => Buffer)[] = [
  flipBit,
  flipBit,
  (bytes, at, next) => {
    bytes[at] = next(256);
    return bytes;
  },
  // Lengths and offsets stand on boundaries of four or eight bytes.
  (bytes, at, next) => {
    const place = at - (at % 4);
    if (place + 4 <= bytes.length) bytes.writeInt32LE(Number(BigInt.asIntN(32, extreme(next))), place);
    return bytes;
  },
  (bytes, at, next) => {
    const place = at - (at % 8);
    if (place + 8 <= bytes.length) bytes.writeBigInt64LE(BigInt.asIntN(64, extreme(next)), place);
    return bytes;
  },
  // A number that is nearly right is harder to tell from a right one.
  (bytes, at, next) => {
    const place = at - (at % 4);
    if (place + 4 <= bytes.length) bytes.writeInt32LE((bytes.readInt32LE(place) + next(17) - 8) | 0, place);
    return bytes;
  },
  (bytes, at, next) => bytes.fill(0, at, Math.min(at + 1 + next(64), bytes.length)),
  (bytes, at, next) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + block(bytes, next))]),
  (bytes, at, next) => {
    const length = block(bytes, next);
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  },
  (bytes, at, next) => {
    const length = Math.min(block(bytes, next), bytes.length - at);
    bytes.copyWithin(next(bytes.length), at, at + length);
    return bytes;
  },
  (bytes, at) => bytes.subarray(0, at),
];

function flipBit(bytes: Buffer, at: number, next: Random): Buffer {
  bytes[at] ^= 1 << next(8);
  return bytes;
}

function extreme(next: Random): bigint {
  return EXTREMES[next(EXTREMES.length)];
}

/** The length of a block: whole words mostly, so that what follows it keeps its boundary. */
function block(bytes: Buffer, next: Random): number {
  const words = 8 * (1 + next(next(3) === 0 ? bytes.length / 8 : 16));
  return next(3) === 0 ? 1 + next(words) : words;
}
