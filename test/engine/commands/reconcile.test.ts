import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { exitStatus } from '../../../engine/errors.ts';
import { fillDatabase, plainMap } from '../reconcile/compare.ts';
import { parsedPage } from '../render/parsed-page.ts';
import { ratemill } from './ratemill.ts';

const dir = mkdtempSync(join(tmpdir(), 'ratemill-reconcile-'));
after(() => rmSync(dir, { recursive: true }));
const { connection, close } = await openDatabase(join(dir, 'ratemill.duckdb'));
await fillDatabase(connection, [
  { number: '4930123', at: '2026-03-02T12:00:00.400Z', seconds: 60, money: '0.5' },
  { number: '49401', at: '2026-03-02T12:30:00Z', seconds: 120, money: '1' },
  { number: '49402', at: '2026-03-02T12:40:00Z', seconds: 30, money: '0.25' },
]);
close();
const before = readFileSync(join(dir, 'ratemill.duckdb'));

const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
write(
  'march.csv',
  `number,start,seconds,money,=note
+4930123,2026-03-02 12:00:00,60,0.50,x
+49401,2026-03-02 12:30:00,125,1.04,x
+49777,2026-03-02 12:50:00,10,0.1,x
=1+1,2026-03-02 12:50:00,10,0.1,x
`,
);
write('same.csv', 'number,start,seconds,money\n4930123,2026-03-02 12:00:00,60,0.50\n');
write('close.csv', 'number,start,seconds,money\n4930123,2026-03-02 12:00:00,60,0.505\n');

const run = (...words: string[]) => ratemill(dir, ['reconcile', ...words]);
const cedar = ['--account', 'cedar', '--map', plainMap];

test('text has outcomes, destinations, days, the largest differences, and what does not pass', () => {
  const { status, stdout, stderr } = run('march.csv', ...cedar);
  assert.deepEqual(
    [status, stderr],
    [
      exitStatus.incomplete,
      'march.csv:5: number "=1+1": expected 1 to 250 digits, * and #, behind the prefixes of strip\n',
    ],
  );
  assert.equal(
    stdout,
    `client cedar against march.csv: 4 lines, 1 could not be read
from 2026-03-02 11:59:58 +00:00, before 2026-03-02 12:50:02 +00:00; times of UTC; differences are theirs - ours

outcome      their calls  our calls  their minutes  our minutes  difference  their money  our money  difference
matched                1          1            1.0          1.0         0.0         0.50       0.50        0.00
both differ            1          1            2.1          2.0         0.1         1.04       1.00        0.04
only ours              0          1            0.0          0.5        -0.5         0.00       0.25       -0.25
only theirs            1          0            0.2          0.0         0.2         0.10       0.00        0.10
all                    3          3            3.3          3.5        -0.3         1.64       1.75       -0.11

destination  their calls  our calls  their minutes  our minutes  difference  their money  our money  difference
Germany                3          3            3.3          3.5        -0.3         1.64       1.75       -0.11

day         their calls  our calls  their minutes  our minutes  difference  their money  our money  difference
2026-03-02            3          3            3.3          3.5        -0.3         1.64       1.75       -0.11

largest differences
outcome      their line  our call  number  time                        their s  our s  theirs  ours
only ours                3 of ss1  49402   2026-03-02 12:40:00 +00:00              30          0.25
only theirs  4                     49777   2026-03-02 12:50:00 +00:00       10           0.10
both differ  3           2 of ss1  49401   2026-03-02 12:30:00 +00:00      125    120    1.04  1.00

the sums of money differ by -0.11, above --max-difference 0
calls without a match: 2, above --max-unmatched 0
1 line could not be read
`,
  );
});

test('nothing is changed in the database', () => {
  assert.ok(readFileSync(join(dir, 'ratemill.duckdb')).equals(before));
});

test('exit status 0 within the limits, 3 beyond any of them', () => {
  const status = (file: string, ...words: string[]) => run(file, ...cedar, ...words).status;
  const { done, incomplete } = exitStatus;
  assert.equal(status('same.csv'), done);
  assert.equal(status('close.csv'), incomplete, 'the sums differ, though no call does');
  assert.equal(status('close.csv', '--max-difference', '0.005'), done);
  assert.equal(status('close.csv', '--max-difference', '0.004999'), incomplete);
  assert.equal(status('close.csv', '--max-difference', '1', '--money-threshold', '0.004'), done);
  const strict = ['--max-difference', '1', '--money-threshold', '0.004', '--max-differing'];
  assert.equal(status('close.csv', ...strict, '0'), incomplete);
  assert.equal(status('close.csv', ...strict, '1'), done);
  const whole = ['--from', '2026-03-02', '--to', '2026-03-03', '--max-difference', '2'];
  assert.equal(status('same.csv', ...whole, '--max-unmatched', '1'), incomplete);
  assert.equal(status('same.csv', ...whole, '--max-unmatched', '2'), done);
  assert.equal(status('march.csv', '--max-difference', '9', '--max-unmatched', '9'), incomplete, 'an unreadable line');
});

