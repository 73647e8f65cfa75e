import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { compare, type OurCall, plainMap, titles } from './compare.ts';

const ours: readonly OurCall[] = [{ number: '4930123', at: '2026-03-02T12:00:00Z', seconds: 90, money: '1234.50' }];
const columns = 'number=number,start=start,seconds=seconds,money=money';

/** A file of one call as a partner may write it, and the settings that read it. */
const forms: readonly (readonly [name: string, map: string, lines: string | Buffer])[] = [
  ['a plus sign', columns, `${titles}\n+4930123,2026-03-02 12:00:00,90,1234.5\n`],
  ['a double zero and signs between digits', columns, `${titles}\n0049 (30) 12-3,2026-03-02T12:00:00Z,90,1234.5\n`],
  ['a country code', `${columns},strip=0,countryCode=49`, `${titles}\n030123,2026-03-02 12:00:00,90,1234.5\n`],
  [
    'a country code, but the number has one',
    `${columns},strip=+ 00 0,countryCode=49`,
    `${titles}\n+4930123,2026-03-02 12:00:00,90,1234.5\n`,
  ],
  ['a tech prefix', `${columns},techPrefix=99#`, `${titles}\n99#4930123,2026-03-02 12:00:00,90,1234.5\n`],
  [
    'a decimal comma and semicolons',
    `${columns},decimal=,,delimiter=;,durationUnit=min`,
    `${titles.replaceAll(',', ';')}\n4930123;2026-03-02 12:00:00;1,5;1234,500000000\n`,
  ],
  [
    'quotes, with separators and quotes in them',
    columns,
    `note,${titles}\n"a, ""b""","4930123","2026-03-02 12:00:00","90",1234.5\n`,
  ],
  ['tabs', `${columns},delimiter=tab`, `${titles.replaceAll(',', '\t')}\n4930123\t2026-03-02 12:00:00\t90\t1234.5\n`],
  [
    'no titles, and lines before',
    'number=3,start=1,seconds=2,money=4,header=no,skip=2',
    'carrier\nMarch\n2026-03-02 12:00:00,90,4930123,1234.5\n',
  ],
  ['titles with spaces around', columns, ' number , start,seconds ,money\n4930123,2026-03-02 12:00:00, 90 ,1234.5\n'],
  [
    'a time of a format, on the clock of New York',
    `${columns},timeFormat=%m/%d/%Y %I:%M:%S %p,timezone=America/New_York`,
    `${titles}\n4930123,03/02/2026 07:00:00 AM,90,1234.5\n`,
  ],
  ['seconds since 1970', `${columns},timeFormat=epoch-s`, `${titles}\n4930123,1772452800.999,90,1234.5\n`],
  ['milliseconds', `${columns},timeFormat=epoch-ms,durationUnit=ms`, `${titles}\n4930123,1772452800000,90000,1234.5\n`],
  [
    'hours, minutes, seconds',
    `${columns},durationUnit=hh:mm:ss`,
    `${titles}\n4930123,2026-03-02 12:00:00,0:01:30,1234.5\n`,
  ],
  [
    'an end',
    `${columns.replace('seconds=seconds', 'end=seconds')}`,
    `${titles}\n4930123,2026-03-02 12:00:00,2026-03-02 12:01:30,1234.5\n`,
  ],
  [
    'latin-1',
    `${columns},encoding=latin-1`,
    Buffer.from(`${titles},Land\n4930123,2026-03-02 12:00:00,90,1234.5,Österreich\n`, 'latin1'),
  ],
];

for (const [name, map, lines] of forms) {
  test(`reads ${name}`, async () => {
    const { report } = await compare(ours, lines, map, wholeDay);
    assert.deepEqual(report.unreadable, []);
    const { theirs, ours: our } = report.outcomes[0];
    assert.deepEqual([theirs, our], [our, { calls: 1, seconds: 90, money: '1234.50' }]);
  });
}

const wholeDay = { fromMs: Date.parse('2026-03-02T00:00:00Z'), toMs: Date.parse('2026-03-03T00:00:00Z') };

