import type { Cell, Chart, Column, ReportPage, TableSection } from '../render/report-page.ts';
import type { Comparison, Reconciliation } from './reconciliation.ts';

const MOST_BARS = 12;

/**
 * A reconciliation as a page.
 *
 * @param exceeded what does not pass, a sentence each
 */
export function reconciliationPage(report: Reconciliation, exceeded: readonly string[]): ReportPage {
  const { account, leg, files, total, outcomes, destinations, days, largest, unreadable, lines, timezone } = report;
  const period = report.from === null ? 'nothing to compare' : `from ${report.from}, before ${report.to}`;
  const there = outcomes.filter(({ theirs, ours }) => theirs.calls + ours.calls > 0);
  return {
    title: 'Reconciliation',
    subtitle: `${leg === 'vendor' ? 'vendor' : 'account'} ${account} against ${files.join(', ')}; ${period}; times of ${timezone}; differences are theirs - ours`,
    headline: [
      { name: 'their_calls', label: 'their calls', kind: 'integer', value: total.theirs.calls },
      { name: 'our_calls', label: 'our calls', kind: 'integer', value: total.ours.calls },
      { name: 'their_money', label: 'their money', kind: 'money', value: total.theirs.money },
      { name: 'our_money', label: 'our money', kind: 'money', value: total.ours.money },
      { name: 'money', label: 'difference', kind: 'money', value: total.money },
      {
        name: 'unreadable',
        label: 'lines not read',
        kind: 'integer',
        value: lines.unreadable,
        note: `of ${lines.all}`,
      },
    ],
    sections: [
      {
        kind: 'text',
        name: 'verdict',
        title: 'Verdict',
        paragraphs: exceeded.length === 0 ? ['All is within the limits that were set.'] : exceeded,
      },
      { ...comparison('outcomes', 'Outcomes', 'outcome', there), total: ['all', ...cells(total)] },
      { ...comparison('destinations', 'By destination', 'destination', destinations), charts: bars(destinations) },
      comparison('days', 'By day', 'day', days),
      {
        kind: 'table',
        name: 'largest',
        title: 'Largest differences',
        columns: [
          { name: 'outcome', title: 'outcome', kind: 'text' },
          { name: 'file', title: 'file', kind: 'text' },
          { name: 'line', title: 'their line', kind: 'integer' },
          { name: 'softswitch', title: 'softswitch', kind: 'text' },
          { name: 'flow_no', title: 'our call', kind: 'text' },
          { name: 'number', title: 'number', kind: 'text' },
          { name: 'at', title: 'at', kind: 'text' },
          { name: 'their_seconds', title: 'their s', kind: 'decimal' },
          { name: 'our_seconds', title: 'our s', kind: 'decimal' },
          { name: 'their_money', title: 'theirs', kind: 'money' },
          { name: 'our_money', title: 'ours', kind: 'money' },
        ],
        rows: largest.map((one): Cell[] => {
          const where = [one.outcome, one.file, one.line, one.softswitch, one.flowNo, one.number, one.at];
          return [...where, one.theirSeconds, one.ourSeconds, one.theirMoney, one.ourMoney];
        }),
        empty: 'Nothing differs.',
      },
      {
        kind: 'table',
        name: 'unreadable',
        title: 'Lines that could not be read',
        columns: ['file', 'line', 'column', 'value', 'expected'].map((name) => ({ name, title: name, kind: 'text' })),
        rows: unreadable.map(({ file, line, column, value, expected }) => [file, line, column, value, expected]),
        empty: 'All lines were read.',
      },
    ],
  };
}

const columns: readonly Column[] = [
  { name: 'their_calls', title: 'their calls', kind: 'integer' },
  { name: 'our_calls', title: 'our calls', kind: 'integer' },
  { name: 'their_seconds', title: 'their seconds', kind: 'decimal' },
  { name: 'our_seconds', title: 'our seconds', kind: 'decimal' },
  { name: 'seconds', title: 'difference', kind: 'decimal' },
  { name: 'their_money', title: 'their money', kind: 'money' },
  { name: 'our_money', title: 'our money', kind: 'money' },
  { name: 'money', title: 'difference', kind: 'money' },
];

function comparison(name: string, title: string, key: string, of: readonly Comparison[]): TableSection {
  return {
    kind: 'table',
    name,
    title,
    columns: [{ name: key, title: key, kind: 'text' }, ...columns],
    rows: of.map((one) => [one.of === '' ? null : one.of, ...cells(one)]),
    empty: 'There is nothing to compare.',
  };
}

function cells({ theirs, ours, seconds, money }: Comparison): Cell[] {
  return [theirs.calls, ours.calls, theirs.seconds, ours.seconds, seconds, theirs.money, ours.money, money];
}

/** Differences by destination, where the file has amounts. */
function bars(destinations: readonly Comparison[]): Chart[] {
  const shown = destinations.filter(({ money }) => money !== null).slice(0, MOST_BARS);
  if (shown.length < 2) return [];
  return [
    {
      kind: 'bars',
      title: 'Difference of money by destination, theirs less ours',
      valueKind: 'money',
      lying: true,
      categoryTitle: 'destination',
      categories: shown.map(({ of }) => (of === '' ? '(none)' : of)),
      series: [{ name: 'difference', values: shown.map(({ money }) => money) }],
    },
  ];
}
