import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomes } from '../../../engine/reconcile/reconcile.ts';
import { reconciliationText } from '../../../engine/render/reconciliation-text.ts';
import type { Reconciliation } from '../../../engine/reports/reconciliation.ts';

const side = { calls: 0, seconds: 0, money: null };
const nothing = { theirs: side, ours: side, seconds: 0, money: null };

/** A reconciliation of nothing, but for a change. */
const report = (change: Partial<Reconciliation>): Reconciliation => ({
  ...{ account: 'cedar', leg: 'client', files: ['a.csv'], timezone: 'UTC', clock: null, clockOffsetSeconds: 0 },
  ...{ from: null, to: null, prunedBefore: null, largest: [], unreadable: [], destinations: [], days: [] },
  ...{ lines: { all: 0, unreadable: 0, unanswered: 0, outside: 0 }, total: { of: 'total', ...nothing } },
  outcomes: outcomes.map((of) => ({ of, ...nothing })),
  ...change,
});

/** What stands above the tables. */
const head = (change: Partial<Reconciliation>) =>
  reconciliationText(report(change)).split('\n\n')[0].split('\n').slice(2);

test('a clock that is off is told with what takes it off, on top of what was taken off', () => {
  assert.deepEqual(head({ clock: { seconds: 0.5, calls: 9 } }), []);
  assert.deepEqual(head({ clock: { seconds: -3.5, calls: 1234 }, clockOffsetSeconds: 5 }), [
    'taken off their clock: 5 s',
    'their clock is 3.5 s behind ours, by 1,234 calls to numbers both have once; --clock-offset 1.5 takes it off',
  ]);
  assert.deepEqual(head({ clock: { seconds: 3601, calls: 9 } }), [
    'their clock is 3601 s ahead of ours, by 9 calls to numbers both have once; it may be another time zone: check timezone in the map, or --clock-offset 3601 takes it off',
  ]);
});

test('pruned calls, and lines left out, are told', () => {
  assert.deepEqual(head({ prunedBefore: '2026-03-02T00:00:00.000+00:00' }), [
    'our calls that ended before 2026-03-02 00:00:00 +00:00 were pruned: theirs of then have no match',
  ]);
  assert.match(
    reconciliationText(report({ lines: { all: 1234, unreadable: 1, unanswered: 2, outside: 3 } })),
    /^client cedar against a\.csv: 1,234 lines, 1 could not be read, 2 of calls without duration left out, 3 outside of the period left out\nnothing to compare;/,
  );
});

test('long lists are cut, and the rest is counted', () => {
  const days = Array.from({ length: 23 }, (_, i) => ({ of: `2026-03-${i + 1}`, ...nothing }));
  const text = reconciliationText(report({ days, destinations: [{ of: '', ...nothing }] }));
  assert.match(text, /\nno destination known /);
  assert.match(text, /\n2026-03-20 .*\n… and 3 more; --json has all\n/);
});

test('names cannot move the cursor', () => {
  assert.match(reconciliationText(report({ files: ['a\u001b[2J.csv'] })), /against a\ufffd\[2J\.csv:/);
});
