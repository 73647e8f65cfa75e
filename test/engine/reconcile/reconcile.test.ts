import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type OurCall, plainMap, titles } from './compare.ts';

const noon = '2026-03-02T12:00:00Z';
const call = (change: Partial<OurCall> = {}): OurCall => {
  return { number: '49301', at: noon, seconds: 60, money: '0.50', ...change };
};
const file = (...lines: string[]) => `${[titles, ...lines].join('\n')}\n`;
const row = (number: string, time: string, seconds: number, money: string) =>
  `${number},2026-03-02 ${time},${seconds},${money}`;

test('each outcome by hand, with its sums', async () => {
  const { calls, report } = await compare(
    [
      call({ number: '49301' }),
      call({ number: '49302' }),
      call({ number: '49303' }),
      call({ number: '49304' }),
      call({ number: '49305', money: '1.25' }),
    ],
    file(
      row('49301', '12:00:00', 60, '0.50'),
      row('49302', '12:00:00', 62, '0.50'),
      row('49303', '12:00:00', 60, '0.511'),
      row('49304', '12:00:00', 50, '0.40'),
      row('49309', '12:00:01', 30, '2'),
    ),
  );
  assert.deepEqual(calls, [
    'matched 2 1',
    'duration 3 2',
    'money 4 3',
    'duration_and_money 5 4',
    'only_theirs 6 -',
    'only_ours - 5',
  ]);
  const sums = report.outcomes.map(({ of, theirs, ours, seconds, money }) => [
    of,
    [theirs.calls, theirs.seconds, theirs.money],
    [ours.calls, ours.seconds, ours.money],
    [seconds, money],
  ]);
  assert.deepEqual(sums, [
    ['matched', [1, 60, '0.50'], [1, 60, '0.50'], [0, '0.00']],
    ['duration', [1, 62, '0.50'], [1, 60, '0.50'], [2, '0.00']],
    ['money', [1, 60, '0.511'], [1, 60, '0.50'], [0, '0.011']],
    ['duration_and_money', [1, 50, '0.40'], [1, 60, '0.50'], [-10, '-0.10']],
    ['only_ours', [0, 0, '0.00'], [1, 60, '1.25'], [-60, '-1.25']],
    ['only_theirs', [1, 30, '2.00'], [0, 0, '0.00'], [30, '2.00']],
  ]);
  const { theirs, ours, seconds, money } = report.total;
  assert.deepEqual([theirs.calls, ours.calls, seconds, money], [5, 5, -38, '0.661']);
});

test('a difference at the threshold does not count, one above does', async () => {
  const ours = [call()];
  const outcome = async (seconds: string, money: string) =>
    (await compare(ours, file(`49301,2026-03-02 12:00:00,${seconds},${money}`))).calls;
  assert.deepEqual(await outcome('61', '0.51'), ['matched 2 1']);
  assert.deepEqual(await outcome('59', '0.49'), ['matched 2 1']);
  assert.deepEqual(await outcome('61.001', '0.51'), ['duration 2 1']);
  assert.deepEqual(await outcome('58.999', '0.49'), ['duration 2 1']);
  assert.deepEqual(await outcome('61', '0.510001'), ['money 2 1']);
  assert.deepEqual(await outcome('61', '0.489999'), ['money 2 1']);
});

test('calls farther apart than the tolerance are not the same', async () => {
  const ours = [call()];
  const at = async (time: string, toleranceMs: number) =>
    (await compare(ours, file(row('49301', time, 60, '0.5')), plainMap, { toleranceMs, ...wholeDay })).calls;
  assert.deepEqual(await at('12:00:02', 2000), ['matched 2 1']);
  assert.deepEqual(await at('11:59:58', 2000), ['matched 2 1']);
  assert.deepEqual(await at('12:00:02.001', 2000), ['only_theirs 2 -', 'only_ours - 1']);
  assert.deepEqual(await at('12:00:10', 9999), ['only_theirs 2 -', 'only_ours - 1']);
  assert.deepEqual(await at('12:00:10', 10_000), ['matched 2 1']);
});

const wholeDay = { fromMs: Date.parse('2026-03-02T00:00:00Z'), toMs: Date.parse('2026-03-03T00:00:00Z') };

test('duplicates on their side: the nearest is matched, the others are only theirs', async () => {
  const twice = row('49301', '12:00:01', 60, '0.5');
  const { calls } = await compare([call()], file(row('49301', '12:00:02', 60, '0.5'), twice, twice));
  assert.deepEqual(calls, ['only_theirs 2 -', 'matched 3 1', 'only_theirs 4 -']);
});

