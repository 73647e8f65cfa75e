import { formatMoney } from '../../rating/money.ts';
import type { Cell, Chart, ReportPage } from '../render/report-page.ts';
import { windowText } from '../rerating/history.ts';
import type { Sweep, SweepAxis, SweepPoint } from '../rerating/sweep.ts';
import type { WhatIf } from '../rerating/what-if.ts';
import { shortCause } from './impact-page.ts';
import { changesText, type StatedChange } from './stated-changes.ts';

/** What a sweep is of. */
export interface SweepSubject {
  readonly database: string;
  readonly whatIf: WhatIf;
  /** With the parameters that are swept. */
  readonly changes: readonly StatedChange[];
  /** How many accounts of the window prevent overdraft. */
  readonly preventing: number;
}

/** A sweep as a page: curves over one parameter, heat maps over two. */
export function sweepPage(sweep: Sweep, axes: readonly SweepAxis[], subject: SweepSubject): ReportPage {
  const { before, points } = sweep;
  const asked = beforeOverdraft(sweep, subject);
  const best = points.reduce((a, b) => (margin(b) > margin(a) ? b : a));
  const rows = points.map((point): Cell[] => [
    ...point.values.map(String),
    formatMoney(point.fee),
    formatMoney(point.fee - before.fee),
    String(point.charged),
    formatMoney(point.vendorFee),
    formatMoney(margin(point)),
  ]);
  return {
    title: 'Sweep',
    subtitle: `${changesText(subject.changes)}; calls begun ${windowText(subject.whatIf.window)}, of ${subject.database}`,
    headline: [
      { name: 'points', label: 'points', kind: 'integer', value: points.length },
      { name: 'calls', label: 'calls in the window', kind: 'integer', value: sweep.calls },
      { name: 'fee_before', label: 'fees as they are', kind: 'money', value: formatMoney(before.fee), ...asked },
      { name: 'margin_before', label: 'margin as it is', kind: 'money', value: formatMoney(margin(before)), ...asked },
      {
        name: 'best_margin',
        label: 'largest margin',
        kind: 'money',
        value: formatMoney(margin(best)),
        note: [
          axes.map(({ name }, place) => `${shortCause(name)} ${best.values[place]}`).join(', '),
          ...(asked === undefined ? [] : [asked.note]),
        ].join('; '),
      },
    ],
    sections: [
      {
        kind: 'table',
        name: 'points',
        title: 'Points',
        note: 'Fees asked for calls, before overdraft prevention takes from them; margin is fee less vendor fee.',
        columns: [
          ...axes.map(({ name }) => ({ name: name.toLowerCase(), title: shortCause(name), kind: 'decimal' as const })),
          { name: 'fee', title: 'fee', kind: 'money' },
          { name: 'fee_delta', title: 'difference', kind: 'money' },
          { name: 'charged', title: 'calls charged', kind: 'integer' },
          { name: 'vendor_fee', title: 'vendor fee', kind: 'money' },
          { name: 'margin', title: 'margin', kind: 'money' },
        ],
        rows,
        empty: 'There is no point.',
        charts: axes.length === 1 ? curves(axes[0], points) : heatMaps(axes, points),
      },
    ],
  };
}

/** Said at the figures that prevention would lower, when there is any that it may. */
function beforeOverdraft({ before, points }: Sweep, { preventing }: SweepSubject): { note: string } | undefined {
  if (preventing === 0 || points.every(({ fee }) => fee === before.fee)) return undefined;
  return {
    note: `before overdraft prevention, which ${preventing === 1 ? 'an account has' : `${preventing} accounts have`}`,
  };
}

function margin({ fee, vendorFee }: Pick<SweepPoint, 'fee' | 'vendorFee'>): bigint {
  return fee - vendorFee;
}

const SHOWN: readonly { title: string; kind: 'money' | 'integer'; of: (point: SweepPoint) => string }[] = [
  { title: 'Fees', kind: 'money', of: ({ fee }) => formatMoney(fee) },
  { title: 'Margin', kind: 'money', of: (point) => formatMoney(margin(point)) },
  { title: 'Calls charged', kind: 'integer', of: ({ charged }) => String(charged) },
];

function curves({ name, values }: SweepAxis, points: readonly SweepPoint[]): Chart[] {
  return SHOWN.map(({ title, kind, of }) => ({
    kind: 'lines',
    title: `${title} over ${name}`,
    valueKind: kind,
    xTitle: shortCause(name),
    x: values.map(Number),
    series: [{ name: title.toLowerCase(), values: points.map(of) }],
  }));
}

function heatMaps([down, across]: readonly SweepAxis[], points: readonly SweepPoint[]): Chart[] {
  return SHOWN.map(({ title, kind, of }) => ({
    kind: 'heat-map',
    title: `${title} over ${down.name} and ${across.name}`,
    valueKind: kind,
    rowTitle: shortCause(down.name),
    columnTitle: shortCause(across.name),
    rows: down.values.map(String),
    columns: across.values.map(String),
    values: down.values.map((_, row) => {
      return points.slice(row * across.values.length, (row + 1) * across.values.length).map(of);
    }),
  }));
}
