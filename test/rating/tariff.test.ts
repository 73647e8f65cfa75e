import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textColumn } from '../../rating/columns.ts';
import { longestPrefixes } from '../../rating/digit-trie.ts';
import { matchRates } from '../../rating/match-rate.ts';
import { compileTariff, type RateRows } from '../../rating/tariff.ts';
import { findRate } from '../oracle/rules.ts';

interface Row {
  readonly group?: number;
  readonly prefix: string;
  readonly from?: number;
  readonly until?: number;
  readonly locked?: boolean;
}

function rateRows(rows: readonly Row[], groups: number): RateRows {
  const prefixes = [...new Set(rows.map(({ prefix }) => prefix))].sort();
  const same = (value: number) => new Int32Array(rows.length).fill(value);
  return {
    groups,
    prefixes,
    rateId: Int32Array.from(rows.keys(), (row) => row + 1),
    group: Int32Array.from(rows, ({ group = 0 }) => group),
    prefix: Int32Array.from(rows, ({ prefix }) => prefixes.indexOf(prefix)),
    ratePerMinute: Float64Array.from(rows.keys(), (row) => (row % 3) * 100),
    connectFee: new Float64Array(rows.length),
    firstIncrement: same(60),
    nextIncrement: same(60),
    effectiveFromMs: Float64Array.from(rows, ({ from = Number.NEGATIVE_INFINITY }) => from),
    effectiveUntilMs: Float64Array.from(rows, ({ until = Number.POSITIVE_INFINITY }) => until),
    locked: Uint8Array.from(rows, ({ locked = false }) => (locked ? 1 : 0)),
  };
}

/** The ids of the rates found for a number at times, in the window of these times; negative when locked. */
function rateAt(rows: readonly Row[], number: string, times: readonly number[], group = 0, groups = 1): number[] {
  const tariff = compileTariff(rateRows(rows, groups), {
    fromMs: Math.min(...times),
    untilMs: Math.max(...times),
  });
  const { bytes, starts, ends } = textColumn(times.map(() => number));
  const list = Int32Array.from(times.keys());
  const [prefix, rateId, term] = [-1, 0, 0].map((value) => new Int32Array(times.length).fill(value));
  longestPrefixes(tariff.trie, bytes, starts, ends, list, list.length, new Int32Array(list.length), prefix);
  const groupOfRow = new Int32Array(times.length).fill(group);
  matchRates(tariff, list, list.length, groupOfRow, prefix, Float64Array.from(times), rateId, term);
  return [...rateId].map((id, i) => {
    assert.equal(term[i] < 0, id === 0 || rows[id - 1].locked === true);
    return term[i] < 0 && id > 0 ? -id : id;
  });
}

test('a row applies from its start on and before its end', () => {
  const rows = [{ prefix: '49', from: 100, until: 200 }];
  assert.deepEqual(rateAt(rows, '4930', [99, 100, 199, 200]), [0, 1, 1, 0]);
});

test('a longer prefix that is not effective does not hide a shorter one that is', () => {
  const rows = [
    { prefix: '4' },
    { prefix: '49', until: 100 },
    { prefix: '4930', from: 200 },
    { prefix: '493', from: 150, until: 200 },
  ];
  assert.deepEqual(rateAt(rows, '49301', [50, 100, 150, 199, 200]), [2, 1, 4, 4, 3]);
});

test('of overlapping periods of a prefix the one that began last applies, whatever the order of the rows', () => {
  const rows = [{ prefix: '49', from: 100, until: 400 }, { prefix: '49', from: 200, until: 300 }, { prefix: '49' }];
  assert.deepEqual(rateAt(rows, '49', [50, 100, 200, 299, 300, 400]), [3, 1, 2, 2, 1, 3]);
  const turned = [rows[2], rows[1], rows[0]];
  assert.deepEqual(rateAt(turned, '49', [50, 100, 200, 299, 300, 400]), [1, 3, 2, 2, 3, 1]);
});

test('groups do not see the rows of each other', () => {
  const rows = [
    { group: 0, prefix: '49' },
    { group: 1, prefix: '4930' },
    { group: 1, prefix: '4' },
  ];
  assert.deepEqual(rateAt(rows, '4930', [0], 0, 3), [1]);
  assert.deepEqual(rateAt(rows, '4930', [0], 1, 3), [2]);
  assert.deepEqual(rateAt(rows, '4931', [0], 1, 3), [3]);
  assert.deepEqual(rateAt(rows, '4930', [0], 2, 3), [0]);
});

test('a locked row is found and has no price; it hides shorter ones as any other does', () => {
  const rows = [{ prefix: '4' }, { prefix: '49', locked: true, until: 100 }];
  assert.deepEqual(rateAt(rows, '49', [0, 100]), [-2, 1]);
});

test('rows of equal terms share them', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ prefix: String(i) }));
  const { terms } = compileTariff(rateRows(rows, 1), { fromMs: 0, untilMs: 0 });
  assert.equal(terms.length, 12);
});

test('any deck at any time, as the oracle finds it', () => {
  const time = fc.integer({ min: 0, max: 9 });
  const row = fc.record({
    group: fc.integer({ min: 0, max: 1 }),
    prefix: fc.string({ unit: fc.constantFrom('1', '4'), minLength: 1, maxLength: 4 }),
    from: fc.option(time, { nil: undefined }),
    length: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    locked: fc.boolean(),
  });
  const deck = fc.uniqueArray(row, {
    maxLength: 25,
    selector: ({ group, prefix, from }) => `${group} ${prefix} ${from}`,
  });
  const number = fc.string({ unit: fc.constantFrom('1', '4'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      deck,
      number,
      fc.array(time, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 1 }),
      (drafts, called, times, group) => {
        const rows = drafts.map(({ length, ...draft }) => ({ ...draft, until: length && (draft.from ?? 0) + length }));
        const oracle = rows.map(({ group: place, from = null, until = null, ...rest }, i) => {
          return {
            ...rest,
            id: i + 1,
            group: String(place),
            from,
            until,
            rate: '1',
            first: 1,
            next: 1,
            connectFee: '0',
          };
        });
        const expected = times.map((at) => findRate(oracle, String(group), called, at));
        assert.deepEqual(
          rateAt(rows, called, times, group, 2),
          expected.map((found) => (found === null ? 0 : found.locked ? -found.id : found.id)),
        );
      },
    ),
    { numRuns: 1000 },
  );
});