test('several calls to a number within the tolerance are told apart by time, then by duration', async () => {
  const ours = [
    call({ at: '2026-03-02T12:00:00.200Z', seconds: 10 }),
    call({ at: '2026-03-02T12:00:00.900Z', seconds: 99 }),
    call({ at: '2026-03-02T12:00:02.500Z', seconds: 10 }),
  ];
  const { calls } = await compare(
    ours,
    file(row('49301', '12:00:02', 10, '0.5'), row('49301', '12:00:00', 99, '0.5'), row('49301', '12:00:00', 10, '0.5')),
  );
  assert.deepEqual(calls, ['matched 2 3', 'matched 3 2', 'matched 4 1']);
});

test('ours outside of the time their file covers are not missing there; --from and --to say otherwise', async () => {
  const ours = [call({ at: '2026-03-02T11:00:00Z', number: '49307' }), call(), call({ at: '2026-03-02T13:00:00Z' })];
  const theirs = file(row('49301', '12:00:00', 60, '0.5'));
  assert.deepEqual((await compare(ours, theirs)).calls, ['matched 2 2']);
  const from = await compare(ours, theirs, plainMap, { fromMs: Date.parse('2026-03-02T10:00:00Z') });
  assert.deepEqual(from.calls, ['matched 2 2', 'only_ours - 1']);
  const none = await compare(ours, theirs, plainMap, { toMs: Date.parse('2026-03-02T11:30:00Z'), fromMs: 0 });
  assert.deepEqual(none.calls, ['only_ours - 1']);
  assert.deepEqual(none.report.lines, { all: 1, unreadable: 0, unanswered: 0, outside: 1 });
});

test('an empty file: without titles the map does not fit, with titles alone there is nothing, or all is only ours', async () => {
  await assert.rejects(
    compare([call()], ''),
    /theirs\.csv has nothing in line 1: expected titles of columns; nothing was reconciled/,
  );
  const { report, calls } = await compare([call()], file());
  assert.deepEqual(calls, []);
  assert.deepEqual([report.from, report.to, report.total.ours.calls], [null, null, 0]);
  assert.deepEqual((await compare([call()], file(), plainMap, wholeDay)).calls, ['only_ours - 1']);
});

test('amounts of many digits stay exact', async () => {
  const most = '999999999999.999999';
  const { report, calls } = await compare(
    [call(), call({ number: '49302' })],
    file(row('49301', '12:00:00', 60, most), row('49302', '12:00:00', 999_999_999, most)),
  );
  assert.deepEqual(calls, ['money 2 1', 'duration_and_money 3 2']);
  assert.deepEqual([report.total.theirs.money, report.total.money], ['1999999999999.999998', '1999999999998.999998']);
});

test('waiting calls are ours, without money; zero seconds are compared only when asked', async () => {
  const ours = [call({ money: null }), call({ number: '49302', seconds: 0, start: noon })];
  const theirs = file(row('49301', '12:00:00', 60, '0.5'), row('49308', '12:00:00', 0, '0'));
  const { calls, report } = await compare(ours, theirs);
  assert.deepEqual(calls, ['money 2 1']);
  assert.equal(report.lines.unanswered, 1);
  const all = await compare(ours, theirs, `${plainMap},onlyAnswered=false,time=start`);
  assert.deepEqual(all.calls, ['money 2 1', 'only_theirs 3 -', 'only_ours - 2']);
});

test('calls are summed by destination, of theirs by the longest prefix of the deck, and by the day of the zone', async () => {
  const ours = [call({ number: '49401' })];
  const theirs = file(
    row('49401', '13:00:00', 60, '0.5'),
    row('49301', '23:30:00', 60, '1'),
    '33,2026-03-03 00:30:00,60,2',
  );
  const { report } = await compare(ours, theirs, `${plainMap},timezone=Europe/Berlin`, wholeDay);
  const sums = (rows: typeof report.days) => rows.map(({ of, theirs: t, ours: o }) => `${of}: ${t.calls} ${o.calls}`);
  assert.deepEqual(sums(report.destinations), [': 1 0', 'Berlin: 1 0', 'Germany: 1 1']);
  assert.deepEqual(sums(report.days), ['2026-03-02: 2 1', '2026-03-03: 1 0']);
});

test('an unmoved clock is not told; one that is an hour ahead is told and not taken off', async () => {
  const ours = Array.from({ length: 6 }, (_, i) => call({ number: `4930${i}` }));
  const theirs = (time: string) => file(...ours.map(({ number }) => row(number, time, 60, '0.5')));
  assert.deepEqual((await compare(ours, theirs('12:00:00'))).report.clock, { seconds: 0, calls: 6 });
  const late = await compare(ours, theirs('13:00:01'));
  assert.deepEqual(late.report.clock, { seconds: 3601, calls: 6 });
  assert.equal(late.report.outcomes[0].theirs.calls, 0);
  const taken = await compare(ours, theirs('13:00:01'), plainMap, { clockOffsetMs: 3_601_000 });
  assert.deepEqual(
    [taken.report.outcomes[0].theirs.calls, taken.report.clock, taken.report.clockOffsetSeconds],
    [6, { seconds: 0, calls: 6 }, 3601],
  );
});