test('without amounts each call that differs counts', () => {
  const { status, stdout } = run(
    'march.csv',
    '--account',
    'cedar',
    '--map',
    'number=number,start=start,seconds=seconds',
  );
  assert.equal(status, exitStatus.incomplete);
  assert.match(stdout, /\nmatched calls that differ: 1, above --max-differing 0\n/);
  assert.doesNotMatch(stdout, /money/);
});

test('JSON has the figures exactly, and what does not pass', () => {
  const { status, stdout, stderr } = run('march.csv', ...cedar, '--json');
  assert.deepEqual([status, stderr], [exitStatus.incomplete, '']);
  const { total, lines, unreadable, exceeded, largest } = JSON.parse(stdout);
  assert.deepEqual(total, {
    of: 'total',
    theirs: { calls: 3, seconds: 195, money: '1.64' },
    ours: { calls: 3, seconds: 210, money: '1.75' },
    ...{ seconds: -15, money: '-0.11' },
  });
  assert.deepEqual(lines, { all: 4, unreadable: 1, unanswered: 0, outside: 0 });
  assert.deepEqual([unreadable[0].line, unreadable[0].value, exceeded.length, largest.length], [5, '=1+1', 3, 3]);
  assert.equal(run('march.csv', ...cedar, '--format', 'json').stdout, stdout);
  assert.equal(JSON.parse(run('march.csv', ...cedar, '--json', '--largest', '1').stdout).largest.length, 1);
});

test('CSV has a line a call and a line that could not be read, harmless, in a file on demand', () => {
  const { stdout, stderr } = run('march.csv', ...cedar, '--format', 'csv');
  assert.equal(
    stdout,
    [
      'outcome,file,line,number,destination,their_caller,their_id,their_start,their_seconds,their_money,our_softswitch,our_flow_no,our_caller,our_start,our_seconds,our_money,seconds_difference,money_difference,title,value,expected',
      'matched,march.csv,2,4930123,Germany,,,2026-03-02T12:00:00.000Z,60.000,0.500000,ss1,1,,2026-03-02T12:00:00.400Z,60.000,0.500000,0.000,0.000000,,,',
      'duration_and_money,march.csv,3,49401,Germany,,,2026-03-02T12:30:00.000Z,125.000,1.040000,ss1,2,,2026-03-02T12:30:00.000Z,120.000,1.000000,5.000,0.040000,,,',
      'only_theirs,march.csv,4,49777,Germany,,,2026-03-02T12:50:00.000Z,10.000,0.100000,,,,,,,10.000,0.100000,,,',
      `unreadable,march.csv,5,,,,,,,,,,,,,,,,number,'=1+1,"1 to 250 digits, * and #, behind the prefixes of strip"`,
      'only_ours,,,49402,Germany,,,,,,ss1,3,,2026-03-02T12:40:00.000Z,30.000,0.250000,-30.000,-0.250000,,,',
      '',
    ].join('\r\n'),
  );
  assert.match(stderr, /^march\.csv:5: [^\n]*\nthe sums of money differ by -0\.11, [^\n]*\n/);
  const differing = run('march.csv', ...cedar, '--format', 'csv', '--skip-matched').stdout;
  assert.equal(differing, stdout.replace(/^matched.*\r\n/m, ''));
  const file = join(dir, 'march-found.csv');
  assert.equal(run('march.csv', ...cedar, '--format', 'csv', '--out', file).stdout, '');
  assert.equal(readFileSync(file, 'utf8'), stdout);
});