/** Values that cannot be read: column, value, and what is said to be expected. */
const bad: readonly (readonly [line: string, column: string, value: string, expected: RegExp])[] = [
  ['anonymous,2026-03-02 12:00:00,90,1', 'number', 'anonymous', /^1 to 250 digits/],
  [',2026-03-02 12:00:00,90,1', 'number', '', /^1 to 250 digits/],
  [`${'9'.repeat(251)},2026-03-02 12:00:00,90,1`, 'number', '9'.repeat(251), /^1 to 250 digits/],
  ['49,2026-02-30 12:00:00,90,1', 'start', '2026-02-30 12:00:00', /^a time such as 2026-01-31 08:00:00/],
  ['49,02.03.2026 12:00:00,90,1', 'start', '02.03.2026 12:00:00', /in the years 2000 to 2059$/],
  ['49,1999-12-31 23:59:59,90,1', 'start', '1999-12-31 23:59:59', /in the years 2000 to 2059$/],
  ['49,9999-12-31 23:59:59,90,1', 'start', '9999-12-31 23:59:59', /in the years 2000 to 2059$/],
  ['49,,90,1', 'start', '', /^a time/],
  ['49,2026-03-02 12:00:00,-1,1', 'seconds', '-1', /^seconds such as 90/],
  ['49,2026-03-02 12:00:00,1e3,1', 'seconds', '1e3', /^seconds such as 90/],
  ['49,2026-03-02 12:00:00,1000000000,1', 'seconds', '1000000000', /below 1,000,000,000$/],
  ['49,2026-03-02 12:00:00,,1', 'seconds', '', /^seconds such as 90/],
  ['49,2026-03-02 12:00:00,90,', 'money', '', /^a decimal with a point/],
  ['49,2026-03-02 12:00:00,90,1e2', 'money', '1e2', /^a decimal with a point/],
  ['49,2026-03-02 12:00:00,90,0.0000001', 'money', '0.0000001', /at most 6 decimals/],
  ['49,2026-03-02 12:00:00,90,1000000000000', 'money', '1000000000000', /^a decimal with a point/],
  ['49,2026-03-02 12:00:00,90,EUR 1', 'money', 'EUR 1', /^a decimal with a point/],
  ['49,2026-03-02 12:00:00,90,1,2', '', '49,2026-03-02 12:00:00,90,1,2', /^4 values with "," between/],
  ['49,2026-03-02 12:00:00,90', '', '49,2026-03-02 12:00:00,90', /^4 values with "," between/],
  ['"49,2026-03-02 12:00:00,90,1', '', '"49,2026-03-02 12:00:00,90,1', /quotes closed on the line/],
  ['"4"9,2026-03-02 12:00:00,90,1', '', '"4"9,2026-03-02 12:00:00,90,1', /quotes closed on the line/],
];

test('every line that cannot be read is told, and spoils no other', async () => {
  const good = '4930123,2026-03-02 12:00:00,90,1234.5';
  const { report, calls } = await compare(ours, [titles, ...bad.map(([line]) => line), '', good, ''].join('\n'));
  assert.deepEqual(calls, [`matched ${bad.length + 3} 1`]);
  assert.deepEqual(report.lines, { all: bad.length + 1, unreadable: bad.length, unanswered: 0, outside: 0 });
  assert.deepEqual(
    report.unreadable.map(({ line, column, value }) => [line, column, value]),
    bad.map(([, column, value], i) => [i + 2, column, value]),
  );
  for (const [i, { expected }] of report.unreadable.entries()) assert.match(expected, bad[i][3]);
});

test('a line with several mistakes is one line, and each is told', async () => {
  const { report } = await compare(ours, `${titles}\nx,y,z,a\n`);
  assert.equal(report.lines.unreadable, 1);
  assert.deepEqual(
    report.unreadable.map(({ column }) => column),
    ['number', 'start', 'seconds', 'money'],
  );
});

test('a call of 0 seconds may lack time and amount', async () => {
  const { report } = await compare(ours, `${titles}\n49,,0,\n49,2026-03-02 12:00:00,0,\n`);
  assert.deepEqual([report.unreadable, report.lines], [[], { all: 2, unreadable: 0, unanswered: 2, outside: 0 }]);
});

test('a map that does not fit the file is refused as a whole, with the nearest titles', async () => {
  const refused = (lines: string | Buffer, map: string, message: RegExp, ...details: readonly string[]) =>
    assert.rejects(compare(ours, lines, map), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.match(error.message, message);
      assert.deepEqual(error.details, details);
      return true;
    });
  const wrong = /^the column map does not fit .*theirs\.csv$/;
  await refused(
    'Called,Begin,Dauer,Dauer\n',
    'number=Caled,start=Start,seconds=Dauer',
    wrong,
    'number: there is no column "Caled"; did you mean Called?',
    'start: there is no column "Start"',
    'seconds: the column "Dauer" is there 2 times; use header=false and numbers',
    'titles in line 1, with "," between: "Called", "Begin", "Dauer", "Dauer"',
  );
  await refused(
    '1,2\n',
    'number=1,start=2,seconds=3,header=false',
    wrong,
    'seconds: there is no column 3; the first line has 2',
    'delimiter ","',
  );
  const latin = Buffer.from('Länge,Start\n', 'latin1');
  await refused(latin, plainMap, /theirs\.csv cannot be read in line 1: expected text in utf-8: name another encoding/);
});
