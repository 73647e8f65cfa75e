import type { Clock } from '../clock.ts';

/** What is counted under one key. */
interface Count {
  readonly sinceMs: number;
  bad: number;
}

/**
 * Counts bad answers by key, each key within a window of time that begins with the first. The table is bounded: when it is
 * full the key that was begun first is forgotten, and to have his own forgotten an attacker needs as many bad answers of
 * other keys as there are places, each of which counts against an address of his.
 */
export class BadAnswers {
  readonly #clock: Clock;
  readonly #most: number;
  /** In the order in which they began. */
  readonly #counts = new Map<string, Count>();

  /** @param most keys at a time */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#counts.size;
  }

  of(key: string): Readonly<Count> | undefined {
    return this.#counts.get(key);
  }

  /**
   * One more. @param windowMs a count that is older begins anew
   * @param sinceMs when the key began, if that was before its first bad answer
   * @returns how many there are now
   */
  add(key: string, windowMs: number, sinceMs = this.#clock.elapsed()): number {
    const known = this.#counts.get(key);
    if (known !== undefined && this.#clock.elapsed() - known.sinceMs < windowMs) return ++known.bad;
    this.#counts.delete(key);
    for (const [oldest, count] of this.#counts) {
      const isOver = this.#clock.elapsed() - count.sinceMs >= windowMs;
      if (!isOver && this.#counts.size < this.#most) break;
      this.#counts.delete(oldest);
    }
    this.#counts.set(key, { sinceMs, bad: 1 });
    return 1;
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }
}
