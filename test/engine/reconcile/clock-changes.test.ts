import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../../engine/database.ts';
import { clockChanges, readingsSql } from '../../../engine/reconcile/clock-changes.ts';
import { compare, type OurCall, plainMap, titles } from './compare.ts';

const HOUR = 3_600_000;
const year = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-12-31T00:00:00Z')] as const;

test('finds each change of a clock to the millisecond, also of half an hour, and none where there is none', () => {
  const changes = (zone: string) =>
    clockChanges(zone, ...year).changes.map(({ atMs, before, after }) => [
      new Date(atMs).toISOString(),
      before / HOUR,
      after / HOUR,
    ]);
  assert.deepEqual(changes('Europe/Berlin'), [
    ['2026-03-29T01:00:00.000Z', 1, 2],
    ['2026-10-25T01:00:00.000Z', 2, 1],
  ]);
  assert.deepEqual(changes('America/New_York'), [
    ['2026-03-08T07:00:00.000Z', -5, -4],
    ['2026-11-01T06:00:00.000Z', -4, -5],
  ]);
  assert.deepEqual(changes('Australia/Lord_Howe'), [
    ['2026-04-04T15:00:00.000Z', 11, 10.5],
    ['2026-10-03T15:30:00.000Z', 10.5, 11],
  ]);
  assert.deepEqual(changes('Asia/Kolkata'), []);
});

test('every quarter of an hour of a year is read back, twice where the clock shows it twice', async (t) => {
  const { connection, close } = await openDatabase(':memory:');
  t.after(close);
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']) {
    const { earlier, later } = readingsSql('shown', clockChanges(zone, ...year));
    const result = await connection.runAndReadAll(
      `WITH clock AS (SELECT at_ms, epoch_ms(timezone('${zone}', make_timestamptz(at_ms * 1000))) AS shown
         FROM range(${year[0]}, ${year[1]}, 900000) t(at_ms))
       SELECT count(*)::INTEGER, count(*) FILTER (at_ms = ${earlier} OR at_ms = ${later})::INTEGER,
         count(*) FILTER (${later} IS NOT NULL)::INTEGER FROM clock`,
    );
    const [[all, right, twice]] = result.getRows() as [number, number, number][];
    assert.equal(right, all, zone);
    assert.equal(twice, { 'Asia/Kolkata': 0, 'Australia/Lord_Howe': 4 }[zone] ?? 8, zone);
  }
});

const berlin = `${plainMap},timezone=Europe/Berlin`;
const call = (at: string, seconds = 60): OurCall => ({ number: '49301', at, seconds, money: '0.5' });
const file = (...times: string[]) => `${[titles, ...times.map((time) => `49301,2026-${time},60,0.5`)].join('\n')}\n`;

test('the hour that is skipped in March: times around it are an hour apart less, one within is no time', async () => {
  const { calls, report } = await compare(
    [call('2026-03-29T00:59:59Z'), call('2026-03-29T01:00:00Z')],
    file('03-29 01:59:59', '03-29 03:00:00', '03-29 02:30:00', '03-29 02:00:00'),
    berlin,
  );
  assert.deepEqual(calls, ['matched 2 1', 'matched 3 2']);
  const expected = 'a time that the clock of Europe/Berlin shows: it is put forward then';
  assert.deepEqual(
    report.unreadable.map(({ line, column, value, expected: said }) => [line, column, value, said]),
    [
      [4, 'start', '2026-03-29 02:30:00', expected],
      [5, 'start', '2026-03-29 02:00:00', expected],
    ],
  );
});

test('the hour that comes twice in October is taken as whichever has a call of ours', async () => {
  const { calls } = await compare(
    [
      call('2026-10-24T23:59:59Z'),
      call('2026-10-25T00:30:00Z'),
      call('2026-10-25T01:15:00Z'),
      call('2026-10-25T01:30:00Z'),
      call('2026-10-25T02:00:00Z'),
    ],
    file('10-25 01:59:59', '10-25 02:30:00', '10-25 02:15:00', '10-25 02:30:00', '10-25 03:00:00', '10-25 02:45:00'),
    berlin,
  );
  assert.deepEqual(calls, [
    'matched 2 1',
    'matched 3 2',
    'matched 4 3',
    'matched 5 4',
    'matched 6 5',
    'only_theirs 7 -',
  ]);
});

test('an end across a change gives the seconds that passed; before the start it is none', async () => {
  const ended = 'number=number,start=start,end=end,timezone=Europe/Berlin';
  const lines = (...rows: string[]) => ['number,start,end', ...rows.map((one) => `49301,2026-${one}`), ''].join('\n');
  const spring = await compare(
    [call('2026-03-29T00:59:30Z', 60)],
    lines('03-29 01:59:30,2026-03-29 03:00:30', '03-29 01:59:30,2026-03-29 01:59:29'),
    ended,
  );
  assert.deepEqual(spring.calls, ['matched 2 1']);
  assert.deepEqual(
    spring.report.unreadable.map(({ line, column, expected }) => [line, column, expected]),
    [[3, 'end', 'a time not before the start']],
  );
  const autumn = await compare(
    [call('2026-10-25T00:59:30Z', 60), call('2026-10-25T01:30:00Z', 1800)],
    lines('10-25 02:59:30,2026-10-25 02:00:30', '10-25 02:30:00,2026-10-25 03:00:00'),
    ended,
  );
  assert.deepEqual(autumn.calls, ['matched 2 1', 'matched 3 2']);
});

test('a time with an offset of its own is taken by that', async () => {
  const { calls } = await compare(
    [call('2026-10-25T00:30:00Z'), call('2026-10-25T01:30:00Z')],
    file('10-25 02:30:00+01:00', '10-25 02:30:00+0200'),
    berlin,
  );
  assert.deepEqual(calls, ['matched 2 2', 'matched 3 1']);
});
