/** The clock on the wall of a time zone; instants are milliseconds since 1970 UTC. */
export interface LocalTime {
  /** ISO 8601 with the offset that holds then, so that an hour which comes twice is told apart. */
  readonly iso: (ms: number) => string;
  /** What the clock shows more than UTC, in milliseconds. */
  readonly offsetMs: (ms: number) => number;
  /** The first instant of a day that is given as its midnight in UTC; where a clock skips midnight, the one after. */
  readonly startOfDay: (utcMidnightMs: number) => number;
}

const DAY_MS = 86_400_000;

/** @param zone an IANA time zone */
export function localTime(zone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetOf = (ms: number) => {
    const named = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return named.replace('GMT', '') || '+00:00';
  };
  const offsetMs = (ms: number) => offsetSeconds(offsetOf(ms)) * 1000;
  return {
    offsetMs,
    iso: (ms) => new Date(ms + offsetMs(ms)).toISOString().replace('Z', offsetOf(ms)),
    startOfDay: (midnight) => {
      // Around a change of the clock, midnight may be there twice, or not at all: then the day begins with the change.
      const [before, after] = [midnight - DAY_MS, midnight + DAY_MS].map((ms) => midnight - offsetMs(ms));
      const midnights = [before, after].filter((ms) => ms + offsetMs(ms) === midnight);
      return midnights.length > 0 ? Math.min(...midnights) : before;
    },
  };
}

/** Offsets before 1972 may have seconds. */
function offsetSeconds(offset: string): number {
  const [hours, minutes, seconds = '0'] = offset.slice(1).split(':');
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return offset.startsWith('-') ? -size : size;
}
