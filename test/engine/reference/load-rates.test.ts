import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loading, mistakesOf } from './folder.ts';

const header = 'rate_group,prefix,destination,rate,first_increment,next_increment';
const full = `${header},connect_fee,effective_from,effective_until,locked,call_type`;
const two = `${header}\nA,49,Germany,0.005,60,60\nA,4915,"Germany, Mobile",0.0252,6,6\n`;

test('a deck is stored exactly, whatever the order of its columns', async (t) => {
  const { load, rows } = await loading(t);
  const report = await load(
    'rates',
    `call_type,prefix,rate,destination,rate_group,next_increment,first_increment,effective_until,effective_from,locked,connect_fee
mobile,4915,0.012345,"Germany, Mobile",A,6,60,2027-01-01T00:00:00+01:00,2026-01-01,yes,0.1
,0,999999.999999,,A,1,1,,,,\n`,
  );
  assert.deepEqual(
    { outcome: report.outcome, loadId: report.loadId, rows: report.rows, added: report.added, changed: report.changed },
    { outcome: 'loaded', loadId: 1, rows: 2, added: 2, changed: 0 },
  );
  assert.deepEqual(await rows('FROM rates ORDER BY rate_id'), [
    [
      '1',
      'A',
      '4915',
      'Germany, Mobile',
      '0.012345',
      '60',
      '6',
      '0.100000',
      '2026-01-01 00:00:00+00',
      '2026-12-31 23:00:00+00',
      'true',
      'mobile',
      '1',
      null,
    ],
    ['2', 'A', '0', '', '999999.999999', '1', '1', '0.000000', null, null, 'false', null, '1', null],
  ]);
  assert.deepEqual(await rows('SELECT load_id, kind, length(sha256), rows, added, changed FROM loads'), [
    ['1', 'rates', '64', '2', '2', '0'],
  ]);
});

test('every bad line is listed with line, column, value and what was expected; nothing is loaded', async (t) => {
  const { load, rows } = await loading(t);
  const report = await load(
    'rates',
    `${full}
A,49,De,"0,01",60,0,0,2026-02-30,,x,

A,+49,De,1e3,86401,6,-1,2026-02-20T10:00:00,,yes,
A,1,Us,0.1,1,1,0,2026-02-01,2026-02-01,,,
A,2,Us,0.1
,3,"a
b",0.1,1,1,,,,,
A,4,Ok,0.1,1,1,,,,,
`,
  );
  assert.deepEqual(mistakesOf(report), [
    'rates.csv:2: rate "0,01": expected a decimal with a point, such as 0.0125',
    'rates.csv:2: next_increment 0: expected whole seconds from 1 to 86400',
    'rates.csv:2: effective_from "2026-02-30": expected a day of the calendar, from 1900 on',
    'rates.csv:2: locked "x": expected true or false',
    'rates.csv:4: prefix "+49": expected 1 to 250 digits',
    'rates.csv:4: rate "1e3": expected a decimal with a point, such as 0.0125',
    'rates.csv:4: first_increment 86401: expected whole seconds from 1 to 86400',
    'rates.csv:4: connect_fee -1: expected an amount of 0 or more, below 1000000',
    'rates.csv:4: effective_from "2026-02-20T10:00:00": expected a time zone after the time: Z, or an offset such as +01:00',
    'rates.csv:5: "12 values": expected 11 values, one for each column of the header',
    'rates.csv:6: "4 values": expected 11 values, one for each column of the header',
    'rates.csv:7: rate_group "": expected a name',
    'rates.csv:7: destination "a\\nb": expected one line of text without control characters',
  ]);
  assert.deepEqual(await rows('FROM rates'), []);
  assert.deepEqual(await rows('FROM loads'), []);
});

test('a period must end after it begins', async (t) => {
  const { load } = await loading(t);
  assert.deepEqual(mistakesOf(await load('rates', `${full}\nA,1,Us,0.1,1,1,0,2026-02-01,2026-02-01,,\n`)), [
    'rates.csv:2: effective_until "2026-02-01T00:00:00.000Z": expected a time after effective_from, which is 2026-02-01T00:00:00.000Z',
  ]);
});

