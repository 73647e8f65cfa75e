import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../clock.ts';

/** A nonce of ours that came back. */
export interface Nonce {
  readonly text: string;
  /** On the clock that never steps, in milliseconds. */
  readonly issuedMs: number;
  /** Checksum of the Call-ID it was given to. */
  readonly session: string;
}

/**
 * Nonces that need no memory until they are used well: each says when it was issued and for which session, and an HMAC over
 * that and the address of the asker shows that it is ours (RFC 7616, 3.3 and 5.4). So a forged sender, which never sees our
 * challenge, cannot come up with one, and fills no table. The secret lives as long as the process; after a restart clients
 * are asked again.
 */
export class Nonces {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #secret = randomBytes(32);
  /** Highest count by nonce, of those that were used well and are still good; in the order of their first use. */
  readonly #used = new Map<string, { readonly issuedMs: number; count: number }>();
  /** Nonces issued until then count as old: the counts of one of them had to be forgotten. */
  #forgottenUntilMs = -1;
  #serial = 0;

  /** @param most nonces whose count is remembered */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#used.size;
  }

  issue(address: string, callId: string): string {
    this.#serial = (this.#serial + 1) % 2 ** 32;
    const head = hex(Math.floor(this.#clock.elapsed()), TIME) + hex(this.#serial, 8) + sessionOf(callId);
    return head + this.#seal(head, address);
  }

  /** Undefined when it is none of ours, or was given to another address. */
  open(text: string, address: string): Nonce | undefined {
    if (text.length !== HEAD + SEAL) return undefined;
    const head = text.slice(0, HEAD);
    const [theirs, ours] = [text.slice(HEAD), this.#seal(head, address)].map((seal) => Buffer.from(seal, 'latin1'));
    if (!timingSafeEqual(theirs, ours)) return undefined;
    return { text, issuedMs: Number.parseInt(head.slice(0, TIME), 16), session: head.slice(HEAD - 8) };
  }

  isLive({ issuedMs }: Nonce): boolean {
    return issuedMs > this.#forgottenUntilMs && this.#clock.elapsed() - issuedMs < LIFETIME_MS;
  }

  /** Whether the nonce began this session and has not been used well: then the session began with it. */
  isFirstOf(nonce: Nonce, callId: string): boolean {
    return nonce.session === sessionOf(callId) && this.isLive(nonce) && !this.#used.has(nonce.text);
  }

  /** Takes a count once; only a higher one is taken after it. False for a replay and for a nonce that is too old. */
  use(nonce: Nonce, count: number): boolean {
    if (!this.isLive(nonce)) return false;
    const known = this.#used.get(nonce.text);
    if (count <= (known?.count ?? 0)) return false;
    if (known !== undefined) known.count = count;
    else this.#remember(nonce, count);
    return true;
  }

  #remember({ text, issuedMs }: Nonce, count: number): void {
    for (const [oldest, { issuedMs: atMs }] of this.#used) {
      const isOver = this.#clock.elapsed() - atMs >= LIFETIME_MS;
      if (!isOver && this.#used.size < this.#most) break;
      this.#used.delete(oldest);
      if (!isOver) this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, atMs);
    }
    // A copy: a part of a text keeps all of the message it was cut from.
    this.#used.set(Buffer.from(text, 'latin1').toString('latin1'), { issuedMs, count });
  }

  #seal(head: string, address: string): string {
    return createHmac('sha256', this.#secret).update(`${head} ${address}`).digest('hex').slice(0, SEAL);
  }
}

function sessionOf(callId: string): string {
  return hex(crc32(Buffer.from(callId, 'latin1')), 8);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** How long a nonce is good: a client that registers more seldom is asked again each time. */
const LIFETIME_MS = 300_000;
/** Hexadecimal digits of the time, of all that is sealed, and of the seal. */
const TIME = 12;
const HEAD = TIME + 16;
const SEAL = 32;
