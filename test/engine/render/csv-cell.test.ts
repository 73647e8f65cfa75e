import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvCell, csvLine, csvScript } from '../../../engine/render/csv-cell.ts';

/** Text and the cell it becomes: what OWASP lists, and ways around a look at the first character. */
for (const [text, cell] of [
  ['=1+1', "'=1+1"],
  ['+49301234', "'+49301234"],
  ['-1', "'-1"],
  ['@SUM(1)', "'@SUM(1)"],
  ['\t=1', `"'\t'=1"`],
  ['\r=1', `"'\r'=1"`],
  ['\n=1', `"'\n'=1"`],
  ['\0=1', `''\0=1`],
  ['\tx', `"'\tx"`],
  [' =1', "' =1"],
  ['\u00a0=1', "'\u00a0=1"],
  ['\ufeff=1', "'\ufeff=1"],
  ['"=1', `"'""=1"`],
  ['＝1', "'＝1"],
  ['＠x', "'＠x"],
  ['a;=1', `"a;'=1"`],
  ['a; +1', `"a;' +1"`],
  ['a\t=1', `"a\t'=1"`],
  ['a\r\n-1', `"a\r\n'-1"`],
  [`=HYPERLINK("http://x","y")`, `"'=HYPERLINK(""http://x"",""y"")"`],
  [`=cmd|' /C calc'!A0`, `'=cmd|' /C calc'!A0`],
  ['a=1', 'a=1'],
  ['2026-03-02', '2026-03-02'],
  ['a,=1', '"a,=1"'],
  ['sip:+4930@host', 'sip:+4930@host'],
  ['say "hi"', '"say ""hi"""'],
  ['', '""'],
  [' ', '" "'],
] as const) {
  test(`text ${JSON.stringify(text)}`, () => assert.equal(csvCell(text, 'text'), cell));
}

test('numbers of the database stay numbers; what is no number is text', () => {
  assert.deepEqual(
    ['-0.500000', '12', '-1e+30', '-Infinity', 'NaN'].map((text) => csvCell(text, 'number')),
    ['-0.500000', '12', '-1e+30', "'-Infinity", 'NaN'],
  );
});

test('whatever the separator, no cell begins like a formula, and apostrophes are all that is added', () => {
  const unit = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '\n',
    '\0',
    ' ',
    ';',
    ',',
    '"',
    "'",
    'a',
    '1',
    '＝',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 12 }), { minLength: 1, maxLength: 4 }), (texts) => {
      const line = texts.map((text) => csvCell(text, 'text')).join(',');
      const cells = parse(`${line}\r\n`, { record_delimiter: '\r\n' })[0] as string[];
      const bare = (text: string) => text.replaceAll("'", '');
      assert.deepEqual(cells.map(bare), texts.map(bare));
      // As a spreadsheet does it that splits at any of them and knows no quotes in the middle of a cell.
      for (const cell of cells.flatMap((one) => [one, ...one.split(/[;\t\r\n]/)])) {
        assert.doesNotMatch(cell, /^[\s\0"]*[=+\-@＝]/);
      }
    }),
    { numRuns: 5000 },
  );
});

test('a long text takes time in proportion', () => {
  for (const unit of ['\t', ' ', ';', '"', '=', ';=', '\r\n']) {
    const long = unit.repeat(1_000_000);
    const started = performance.now();
    assert.ok(csvCell(long, 'text').length >= long.length);
    assert.ok(performance.now() - started < 5000, JSON.stringify(unit));
  }
});

test('the script of a page makes the same cells and lines', () => {
  const page = runInNewContext(`${csvScript()}; ({ csvCell, csvLine })`) as {
    csvCell: typeof csvCell;
    csvLine: typeof csvLine;
  };
  const cell = fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('text', 'number'));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      const lineOf = (make: typeof page) => make.csvLine(cells.map(([text, kind]) => make.csvCell(text, kind)));
      assert.equal(lineOf(page), lineOf({ csvCell, csvLine }));
    }),
  );
  assert.equal(page.csvCell('a;=1', 'text'), `"a;'=1"`);
});
