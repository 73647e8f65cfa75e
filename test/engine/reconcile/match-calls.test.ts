import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Matches, matchCalls, OURS, THEIRS, THEIRS_LATER } from '../../../engine/reconcile/match-calls.ts';

/** Side, number within it, time and duration in milliseconds, and group. */
type Row = readonly [side: number, no: number, atMs: number, durationMs?: number, group?: number];

/** Which of ours each of theirs got, from 1. */
function matched(rows: readonly Row[], toleranceMs: number): Matches {
  const sorted = rows.toSorted((a, b) => (a[4] ?? 1) - (b[4] ?? 1) || a[2] - b[2] || a[0] - b[0] || a[1] - b[1]);
  const last = (ours: boolean) => Math.max(0, ...rows.filter(([side]) => (side === OURS) === ours).map(([, no]) => no));
  const matches = new Matches(last(false), last(true));
  const candidates = {
    rows: rows.length,
    group: Int32Array.from(sorted, ([, , , , group]) => group ?? 1),
    side: Int32Array.from(sorted, ([side]) => side),
    no: Int32Array.from(sorted, ([, no]) => no),
    atMs: Float64Array.from(sorted, ([, , atMs]) => atMs),
    durationMs: Float64Array.from(sorted, ([, , , durationMs]) => durationMs ?? 0),
  };
  matchCalls(candidates, toleranceMs, matches);
  return matches;
}

const ourOf = (rows: readonly Row[], toleranceMs = 2000) => [...matched(rows, toleranceMs).ourOf].slice(1);

test('the nearest in time come first, and leave the others what is left', () => {
  const rows: Row[] = [
    [OURS, 1, 0],
    [OURS, 2, 3000],
    [THEIRS, 1, 1900],
    [THEIRS, 2, 3000],
  ];
  assert.deepEqual(ourOf(rows), [1, 2]);
});

test('within a second the durations decide, then the milliseconds, then the order', () => {
  const durations: Row[] = [
    [OURS, 1, 100, 50_000],
    [OURS, 2, 800, 10_000],
    [THEIRS, 1, 0, 10_000],
  ];
  assert.deepEqual(ourOf(durations), [2]);
  const milliseconds: Row[] = [
    [OURS, 1, 800],
    [OURS, 2, 100],
    [THEIRS, 1, 0],
  ];
  assert.deepEqual(ourOf(milliseconds), [2]);
  const same: Row[] = [
    [OURS, 1, 0],
    [OURS, 2, 0],
    [THEIRS, 1, 0],
    [THEIRS, 2, 0],
    [THEIRS, 3, 0],
  ];
  assert.deepEqual(ourOf(same), [1, 2, 0]);
});

test('groups are apart, and so are calls beyond the tolerance', () => {
  assert.deepEqual(
    ourOf([
      [OURS, 1, 0, 0, 1],
      [THEIRS, 1, 0, 0, 2],
    ]),
    [0],
  );
  assert.deepEqual(
    ourOf([
      [OURS, 1, 0],
      [THEIRS, 1, 2001],
    ]),
    [0],
  );
});

test('a time of two readings is used once, and it is told which', () => {
  const matches = matched(
    [
      [THEIRS, 1, 0],
      [THEIRS_LATER, 1, 3_600_000],
      [OURS, 1, 3_600_000],
      [OURS, 2, 1000],
    ],
    2000,
  );
  assert.deepEqual([matches.ourOf[1], matches.later[1]], [1, 1]);
});

test('calls by the thousand at one number are matched in the order of time, not by all pairs', () => {
  const rows = Array.from({ length: 40_000 }, (_, i): Row => [i % 2, 1 + (i >> 1), i >> 1]);
  assert.ok(ourOf(rows, 10_000).every((our, i) => our === i + 1));
});

const side = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 3 })),
  { maxLength: 12 },
);

test('finds what picking the best pair again and again finds', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 0, max: 4000 }), (ours, theirs, toleranceMs) => {
      const rows = [
        ...ours.map(([at, duration, group], i): Row => [OURS, i + 1, at, duration, group]),
        ...theirs.map(([at, duration, group], i): Row => [THEIRS, i + 1, at, duration, group]),
      ];
      const expected = bestPairs(ours, theirs, toleranceMs);
      assert.deepEqual(ourOf(rows, toleranceMs).slice(0, theirs.length), expected);
    }),
    { seed: 7, numRuns: 500 },
  );
});

type Call = readonly [at: number, duration: number, group: number];

/** The rule of the help text, by the letter. */
function bestPairs(ours: readonly Call[], theirs: readonly Call[], toleranceMs: number): number[] {
  const found = theirs.map(() => 0);
  for (;;) {
    const pairs = theirs.flatMap(([at, duration, group], t) =>
      ours.flatMap(([ourAt, ourDuration, ourGroup], o) => {
        const apart = Math.abs(at - ourAt);
        if (found[t] !== 0 || found.includes(o + 1) || group !== ourGroup || apart > toleranceMs) return [];
        return [{ rank: [Math.floor(apart / 1000), Math.abs(duration - ourDuration), apart, t, o], t, o }];
      }),
    );
    const [best] = pairs.sort((a, b) => a.rank.map((x, i) => x - b.rank[i]).find((x) => x !== 0) ?? 0);
    if (best === undefined) return found;
    found[best.t] = best.o + 1;
  }
}
