import type { Clock } from '../../signalling/clock.ts';
import { serverClock } from '../../signalling/clock.ts';

/** A clock that runs so many times faster than that of the machine: a minute over real sockets takes some seconds. */
export function fastClock(times: number): Clock {
  const startMs = serverClock.now();
  const start = serverClock.elapsed();
  const elapsed = () => (serverClock.elapsed() - start) * times;
  return {
    now: () => startMs + elapsed(),
    elapsed,
    after: (delayMs, action) => serverClock.after(delayMs / times, action),
  };
}
