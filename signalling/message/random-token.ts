import { randomFillSync } from 'node:crypto';

/** Random bytes at hand: asking for a few at a time costs more than the token they are for. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** An identifier nobody can guess: hexadecimal digits of so many random bytes, for tags, branches and Call-IDs (RFC 3261, 19.3). */
export function randomToken(bytes = 8): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
