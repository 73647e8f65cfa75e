import type { Clock, Timer } from '../../signalling/clock.ts';

/** A clock that stands still until the test moves it: timers fire at their exact time, those of one time in the order set. */
export class VirtualClock implements Clock {
  #now: number;
  #elapsed = 0;
  #waiting: { readonly at: number; readonly action: () => void }[] = [];

  /** `startMs`: milliseconds since 1970. */
  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(delayMs: number, action: () => void): Timer {
    const entry = { at: this.#elapsed + delayMs, action };
    const later = this.#waiting.findIndex(({ at }) => at > entry.at);
    this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, entry);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
      },
    };
  }

  /** Lets `ms` milliseconds pass, with the timers that are due in them, also those set meanwhile. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let due = this.#waiting[0]; due !== undefined && due.at <= end; due = this.#waiting[0]) {
      this.#waiting.shift();
      this.#pass(due.at - this.#elapsed);
      due.action();
    }
    this.#pass(end - this.#elapsed);
  }

  /** Sets the clock of the machine by `ms`: `now` steps, `elapsed` and timers do not. */
  step(ms: number): void {
    this.#now += ms;
  }

  /** Timers that wait; none should when a test is over. */
  get waiting(): number {
    return this.#waiting.length;
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#elapsed += ms;
  }
}