test('a duplicate names both lines', async (t) => {
  const { load } = await loading(t);
  const deck = `${full}\nA,1,x,0.1,1,1,,,,,\nB,1,x,0.1,1,1,,,,,\nA,1,x,0.1,1,1,,2026-01-01,,,\nA,1,y,0.2,1,1,,,,,\nA,1,y,0.2,1,1,,2026-01-01T01:00:00+01:00,,,\n`;
  assert.deepEqual(mistakesOf(await load('rates', deck)), [
    'rates.csv:5: rate_group, prefix, effective_from "A, 1, ": expected a row that is not there yet; line 2 has the same rate_group, prefix, effective_from',
    'rates.csv:6: rate_group, prefix, effective_from "A, 1, 2026-01-01T00:00:00.000Z": expected a row that is not there yet; line 4 has the same rate_group, prefix, effective_from',
  ]);
});

test('the header is checked as a whole', async (t) => {
  const { load } = await loading(t);
  assert.deepEqual(mistakesOf(await load('rates', 'rate_group,prefx,destination,rate,rate,first_increment\n')), [
    `rates.csv:1: "prefx": expected a column of ${full.replaceAll(',', ', ')}; did you mean prefix?`,
    'rates.csv:1: "rate": expected each column once',
    'rates.csv:1: "rate_group,prefx,destination,rate,rate,first_increment": expected the column prefix as well',
    'rates.csv:1: "rate_group,prefx,destination,rate,rate,first_increment": expected the column next_increment as well',
  ]);
  assert.deepEqual(mistakesOf(await load('rates', 'rate_group;prefix\n')), [
    'rates.csv:1: "rate_group;prefix": expected columns separated by commas',
  ]);
  assert.deepEqual(mistakesOf(await load('rates', '')), [`rates.csv:1: "": expected a header line: ${header}`]);
});

test('text that is not UTF-8 and quotes without end are refused', async (t) => {
  const { load } = await loading(t);
  assert.deepEqual(mistakesOf(await load('rates', Buffer.from(`${header}\nA,49,M\xfc,1,1,1\n`, 'latin1'))), [
    'rates.csv:2: "A,49,Mü,1,1,1": expected UTF-8; save the file as UTF-8',
  ]);
  assert.deepEqual(mistakesOf(await load('rates', `${header}\nA,49,"De,1,1,1\nA,50,De,x,1,1\n`)), [
    'rates.csv:2: "\\"": expected a closing quote before the end of the file',
  ]);
});

test('fifty mistakes are printed, all are in the report', async (t) => {
  const { load } = await loading(t);
  const report = await load('rates', `${header}\n${'A,x,De,1,1,1\n'.repeat(120)}`);
  assert.equal(report.mistakes.length, 120);
  const lines = mistakesOf(report);
  assert.equal(lines.length, 51);
  assert.equal(lines[50], 'rates.csv: and 70 more mistakes; --json lists all');
});

test('the same content a second time changes nothing', async (t) => {
  const { load, rows } = await loading(t);
  await load('rates', two);
  const before = [await rows('FROM rates'), await rows('FROM loads')];
  const again = await load('rates', two);
  assert.equal(again.outcome, 'unchanged');
  assert.equal(again.loadId, 1);
  assert.deepEqual(again.warnings, []);
  assert.equal((await load('rates', two, true)).outcome, 'unchanged');
  assert.deepEqual([await rows('FROM rates'), await rows('FROM loads')], before);
});

test('rows the database has are skipped, new ones get the next ids', async (t) => {
  const { load, rows } = await loading(t);
  await load('rates', two);
  const report = await load('rates', `${two}A,1,US,0.01,1,1\n`);
  assert.deepEqual([report.outcome, report.added, report.changed, report.rows], ['loaded', 1, 0, 3]);
  assert.deepEqual(await rows('SELECT rate_id, prefix, load_id FROM rates ORDER BY 1'), [
    ['1', '49', '1'],
    ['2', '4915', '1'],
    ['3', '1', '2'],
  ]);
});

