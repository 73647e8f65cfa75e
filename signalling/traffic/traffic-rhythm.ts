/**
 * When calls end: entry j of the table is the time, ms since 1970, before which j parts of all have ended, so that a
 * share of the traffic becomes a time by a straight line between two entries.
 *
 * Days have a morning and an evening peak; with several days the week is felt as well.
 */
export function rhythmTable(startMs: number, days: number): Float64Array {
  const slots = days * SLOTS_A_DAY;
  const cumulative = new Float64Array(slots + 1);
  for (let slot = 0; slot < slots; slot++) {
    const week = days > 1 ? WEEKDAY[new Date(startMs + slot * SLOT_MS).getUTCDay()] : 1;
    cumulative[slot + 1] = cumulative[slot] + week * hourWeight(startMs + slot * SLOT_MS);
  }
  const entries = Math.min(days * 1440, 2 ** 20);
  const table = new Float64Array(entries + 1);
  let slot = 0;
  for (let j = 0; j <= entries; j++) {
    const sought = (j / entries) * cumulative[slots];
    while (slot < slots - 1 && cumulative[slot + 1] < sought) slot++;
    const part = (sought - cumulative[slot]) / (cumulative[slot + 1] - cumulative[slot]);
    table[j] = startMs + (slot + Math.min(1, part)) * SLOT_MS;
  }
  return table;
}

const SLOTS_A_DAY = 96;
const SLOT_MS = 86_400_000 / SLOTS_A_DAY;

/** Calls of an hour of the day (UTC) against the average hour; the business hours of Europe lead. */
const HOUR = [
  0.3, 0.22, 0.17, 0.15, 0.16, 0.25, 0.5, 0.9, 1.35, 1.65, 1.75, 1.65, 1.45, 1.5, 1.6, 1.6, 1.55, 1.5, 1.45, 1.35, 1.15,
  0.85, 0.6, 0.42,
];

/** Sunday first. */
const WEEKDAY = [0.6, 1.1, 1.12, 1.12, 1.1, 1.15, 0.81];

function hourWeight(timeMs: number): number {
  const hours = timeMs / 3_600_000;
  const whole = Math.floor(hours);
  return HOUR[whole % 24] + (HOUR[(whole + 1) % 24] - HOUR[whole % 24]) * (hours - whole);
}
