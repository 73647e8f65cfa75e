import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTime } from '../../../engine/local-time.ts';
import type { ReconcileOutcome } from '../../../engine/reconcile/reconcile.ts';
import { formatMoney } from '../../../rating/money.ts';
import { randomSource } from '../random-source.ts';
import { compare, type OurCall } from './compare.ts';

const seed = Number(process.env.RECONCILE_SEED ?? 1);
const ROUNDS = 10;
const CALLS = 120;

/** Three hours around the end of summer time in Berlin, one of which its clock shows twice. */
const fromMs = Date.parse('2026-10-24T23:30:00Z');
const HOUR_MS = 3_600_000;

for (let round = 0; round < ROUNDS; round++) {
  test(`noise in a copy of our calls is found as it was made: RECONCILE_SEED=${seed + round}`, async () => {
    const { ours, map, clockOffsetMs, file, expected, money } = makeFile(randomSource(seed + round));
    const { calls, report } = await compare(ours, file, map, {
      ...{ fromMs, toMs: fromMs + 3 * HOUR_MS, clockOffsetMs },
    });
    assert.deepEqual(calls.toSorted(), expected.calls.toSorted());
    assert.equal(report.lines.unreadable, expected.unreadable);
    assert.deepEqual(
      [report.total.theirs.money, report.total.ours.money],
      money.map((micros) => formatMoney(micros)),
    );
  });
}

interface Made {
  readonly ours: readonly OurCall[];
  readonly map: string;
  readonly clockOffsetMs: number;
  readonly file: string;
  readonly expected: { readonly calls: readonly string[]; readonly unreadable: number };
  /** Of theirs and ours, in micros. */
  readonly money: readonly [number, number];
}

interface Row {
  readonly number: string;
  readonly atMs: number;
  readonly seconds: number;
  readonly micros: number;
}

/** Our calls, how a partner writes them, and what of it is noise. */
function makeFile(next: (below: number) => number): Made {
  const form = makeForm(next);
  const calls = makeCalls(next);
  const lines: string[] = [form.titles];
  const outcomes: string[] = [];
  let [theirMicros, unreadable] = [0, 0];
  const write = (row: Row, outcome: ReconcileOutcome, flowNo: number | '-') => {
    lines.push(form.line(row));
    outcomes.push(`${outcome} ${lines.length} ${flowNo}`);
    theirMicros += row.micros;
  };
  for (const [i, call] of calls.entries()) {
    // Theirs is up to a second off, and cut to whole seconds.
    const copy = { ...call, atMs: call.atMs + next(2001) - 1000, seconds: call.seconds + next(3) - 1 };
    const longer = { ...copy, seconds: call.seconds + 2 + next(30) };
    const dearer = (row: Row) => ({ ...row, micros: row.micros + 10_001 + next(1_000_000) });
    const flowNo = i + 1;
    const noise = next(12);
    if (noise === 0) outcomes.push(`only_ours - ${flowNo}`);
    else if (noise === 1) write(longer, 'duration', flowNo);
    else if (noise === 2) write(dearer(copy), 'money', flowNo);
    else if (noise === 3) write(dearer(longer), 'duration_and_money', flowNo);
    else if (noise === 4) {
      write(copy, 'matched', flowNo);
      write(copy, 'only_theirs', '-');
    } else if (noise === 5) {
      write(copy, 'matched', flowNo);
      write({ ...call, number: `${call.number}0` }, 'only_theirs', '-');
    } else if (noise === 6) {
      write(copy, 'matched', flowNo);
      lines.push(form.line({ ...call, number: 'anonymous' }));
      unreadable++;
    } else write(copy, 'matched', flowNo);
  }
  return {
    ours: calls.map(({ number, atMs, seconds, micros }) => {
      return { number, at: new Date(atMs).toISOString(), seconds, money: formatMoney(micros) };
    }),
    ...form,
    file: `${lines.join('\n')}\n`,
    expected: { calls: outcomes, unreadable },
    money: [theirMicros, calls.reduce((sum, { micros }) => sum + micros, 0)],
  };
}

/** Few numbers, called again and again: by any clock ten seconds apart, also where an hour is shown twice. */
function makeCalls(next: (below: number) => number): Row[] {
  const slots = Array.from({ length: 300 }, (_, i) => i);
  return Array.from({ length: CALLS }, () => ({
    number: `4930${next(4)}1`,
    atMs: fromMs + next(3) * HOUR_MS + slots.splice(next(slots.length), 1)[0] * 10_000 + 5000,
    seconds: 5 + next(300),
    micros: next(5_000_000),
  }));
}

/** One of the ways in which partners write. */
function makeForm(next: (below: number) => number) {
  const zone = ['Europe/Berlin', 'UTC', 'America/New_York', 'Asia/Kolkata'][next(4)];
  const [delimiter, decimal] = [
    [';', ','],
    [',', '.'],
    ['|', '.'],
  ][next(3)];
  const clockOffsetMs = [0, 7000, -HOUR_MS][next(3)];
  const [timeFormat, timeOf] = (
    [
      ['iso', (shown: string) => shown.replace('T', ' ')],
      ['%d/%m/%y %H.%M.%S', (shown: string) => shown.replace(/^..(..)-(..)-(..)T(..):(..):/, '$3/$2/$1 $4.$5.')],
    ] as const
  )[next(2)];
  const prefix = ['+', '00', '', '77#+'][next(4)];
  const unit = ['s', 'ms', 'hh:mm:ss'][next(3)];
  const { offsetMs } = localTime(zone);
  const line = ({ number, atMs, seconds, micros }: Row) => {
    const theirMs = atMs + clockOffsetMs;
    const shown = new Date(theirMs + offsetMs(theirMs)).toISOString().slice(0, 19);
    const duration =
      unit === 's'
        ? String(seconds)
        : unit === 'ms'
          ? `${seconds}000`
          : new Date(seconds * 1000).toISOString().slice(11, 19);
    const money = formatMoney(micros).replace('.', decimal);
    return ['"a ""note"""', money, duration, timeOf(shown), prefix + number].join(delimiter);
  };
  const map = `number=To,start=At,seconds=Length,money=Price,delimiter=${delimiter},decimal=${decimal},timezone=${zone},timeFormat=${timeFormat},durationUnit=${unit},techPrefix=77#`;
  return { map, clockOffsetMs, titles: ['Note', 'Price', 'Length', 'At', 'To'].join(delimiter), line };
}