test('a loaded row is not overwritten without --replace; with it, it stays as history', async (t) => {
  const { load, rows } = await loading(t);
  await load('rates', two);
  const dearer = two.replace('0.005', '0.006').replace('Germany, Mobile', 'Germany Mobile');
  const advice =
    'as loaded before; a deck row that calls may have been rated with is never overwritten: use --replace, or give it a new effective_from';
  assert.deepEqual(mistakesOf(await load('rates', dearer)), [
    `rates.csv:2: rate 0.006: expected 0.005, ${advice}`,
    `rates.csv:3: destination "Germany Mobile": expected Germany, Mobile, ${advice}`,
  ]);
  assert.deepEqual(await rows('SELECT count(*) FROM rates'), [['2']]);

  const report = await load('rates', dearer.replace('A,4915,"Germany Mobile"', 'A,4915,"Germany, Mobile"'), true);
  assert.deepEqual([report.outcome, report.loadId, report.added, report.changed], ['loaded', 2, 0, 1]);
  assert.deepEqual(await rows('SELECT rate_id, prefix, rate, load_id, replaced_by_load FROM rates ORDER BY 1'), [
    ['1', '49', '0.005000', '1', '2'],
    ['2', '4915', '0.025200', '1', null],
    ['3', '49', '0.006000', '2', null],
  ]);
  const before = await load('rates', two);
  assert.equal(before.outcome, 'unchanged');
  assert.match(
    before.warnings[0],
    /^loaded before as load 1 on .*; later loads may have changed its rows, --replace loads it again$/,
  );
  assert.equal((await load('rates', two, true)).changed, 1);
  assert.deepEqual(await rows('SELECT rate_id, rate FROM rates WHERE replaced_by_load IS NULL ORDER BY 1'), [
    ['2', '0.025200'],
    ['4', '0.005000'],
  ]);
});

test('a new effective_from is a row of its own', async (t) => {
  const { load, rows } = await loading(t);
  await load('rates', two);
  const report = await load('rates', `${header},effective_from\nA,49,Germany,0.006,60,60,2027-01-01\n`);
  assert.deepEqual([report.outcome, report.added], ['loaded', 1]);
  assert.deepEqual(await rows('SELECT count(*) FROM rates WHERE replaced_by_load IS NULL'), [['3']]);
});

test('says how many rates the precision changes, and by how much', async (t) => {
  const { load } = await loading(t);
  const { precision } = await load('rates', `${two}A,1,US,0.05,1,1\nA,2,X,0,1,1\nA,3,Y,0.004,1,1\n`);
  assert.deepEqual(precision, {
    precision: 2,
    quantiseRates: true,
    rates: 5,
    changed: 3,
    raised: 3,
    lowered: 0,
    percentOfSum: '+18.76',
    examples: [
      { line: 6, rateGroup: 'A', prefix: '3', rate: '0.004', becomes: '0.01', percent: '+150.00' },
      { line: 2, rateGroup: 'A', prefix: '49', rate: '0.005', becomes: '0.01', percent: '+100.00' },
      { line: 3, rateGroup: 'A', prefix: '4915', rate: '0.0252', becomes: '0.03', percent: '+19.05' },
    ],
  });
});

test('a load that fails half way leaves nothing, and the database can be used', async (t) => {
  const { connection, load, rows } = await loading(t);
  await connection.run('ALTER TABLE rates DROP COLUMN load_id');
  await assert.rejects(load('rates', two), /load_id/);
  assert.deepEqual(await rows('FROM loads'), []);
  await connection.run('ALTER TABLE rates ADD COLUMN load_id INTEGER');
  assert.equal((await load('rates', two)).outcome, 'loaded');
});

test('a deck of 200,000 rows', async (t) => {
  const { load, rows } = await loading(t);
  const lines = [full];
  for (let i = 0; i < 200_000; i++) {
    const rate = (((i * 7919) % 99_991) / 1_000_000).toFixed(6);
    lines.push(`wholesale,${100_000 + i},"Destination ${i % 900}, Mobile",${rate},60,6,0,2026-01-01,,false,mobile`);
  }
  const deck = `${lines.join('\n')}\n`;
  const started = performance.now();
  const report = await load('rates', deck);
  t.diagnostic(`200,000 rows loaded in ${((performance.now() - started) / 1000).toFixed(2)} s`);
  assert.equal(report.added, 200_000);
  assert.deepEqual(await rows('SELECT count(*), min(rate_id), max(rate_id), count(DISTINCT rate_id) FROM rates'), [
    ['200000', '1', '200000', '200000'],
  ]);
  assert.deepEqual(await rows('SELECT prefix, rate FROM rates WHERE rate_id = 123457'), [['223456', '0.036057']]);
});
