import type { Clock, Timer } from '../clock.ts';

/** T1, T2 and 64 × T1 of RFC 3261, in milliseconds. */
const FIRST_MS = 500;
const LONGEST_MS = 4000;
const GIVE_UP_MS = 32_000;

/** Repeats a 2xx to INVITE, on any transport, until its ACK is there (RFC 3261, 13.3.1.4). */
export class AnswerResender {
  readonly #clock: Clock;
  #resend: Timer | undefined;
  #end: Timer | undefined;

  /**
   * @param send sends it once more; the first time is the caller's
   * @param unacknowledged told when there was no ACK in 32 s
   */
  constructor(clock: Clock, send: () => void, unacknowledged: () => void) {
    this.#clock = clock;
    this.#wait(FIRST_MS, send);
    this.#end = clock.after(GIVE_UP_MS, () => {
      this.stop();
      unacknowledged();
    });
  }

  stop(): void {
    this.#resend?.cancel();
    this.#end?.cancel();
    this.#resend = this.#end = undefined;
  }

  #wait(ms: number, send: () => void): void {
    this.#resend = this.#clock.after(ms, () => {
      this.#wait(Math.min(2 * ms, LONGEST_MS), send);
      send();
    });
  }
}
