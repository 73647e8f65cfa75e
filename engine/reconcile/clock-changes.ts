import { LATEST_MS } from '../../rating/malformed.ts';
import { localTime } from '../local-time.ts';

/** An instant at which a zone's clock is put forward or back; all in milliseconds. */
export interface ClockChange {
  readonly atMs: number;
  /** What the clock shows more than UTC before the instant, and from it on. */
  readonly before: number;
  readonly after: number;
}

const HOUR_MS = 3_600_000;

/** No zone changes its clock twice within less. */
const STEP_MS = 240 * HOUR_MS;

/** The changes of a zone's clock in [fromMs, toMs], with a day on both sides, and the offset before the first. */
export function clockChanges(zone: string, fromMs: number, toMs: number): { first: number; changes: ClockChange[] } {
  const { offsetMs } = localTime(zone);
  const end = Math.min(toMs + 24 * HOUR_MS, LATEST_MS);
  const start = fromMs - 24 * HOUR_MS;
  const changes: ClockChange[] = [];
  for (let at = start; at < end; at += STEP_MS) {
    const next = Math.min(at + STEP_MS, end);
    const [before, after] = [offsetMs(at), offsetMs(next)];
    if (before !== after)
      changes.push({ atMs: changeBetween(at, next, (ms) => offsetMs(ms) === before), before, after });
  }
  return { first: offsetMs(start), changes };
}

/**
 * SQL for the instants, in milliseconds since 1970, that a clock on the wall means which shows `shown` (milliseconds as if
 * it were UTC): an hour which comes twice has an `earlier` and a `later` reading, otherwise the later one is null; an hour
 * which is skipped has none.
 */
export function readingsSql(
  shown: string,
  { first, changes }: ReturnType<typeof clockChanges>,
): { earlier: string; later: string } {
  if (changes.length === 0) return { earlier: `${shown} - ${first}`, later: 'NULL' };
  const arms = changes.flatMap(({ atMs, before, after }) => {
    const unclear = [atMs + Math.min(before, after), atMs + Math.max(before, after)];
    return [
      `WHEN ${shown} < ${unclear[0]} THEN ${before}`,
      `WHEN ${shown} < ${unclear[1]} THEN ${after > before ? 'NULL' : before}`,
    ];
  });
  const twice = changes
    .filter(({ before, after }) => after < before)
    .map(
      ({ atMs, before, after }) =>
        `WHEN ${shown} >= ${atMs + after} AND ${shown} < ${atMs + before} THEN ${shown} - ${after}`,
    );
  return {
    earlier: `${shown} - CASE ${arms.join(' ')} ELSE ${changes[changes.length - 1].after} END`,
    later: twice.length === 0 ? 'NULL' : `CASE ${twice.join(' ')} END`,
  };
}

/** The first millisecond at which `holds` does so no longer. */
function changeBetween(from: number, to: number, holds: (ms: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}
