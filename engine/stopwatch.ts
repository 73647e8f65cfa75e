/** When a piece of work began, by the calendar, and how long it takes, by a clock that nobody sets. Milliseconds. */
export class Stopwatch {
  readonly startedMs = Date.now();
  readonly #started = performance.now();

  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  /** The start and what has passed since: never before the start, also when the clock of the machine was set back. */
  get nowMs(): number {
    return this.startedMs + Math.round(this.elapsedMs);
  }
}
