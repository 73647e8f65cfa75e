import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textColumn } from '../../rating/columns.ts';
import { digitTrie, longestPrefixes } from '../../rating/digit-trie.ts';
import { randomSource } from '../engine/random-source.ts';

function found(prefixes: readonly string[], numbers: readonly string[]): number[] {
  const { trie } = digitTrie(prefixes);
  const { bytes, starts, ends } = textColumn(numbers);
  const places = new Int32Array(numbers.length).fill(-1);
  const rows = Int32Array.from(numbers.keys());
  longestPrefixes(trie, bytes, starts, ends, rows, rows.length, new Int32Array(rows.length), places);
  return [...places];
}

function longest(prefixes: readonly string[], number: string, shorterThan = number.length + 1): number {
  let place = -1;
  prefixes.forEach((prefix, i) => {
    if (!number.startsWith(prefix) || prefix.length >= shorterThan) return;
    if (place < 0 || prefix.length > prefixes[place].length) place = i;
  });
  return place;
}

const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom('0', '4', '9'), minLength: 1, maxLength });
const deck = fc.uniqueArray(digits(7), { maxLength: 60 }).map((prefixes) => prefixes.sort());

test('the longest prefix is the one a look at all of them finds', () => {
  fc.assert(
    fc.property(deck, fc.array(digits(12), { minLength: 1, maxLength: 30 }), (prefixes, numbers) => {
      assert.deepEqual(
        found(prefixes, numbers),
        numbers.map((number) => longest(prefixes, number)),
      );
    }),
    { numRuns: 500 },
  );
});

test('the parent of a prefix is the longest other one it begins with', () => {
  fc.assert(
    fc.property(deck, (prefixes) => {
      const { parents } = digitTrie(prefixes);
      assert.deepEqual(
        [...parents],
        prefixes.map((prefix) => longest(prefixes, prefix, prefix.length)),
      );
    }),
  );
});

test('a deck of tens of thousands of prefixes, where more digits are looked up at once', () => {
  const next = randomSource(11);
  const number = (length: number) => Array.from({ length }, () => next(10)).join('');
  const prefixes = [...new Set(Array.from({ length: 30_000 }, () => number(1 + next(8))))].sort();
  const places = new Map(prefixes.map((prefix, place) => [prefix, place]));
  const numbers = Array.from({ length: 20_000 }, (_, i) =>
    i % 2 === 0 ? number(1 + next(15)) : prefixes[next(prefixes.length)] + number(next(5)),
  );
  const expected = numbers.map((one) => {
    for (let length = one.length; length > 0; length--) {
      const place = places.get(one.slice(0, length));
      if (place !== undefined) return place;
    }
    return -1;
  });
  assert.deepEqual(found(prefixes, numbers), expected);
});

test('an empty deck, all ten digits, one number as long as its prefix, prefixes of a hundred digits', () => {
  assert.deepEqual(found([], ['1', '4930123']), [-1, -1]);
  const ten = Array.from({ length: 10 }, (_, digit) => String(digit));
  assert.deepEqual(found(ten, ['0', '9', '5123456']), [0, 9, 5]);
  assert.deepEqual(found(['4930'], ['4930', '493', '49301']), [0, -1, 0]);
  const long = '1'.repeat(100);
  assert.deepEqual(found(['1', long], [long, `${long}2`, long.slice(1), '2']), [1, 1, 0, -1]);
});

test('only the rows asked for are looked up', () => {
  const { trie } = digitTrie(['4']);
  const { bytes, starts, ends } = textColumn(['49', '49', '49']);
  const places = Int32Array.of(7, 7, 7);
  longestPrefixes(trie, bytes, starts, ends, Int32Array.of(2, 0, 1), 1, new Int32Array(3), places);
  assert.deepEqual([...places], [7, 7, 0]);
});
