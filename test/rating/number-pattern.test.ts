import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePatterns, matchesPattern, overlaps, parsePatterns, tooBroad } from '../../rating/number-pattern.ts';

function matches(list: string, number: string): boolean {
  const parsed = parsePatterns(list);
  assert.ok('patterns' in parsed, list);
  // Bytes around the number must not matter.
  const bytes = new TextEncoder().encode(`9${number}9`);
  return matchesPattern(compilePatterns(parsed.patterns), bytes, 1, 1 + number.length);
}

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: { readonly patterns: string; readonly number: string; readonly text: string };
  readonly expect: { readonly match?: boolean; readonly patterns?: string[]; readonly config_error?: boolean };
}

const vectorFile = new URL('../../../shared/spec/vectors/rating.json', import.meta.url);

if (existsSync(vectorFile)) {
  const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: Vector[] };
  for (const { id, kind, given, expect } of vectors) {
    if (kind === 'pattern-match') {
      test(id, () => assert.equal(matches(given.patterns, given.number), expect.match));
    }
    if (kind === 'pattern-list') {
      test(id, () => {
        const parsed = parsePatterns(given.text);
        if (expect.config_error) assert.ok('errors' in parsed);
        else assert.deepEqual(parsed, { patterns: expect.patterns });
      });
    }
  }
} else {
  test('vectors pattern-match and pattern-list', (t) => t.skip(`${vectorFile.pathname} is not there`));
}

test('every wrong entry is named with its position in the list', () => {
  const expected = 'digits, or digits and one * at the end';
  assert.deepEqual(parsePatterns('7000, 50*00,12a, *5,9**, ٣'), {
    errors: [
      { entry: '50*00', position: 9, expected },
      { entry: '12a', position: 15, expected },
      { entry: '*5', position: 18, expected },
      { entry: '9**', position: 22, expected },
      { entry: '٣', position: 26, expected },
    ],
  });
  assert.deepEqual(parsePatterns(' *'), {
    errors: [{ entry: '*', position: 2, expected: 'at least one digit before the *' }],
  });
});

test('a number that is empty or not all digits is on no list', () => {
  for (const number of ['', '5000a', '50 00', 'a', '50001#', '+5000']) assert.equal(matches('5000*', number), false);
});

test('an exact entry and a prefix may share their digits', () => {
  assert.equal(matches('50,50*', '501'), true);
  assert.equal(matches('5,50*,5001', '5'), true);
  assert.equal(matches('5,5001', '50'), false);
});

const digits = fc.string({ unit: fc.constantFrom('0', '1', '2'), minLength: 1, maxLength: 5 });
const pattern = fc.tuple(digits, fc.boolean()).map(([text, prefix]) => (prefix ? `${text}*` : text));

test('the compiled list matches what the entries say', () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 8 }), digits, (patterns, number) => {
      const said = patterns.some((one) => (one.endsWith('*') ? number.startsWith(one.slice(0, -1)) : number === one));
      assert.equal(matches(patterns.join(','), number), said);
    }),
  );
});

test('two entries overlap when a number matches both', () => {
  assert.deepEqual(overlaps(['1*', '22', '3*'], ['12', '22*', '2', '30*']), [
    { noCdr: '1*', free: '12' },
    { noCdr: '22', free: '22*' },
    { noCdr: '3*', free: '30*' },
  ]);
  fc.assert(
    fc.property(pattern, pattern, digits, (a, b, number) => {
      if (matches(a, number) && matches(b, number)) assert.equal(overlaps([a], [b]).length, 1);
    }),
  );
});

test('a prefix of one or two digits is too broad', () => {
  assert.deepEqual(tooBroad(['1*', '49*', '800*', '1', '11']), ['1*', '49*']);
});
