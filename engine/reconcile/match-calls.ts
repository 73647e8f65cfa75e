/** Calls of both sides, sorted by group and then by time: only those of one group may be the same call. */
export interface Candidates {
  readonly rows: number;
  readonly group: Int32Array;
  /** One of `OURS`, `THEIRS`, and `THEIRS_LATER` for the second reading of a time that comes twice. */
  readonly side: Int32Array;
  /** From 1 within a side. */
  readonly no: Int32Array;
  /** Milliseconds since 1970 UTC, by one clock. */
  readonly atMs: Float64Array;
  readonly durationMs: Float64Array;
}

export const OURS = 0;
export const THEIRS = 1;
export const THEIRS_LATER = 2;

/** Which calls are the same, found so far; calls are counted from 1, 0 is none. */
export class Matches {
  /** Our call of each of theirs. */
  readonly ourOf: Int32Array;
  /** 1 for those of theirs whose time was meant as its second reading. */
  readonly later: Uint8Array;
  readonly #theirOf: Int32Array;

  constructor(theirs: number, ours: number) {
    this.ourOf = new Int32Array(theirs + 1);
    this.later = new Uint8Array(theirs + 1);
    this.#theirOf = new Int32Array(ours + 1);
  }

  isOpen(side: number, no: number): boolean {
    return (side === OURS ? this.#theirOf[no] : this.ourOf[no]) === 0;
  }

  set(their: number, our: number, later: boolean): void {
    this.ourOf[their] = our;
    this.#theirOf[our] = their;
    this.later[their] = later ? 1 : 0;
  }
}

/** Neighbours within the tolerance a call may have on average, so that the work stays in proportion to the calls. */
const NEIGHBOURS = 64;

/**
 * Matches calls of the same group that are at most `toleranceMs` apart, each at most once. The pair nearest in time comes
 * first, in whole seconds, since many files have no more; among equals the pair whose durations are nearest, then the one
 * that is nearer by milliseconds, then the earlier call of theirs, then of ours. Where calls are so dense that each has more
 * than 64 neighbours, both sides are walked in the order of time instead.
 */
export function matchCalls(candidates: Candidates, toleranceMs: number, matches: Matches): void {
  const { rows, group, side, no, atMs } = candidates;
  const open = new Int32Array(rows);
  let count = 0;
  const twice = new Set<number>();
  for (let row = 0; row < rows; row++) {
    if (matches.isOpen(side[row], no[row])) open[count++] = row;
    if (side[row] === THEIRS_LATER) twice.add(group[row]);
  }
  for (let from = 0, to = 1; from < count; from = to++) {
    let ours = side[open[from]] === OURS ? 1 : 0;
    // A gap above the tolerance has no pair across it, but may have the two readings of one call on its sides.
    const whole = twice.has(group[open[from]]);
    while (
      to < count &&
      group[open[to]] === group[open[from]] &&
      (whole || atMs[open[to]] - atMs[open[to - 1]] <= toleranceMs)
    ) {
      if (side[open[to++]] === OURS) ours++;
    }
    if (ours > 0 && ours < to - from) matchNear(candidates, open.subarray(from, to), toleranceMs, matches);
  }
}

function matchNear(candidates: Candidates, near: Int32Array, toleranceMs: number, matches: Matches): void {
  const { side, no, atMs } = candidates;
  const pairs: Pair[] = [];
  let looks = NEIGHBOURS * near.length;
  for (let i = 0; i < near.length; i++) {
    for (let j = i + 1; j < near.length && atMs[near[j]] - atMs[near[i]] <= toleranceMs; j++) {
      if (--looks < 0) {
        matchInOrder(candidates, near, toleranceMs, matches);
        return;
      }
      if ((side[near[i]] === OURS) !== (side[near[j]] === OURS)) pairs.push(pairOf(candidates, near[i], near[j]));
    }
  }
  if (pairs.length > 1) pairs.sort(compare);
  for (const { their, our } of pairs) {
    if (matches.isOpen(side[their], no[their]) && matches.isOpen(OURS, no[our])) {
      matches.set(no[their], no[our], side[their] === THEIRS_LATER);
    }
  }
}

interface Pair {
  /** Rows of the candidates. */
  readonly their: number;
  readonly our: number;
  /** What pairs are ordered by. */
  readonly rank: readonly number[];
}

function pairOf({ side, no, atMs, durationMs }: Candidates, one: number, other: number): Pair {
  const [our, their] = side[one] === OURS ? [one, other] : [other, one];
  const apartMs = Math.abs(atMs[their] - atMs[our]);
  const rank = [
    Math.floor(apartMs / 1000),
    Math.abs(durationMs[their] - durationMs[our]),
    apartMs,
    no[their],
    no[our],
    side[their],
  ];
  return { their, our, rank };
}

function compare(a: Pair, b: Pair): number {
  const first = a.rank.findIndex((value, place) => value !== b.rank[place]);
  return first < 0 ? 0 : a.rank[first] - b.rank[first];
}

function matchInOrder({ side, no, atMs }: Candidates, near: Int32Array, toleranceMs: number, matches: Matches): void {
  const theirs = near.filter((row) => side[row] !== OURS);
  const ours = near.filter((row) => side[row] === OURS);
  for (let i = 0, j = 0; i < theirs.length && j < ours.length; ) {
    const [their, our] = [theirs[i], ours[j]];
    const apartMs = atMs[their] - atMs[our];
    if (!matches.isOpen(side[their], no[their]) || apartMs < -toleranceMs) i++;
    else if (apartMs > toleranceMs) j++;
    else {
      matches.set(no[their], no[our], side[their] === THEIRS_LATER);
      i++;
      j++;
    }
  }
}
