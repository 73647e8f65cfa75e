import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonError, type JsonValue, readJson } from '../../../engine/parameters/read-json.ts';

test('reads what JSON.parse reads, numbers as text', () => {
  const asText = (value: unknown): unknown => {
    if (typeof value === 'number') return JSON.stringify(value);
    if (Array.isArray(value)) return value.map(asText);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
    }
    return value;
  };
  const plain = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value));
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
      assert.deepEqual(plain(readJson(JSON.stringify(value, null, indent)).value), asText(value));
    }),
  );
});

test('a number keeps its text', () => {
  assert.deepEqual(readJson('[0.10, 1e2, 0.1000000000000000000001]').value, [
    '0.10',
    '1e2',
    '0.1000000000000000000001',
  ]);
});

test('keys have places', () => {
  assert.deepEqual(readJson('{\n  "a": {\r\n\t"b": 1 }\n}').places.get('a.b'), { line: 3, column: 2 });
});

const broken: [text: string, line: number, column: number, message: string][] = [
  ['', 1, 1, 'the end of the file found, expected a value: text in double quotes, a number, true, false, { or ['],
  ['{\n "a": 1,\n}', 3, 1, '} found, expected a key in double quotes'],
  ['{"a" 1}', 1, 6, '1 found, expected a colon after the key'],
  ['{"a": 1 "b": 2}', 1, 9, '"b" found, expected a comma or }'],
  ['[1 2]', 1, 4, '2 found, expected a comma or ]'],
  ['{"a": 01}', 1, 7, '01 found, expected a value: text in double quotes, a number, true, false, { or ['],
  ['{"a": .5}', 1, 7, '.5 found, expected a value: text in double quotes, a number, true, false, { or ['],
  ["{'a': 1}", 1, 2, "'a' found, expected a key in double quotes"],
  ['{"a": 1} {', 1, 10, '{ found, expected the end of the file'],
  [
    '{"a":\n "b\n"}',
    2,
    2,
    '" found, expected text that ends with " on the same line, with \\ only before " \\ / b f n r t u',
  ],
  ['{"a": 1,\n "a": 2}', 2, 2, 'the key "a" is there twice, see line 1'],
  ['['.repeat(40), 1, 18, '[ found, expected at most 16 levels'],
];
for (const [text, line, column, message] of broken) {
  test(`refuses ${JSON.stringify(text.slice(0, 20))} with line and column`, () => {
    assert.throws(
      () => readJson(text),
      (error: unknown) => {
        assert.ok(error instanceof JsonError);
        assert.deepEqual({ ...error.place, message: error.message }, { line, column, message });
        return true;
      },
    );
  });
}

test('text that JSON.parse refuses is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ \n1a.-tru') }), (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      if (!valid) assert.throws(() => readJson(text), JsonError);
    }),
  );
});