test('HTML is one page in a file, with the figures and what does not pass', () => {
  const file = join(dir, 'march.html');
  const { status, stdout } = run('march.csv', ...cedar, '--format', 'html', '--out', file);
  assert.deepEqual([status, stdout], [exitStatus.incomplete, '']);
  const { elements, errors } = parsedPage(readFileSync(file, 'utf8'));
  assert.deepEqual(errors, []);
  const texts = (tag: string) => elements.filter((one) => one.tag === tag).map(({ text }) => text);
  assert.deepEqual(texts('h1'), ['Reconciliation']);
  assert.ok(texts('p').includes('the sums of money differ by -0.11, above --max-difference 0'));
  const rows = texts('tr');
  assert.ok(rows.includes('duration_and_money1112512051.041.000.04'), rows.join('\n'));
  assert.ok(rows.includes('all33195210-151.641.75-0.11'), rows.join('\n'));
  assert.ok(
    rows.some((row) => /^march\.csv5number=1\+1/.test(row)),
    rows.join('\n'),
  );
});

test('times of CSV are theirs by their clock, which the offset does not change', () => {
  write('late.csv', 'number,start,seconds,money\n4930123,2026-03-02 12:01:00,60,0.5\n');
  const { status, stdout } = run('late.csv', ...cedar, '--clock-offset', '60', '--format', 'csv');
  assert.equal(status, exitStatus.done);
  assert.match(stdout, /^matched,.*,2026-03-02T12:01:00\.000Z,60\.000,.*,2026-03-02T12:00:00\.400Z,/m);
  assert.equal(run('late.csv', ...cedar, '--clock-offset', '-60').status, exitStatus.incomplete);
});

test('several files are one, and each line is told with its file', () => {
  const { stdout } = run('same.csv', 'march.csv', ...cedar);
  assert.match(stdout, /^client cedar against same\.csv, march\.csv: 5 lines, 1 could not be read\n/);
  assert.match(stdout, /\nonly theirs {2}march\.csv:2 {2}/, 'the same call a second time');
});

test('the map that is printed is read', () => {
  const { status, stdout } = run('--print-map');
  assert.equal(status, exitStatus.done);
  write('map.json', stdout);
  const { stderr } = run('march.csv', '--account', 'cedar', '--map', 'map.json');
  assert.match(
    stderr,
    /^ratemill: the column map does not fit march\.csv\n {2}number: there is no column "Called Number"/,
  );
});

test('help explains the settings of the map and shows examples', () => {
  const { stdout } = run('--help');
  for (const text of ['timezone ', 'hh:mm:ss', '(default: 2)', 'Examples:', 'Exit status: 0'])
    assert.ok(stdout.includes(text), text);
  assert.doesNotMatch(stdout, /default: (2000|1000)\)/);
});

test('wrong words are told with what is allowed', () => {
  for (const [words, status, said] of [
    [cedar, 2, 'name a CSV file of the partner'],
    [['march.csv', '--account', 'cedar'], 2, '--map is missing; "ratemill reconcile --print-map" prints an example'],
    [
      ['march.csv', '--map', plainMap],
      2,
      'name whose file it is: either --account, who pays us, or --vendor, whom we pay',
    ],
    [
      ['march.csv', ...cedar, '--vendor', 'carrier'],
      2,
      'name whose file it is: either --account, who pays us, or --vendor, whom we pay',
    ],
    [
      ['march.csv', ...cedar, '--from', '2026-03-02', '--to', '2026-03-02'],
      2,
      '--to 2026-03-02 is not after --from 2026-03-02: it names the first day or moment after the period',
    ],
    [
      ['march.csv', ...cedar, '--json', '--format', 'csv'],
      2,
      '--json and --format csv cannot be had together: leave one out',
    ],
    [
      ['march.csv', '--account', 'ceder', '--map', plainMap],
      1,
      'there is no account ceder in ratemill.duckdb; did you mean cedar?',
    ],
    [['none.csv', ...cedar], 1, 'none.csv does not exist; nothing was reconciled'],
  ] as const) {
    const { status: left, stdout, stderr } = run(...words);
    assert.deepEqual([left, stdout, stderr], [status, '', `ratemill: ${said}\n`]);
  }
  for (const [option, value, said] of [
    ['--clock-tolerance', '2s', '2s is not a number of seconds, such as 2 or 0.5.'],
    ['--money-threshold', '-1', '-1 is not an amount of 0 or more.'],
    ['--max-difference', '1,5', '1,5 is not a decimal with a point, such as 0.0125.'],
    ['--max-unmatched', '1.5', '1.5 is not a whole number from 0 to 1000000000.'],
  ]) {
    const { status, stderr } = run('march.csv', ...cedar, option, value);
    assert.equal(status, exitStatus.usage);
    assert.ok(stderr.includes(said), stderr);
  }
});
