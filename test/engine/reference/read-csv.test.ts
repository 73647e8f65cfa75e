import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCsv } from '../../../engine/reference/read-csv.ts';

function read(text: string) {
  const { records, line, mistakes } = readCsv(Buffer.from(text));
  return { records, lines: records.map((_, record) => line(record)), mistakes };
}

test('a byte order mark, blank lines and any line ends', () => {
  assert.deepEqual(read('\ufeffa,b\r\n1,2\n\n3,4\r5,6'), {
    records: [['a', 'b'], ['1', '2'], [''], ['3', '4'], ['5', '6']],
    lines: [1, 2, 3, 4, 5],
    mistakes: [],
  });
});

test('a value over several lines does not shift the numbers of the next', () => {
  assert.deepEqual(read('a,b\n"x\ny",1\n2,"z, ""q"""\n'), {
    records: [
      ['a', 'b'],
      ['x\ny', '1'],
      ['2', 'z, "q"'],
    ],
    lines: [1, 2, 4],
    mistakes: [],
  });
});

test('a lone CR beside a value over several lines, and a quote out of place, do not shift the numbers either', () => {
  assert.deepEqual(read('a\n"x\ny"\nb\rc').lines, [1, 2, 4, 5]);
  assert.deepEqual(read('a,b\n"1","2\n"",""3","4"\nc,"5"x\n"\nd,6').lines, [1, 2, 4]);
});

test('a quote inside a value is text', () => {
  assert.deepEqual(read('a\n5" pipe\n').records, [['a'], ['5" pipe']]);
});

test('a quote without end is told with the line it begins on', () => {
  const { mistakes, lines } = read('a,b\n1,2\n3,"4\n5,6\n');
  assert.deepEqual(lines, [1, 2]);
  assert.deepEqual(mistakes, [
    { line: 3, column: '', value: '"', expected: 'a closing quote before the end of the file' },
  ]);
});

test('every line that is not UTF-8 is named', () => {
  const { records, mistakes } = readCsv(Buffer.from('a\nM\xfcller\nx\nBj\xf6rn', 'latin1'));
  assert.deepEqual(records, []);
  assert.deepEqual(mistakes, [
    { line: 2, column: '', value: 'Müller', expected: 'UTF-8; save the file as UTF-8' },
    { line: 4, column: '', value: 'Björn', expected: 'UTF-8; save the file as UTF-8' },
  ]);
});

test('text without quotes is read as the parser reads it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ',', '\n', '\r\n', '\r', 'ö'), maxLength: 20 });
  fc.assert(
    fc.property(text, fc.constantFrom('', '\ufeff'), (rest, mark) => {
      // A quote inside the first value is text, and sends the file through the parser.
      const parsed = read(`${mark}x"${rest}`);
      const split = read(`${mark}x'${rest}`);
      assert.deepEqual(
        split.records,
        parsed.records.map((record, i) => (i === 0 ? [record[0].replace('"', "'"), ...record.slice(1)] : record)),
      );
      assert.deepEqual(split.lines, parsed.lines);
    }),
    { numRuns: 1000 },
  );
});
