import type { ReconcileOutcome } from '../reconcile/reconcile.ts';
import type { Comparison, LineDifference, OutcomeSum, Reconciliation } from '../reports/reconciliation.ts';
import { counted, grouped, pointsInLine } from './amounts.ts';
import { clock } from './statement-text.ts';
import { printable, type TextColumn, textTable } from './text-table.ts';

/** Destinations and days that are printed; --json has all. */
const PRINTED = 20;

const words: Readonly<Record<ReconcileOutcome, string>> = {
  matched: 'matched',
  duration: 'duration differs',
  money: 'amount differs',
  duration_and_money: 'both differ',
  only_ours: 'only ours',
  only_theirs: 'only theirs',
};

/** A reconciliation as people read it: what the files held, the outcomes, then where the differences are. */
export function reconciliationText(report: Reconciliation): string {
  const { outcomes, total, destinations, days, largest } = report;
  const named = outcomes.filter(isThere).map((one) => ({ ...one, of: words[one.of] }));
  const parts = [head(report), comparisonTable('outcome', [...named, { ...total, of: 'all' }])];
  if (destinations.length > 0) {
    const places = destinations.map((one) => ({ ...one, of: one.of === '' ? 'no destination known' : one.of }));
    parts.push(comparisonTable('destination', places.slice(0, PRINTED)) + more(places));
    parts.push(comparisonTable('day', days.slice(0, PRINTED)) + more(days));
  }
  if (largest.length > 0) parts.push(`largest differences\n${largestTable(largest, report.files.length)}`);
  return parts.join('\n');
}

function isThere({ theirs, ours }: OutcomeSum): boolean {
  return theirs.calls + ours.calls > 0;
}

function head({
  account,
  leg,
  files,
  timezone,
  from,
  to,
  lines,
  clock: ahead,
  prunedBefore,
  clockOffsetSeconds,
}: Reconciliation): string {
  const period = from === null || to === null ? 'nothing to compare' : `from ${clock(from)}, before ${clock(to)}`;
  const left = [
    counted(lines.all, 'line'),
    ...[
      [lines.unreadable, 'could not be read'],
      [lines.unanswered, 'of calls without duration left out'],
      [lines.outside, 'outside of the period left out'],
    ].flatMap(([count, what]) => (count === 0 ? [] : [`${grouped(count as number)} ${what}`])),
  ];
  const taken = clockOffsetSeconds === 0 ? '' : `taken off their clock: ${clockOffsetSeconds} s\n`;
  const pruned =
    prunedBefore === null
      ? ''
      : `our calls that ended before ${clock(prunedBefore)} were pruned: theirs of then have no match\n`;
  return `${leg} ${printable(account)} against ${files.map(printable).join(', ')}: ${left.join(', ')}
${period}; times of ${timezone}; differences are theirs - ours
${pruned}${taken}${clockText(ahead, clockOffsetSeconds)}`;
}

const QUARTER_OF_AN_HOUR = 900;

/** Files with whole seconds cut off are up to a second behind: that is told by nobody's clock. */
function clockText(ahead: Reconciliation['clock'], taken: number): string {
  if (ahead === null || Math.abs(ahead.seconds) < 1) return '';
  const { seconds, calls } = ahead;
  const size = Math.abs(seconds);
  const quarters = Math.round(size / QUARTER_OF_AN_HOUR);
  const zone =
    quarters > 0 && Math.abs(size - quarters * QUARTER_OF_AN_HOUR) < 60
      ? 'it may be another time zone: check timezone in the map, or '
      : '';
  return `their clock is ${size} s ${seconds > 0 ? 'ahead of' : 'behind'} ours, by ${grouped(calls)} calls to numbers both have once; ${zone}--clock-offset ${seconds + taken} takes it off\n`;
}

function comparisonTable(title: string, rows: readonly Comparison[]): string {
  const right = (name: string): TextColumn => ({ title: name, align: 'right' });
  const counts = ['their calls', 'our calls', 'their minutes', 'our minutes', 'difference'];
  const amounts = rows[0].money === null ? [] : ['their money', 'our money', 'difference'];
  const cells = rows.map(({ of, theirs, ours, seconds, money }) => [
    of,
    grouped(theirs.calls),
    grouped(ours.calls),
    ...[theirs.seconds, ours.seconds, seconds].map((some) => (some / 60).toFixed(1)),
    ...(money === null ? [] : [theirs.money ?? '', ours.money ?? '', money]),
  ]);
  const aligned = Array.from({ length: 3 + amounts.length }, (_, i) => 3 + i).reduce<string[][]>(pointsInLine, cells);
  return textTable([{ title, align: 'left' }, ...[...counts, ...amounts].map(right)], aligned);
}

function largestTable(lines: readonly LineDifference[], files: number): string {
  const text = (title: string): TextColumn => ({ title, align: 'left' });
  const hasMoney = lines.some(({ theirMoney, ourMoney }) => theirMoney !== null || ourMoney !== null);
  const titles = ['their s', 'our s', ...(hasMoney ? ['theirs', 'ours'] : [])];
  const rows = lines.map((line) => [
    words[line.outcome],
    line.line === null ? '' : files === 1 ? String(line.line) : `${line.file}:${line.line}`,
    line.flowNo === null ? '' : `${line.flowNo} of ${line.softswitch}`,
    line.number,
    clock(line.at),
    line.theirSeconds === null ? '' : String(line.theirSeconds),
    line.ourSeconds === null ? '' : String(line.ourSeconds),
    ...(hasMoney ? [line.theirMoney ?? '', line.ourMoney ?? ''] : []),
  ]);
  const aligned = hasMoney ? pointsInLine(pointsInLine(rows, 7), 8) : rows;
  return textTable(
    [
      ...['outcome', 'their line', 'our call', 'number', 'time'].map(text),
      ...titles.map((title) => ({ title, align: 'right' as const })),
    ],
    aligned,
  );
}

function more(all: readonly unknown[]): string {
  return all.length > PRINTED ? `… and ${grouped(all.length - PRINTED)} more; --json has all\n` : '';
}
