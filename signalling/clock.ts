/**
 * Where signalling has its time from. It is passed in, so that an hour of timers runs in a test in a millisecond, to the
 * exact second; no other file of this room asks for the time.
 */
export interface Clock {
  /** Milliseconds since 1970 UTC, for what is written down. Steps when somebody sets the clock of the machine. */
  now(): number;
  /** Milliseconds since an arbitrary moment, for measuring how long something took. Never steps. */
  elapsed(): number;
  /** Does `action` once after `delayMs` milliseconds, 0 to 2^31 - 1, never within this call. */
  after(delayMs: number, action: () => void): Timer;
}

/** Something that will be done, until it is cancelled. */
export interface Timer {
  /** Does nothing when the action has been done already. */
  cancel(): void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delayMs, action) => {
    const timeout = setTimeout(action, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** The same for a server: its sockets keep the process alive, and timers do not when these are closed. */
export const serverClock: Clock = {
  ...systemClock,
  after: (delayMs, action) => {
    const timeout = setTimeout(action, delayMs).unref();
    return { cancel: () => clearTimeout(timeout) };
  },
};
