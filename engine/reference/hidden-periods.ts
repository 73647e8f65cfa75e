import { byGroupAndPrefix, type DeckRow } from './deck-rows.ts';

/** A row that another row of its group and prefix takes the place of for a time: the one that began later is used. */
export interface HiddenPeriod {
  readonly rateGroup: string;
  readonly prefix: string;
  readonly hidden: string;
  readonly by: string;
  /** ISO times; null for an open end. */
  readonly from: string | null;
  readonly until: string | null;
}

/** Rows of one group and prefix whose periods overlap (rating.md, "Rate"). */
export function hiddenPeriods(rows: readonly DeckRow[]): HiddenPeriod[] {
  const found: HiddenPeriod[] = [];
  for (const prefixes of byGroupAndPrefix(rows).values()) {
    for (const same of prefixes.values()) if (same.length > 1) found.push(...hiddenAmong(same));
  }
  return found;
}

function hiddenAmong(rows: readonly DeckRow[]): HiddenPeriod[] {
  const sorted = [...rows].sort((a, b) => (a.fromMs < b.fromMs ? -1 : 1));
  const found: HiddenPeriod[] = [];
  let longest = sorted[0];
  for (const row of sorted.slice(1)) {
    if (longest.untilMs > row.fromMs) {
      found.push({
        rateGroup: row.rateGroup,
        prefix: row.prefix,
        hidden: longest.origin,
        by: row.origin,
        from: moment(row.fromMs),
        until: moment(Math.min(row.untilMs, longest.untilMs)),
      });
    }
    if (row.untilMs >= longest.untilMs) longest = row;
  }
  return found;
}

function moment(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}
