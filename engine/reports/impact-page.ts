import { formatMoney } from '../../rating/money.ts';
import { grouped } from '../render/amounts.ts';
import type { Cell, Chart, Column, Figure, ReportPage, TableSection } from '../render/report-page.ts';
import { windowText } from '../rerating/history.ts';
import { addFigures, type GroupImpact, type Impact } from '../rerating/impact.ts';
import type { Figures } from '../rerating/impact-sums.ts';
import type { WhatIf } from '../rerating/what-if.ts';
import { changesText, type StatedChange } from './stated-changes.ts';

const HOUR_MS = 3_600_000;
/** Bars and days that a picture has room for. */
const MOST_BARS = 12;
const MOST_DAYS = 62;
const MOST_WINNERS = 10;
/** Of a label of the waterfall, before it is shortened. */
const MOST_CHARACTERS = 32;

/** What an impact is of, in words, for its title and its notes. */
export interface ImpactSubject {
  readonly database: string;
  readonly whatIf: WhatIf;
  readonly changes: readonly StatedChange[];
  /** What readers have to know about calls that are not in it. */
  readonly remarks: readonly string[];
  /** Set when it was done and not only asked: the run that did it. */
  readonly runId?: number;
}

/** An impact as a page: the totals, the causes as a waterfall, and who wins and loses. */
export function impactPage(impact: Impact, subject: ImpactSubject): ReportPage {
  const { total } = impact;
  const days = byDay(impact.groups.hour);
  return {
    title: subject.runId === undefined ? 'Revenue impact' : `Re-rating, run ${subject.runId}`,
    subtitle: `${changesText(subject.changes)}; calls begun ${windowText(subject.whatIf.window)}, of ${subject.database}`,
    headline: [
      money('fee_before', 'charged before', total.feeBefore),
      money('fee_after', 'charged after', total.feeAfter),
      { ...money('fee_delta', 'difference', total.feeAfter - total.feeBefore), note: percentText(total) },
      money('vendor_delta', 'difference of vendor fees', total.vendorAfter - total.vendorBefore),
      money('margin_before', 'margin before', total.feeBefore - total.vendorBefore),
      money('margin_after', 'margin after', total.feeAfter - total.vendorAfter),
      {
        name: 'calls_changed',
        label: 'calls that change',
        kind: 'integer',
        value: String(total.changed),
        note: `of ${grouped(impact.calls)} in the window`,
      },
    ],
    sections: [
      causes(impact, subject.changes),
      accountCauses(impact),
      winnersAndLosers(impact.groups.account),
      groupSection('by_account', 'By account', 'account', impact.groups.account),
      groupSection('by_destination', 'By destination', 'destination', impact.groups.destination),
      groupSection('by_mapping_gateway', 'By mapping gateway', 'gateway', impact.groups.mappingGateway),
      groupSection('by_routing_gateway', 'By routing gateway', 'gateway', impact.groups.routingGateway),
      { ...groupSection('by_day', 'By day, UTC', 'day', days, 'key'), charts: courseOfDays(days) },
      groupSection('by_hour', 'By hour, UTC', 'hour', byHourOfDay(impact.groups.hour), 'key'),
      statusSection(impact),
      { kind: 'text', name: 'remarks', title: 'What to know', paragraphs: [...remarksOf(impact), ...subject.remarks] },
    ],
  };
}

function money(name: string, label: string, micros: bigint): Figure {
  return { name, label, kind: 'money', value: formatMoney(micros) };
}

/** Change of the fee in percent of what it was, its size half up to two decimals. */
function percentText({ feeBefore, feeAfter }: Figures): string {
  if (feeBefore === 0n) return 'of nothing before';
  const change = feeAfter < feeBefore ? feeBefore - feeAfter : feeAfter - feeBefore;
  const hundredths = (2n * change * 10_000n + feeBefore) / (2n * feeBefore);
  const sign = feeAfter < feeBefore ? '-' : '+';
  return `${sign}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} %`;
}

/** The steps from the old to the new total; the parts add up exactly. */
function causes({ steps, total }: Impact, changes: readonly StatedChange[]): TableSection {
  let sum = total.feeBefore;
  const rows = steps.map(({ cause, fee, vendorFee }): Cell[] => {
    sum += fee;
    return [cause, formatMoney(fee), formatMoney(sum), formatMoney(vendorFee), formatMoney(fee - vendorFee)];
  });
  const chart: Chart = {
    kind: 'waterfall',
    title: 'From the fees before to the fees after, a step a cause',
    valueKind: 'money',
    start: { label: 'before', amount: formatMoney(total.feeBefore) },
    steps: steps.map(({ cause, fee }) => ({ label: barLabel(cause, changes), amount: formatMoney(fee) })),
    end: { label: 'after', amount: formatMoney(total.feeAfter) },
  };
  return {
    kind: 'table',
    name: 'causes',
    title: 'Causes',
    note: 'Changes applied one after the other in the order of the path of a call, each on top of those before it: the parts add up to the difference.',
    columns: [
      text('cause'),
      amount('fee', 'fee'),
      amount('fee_so_far', 'fees then'),
      amount('vendor_fee', 'vendor fee'),
      amount('margin', 'margin'),
    ],
    rows,
    total: [
      'all',
      formatMoney(total.feeAfter - total.feeBefore),
      formatMoney(total.feeAfter),
      formatMoney(total.vendorAfter - total.vendorBefore),
      formatMoney(total.feeAfter - total.feeBefore - total.vendorAfter + total.vendorBefore),
    ],
    empty: 'Nothing was changed.',
    charts: [chart],
  };
}

/** A cause with its change, where there is room for it. */
function barLabel(cause: string, changes: readonly StatedChange[]): string {
  const name = shortCause(cause);
  const change = changes.find((one) => one.cause === cause);
  const label = `${name} ${change?.text}`;
  return change === undefined || label.length > MOST_CHARACTERS ? name : label;
}

function accountCauses({ steps, accountSteps, groups }: Impact): TableSection {
  const figuresOf = new Map(groups.account.map(({ key, figures }) => [key, figures]));
  const changed = accountSteps.filter(({ fees }) => fees.some((fee) => fee !== 0n));
  const rows = changed.map(({ account, fees }): Cell[] => {
    const { feeBefore, feeAfter } = figuresOf.get(account) as Figures;
    return [account, formatMoney(feeBefore), ...fees.map((fee) => formatMoney(fee)), formatMoney(feeAfter)];
  });
  const columns = steps.map(({ cause }) => amount(causeColumn(cause), shortCause(cause)));
  return {
    kind: 'table',
    name: 'causes_by_account',
    title: 'Causes by account',
    note: 'Fees before, what each cause makes of them, and fees after: each row adds up.',
    columns: [text('account'), amount('fee_before', 'before'), ...columns, amount('fee_after', 'after')],
    rows: sortedBy(
      rows,
      changed.map(({ fees }) => fees.reduce((sum, fee) => sum + fee, 0n)),
    ),
    empty: 'No account is charged otherwise.',
  };
}

/** Accounts that pay most less and most more, with bars. */
function winnersAndLosers(accounts: readonly GroupImpact[]): TableSection {
  const delta = ({ figures }: GroupImpact) => figures.feeAfter - figures.feeBefore;
  const changed = accounts.filter((one) => delta(one) !== 0n).sort((a, b) => compare(delta(a), delta(b)));
  const less = changed.filter((one) => delta(one) < 0n).slice(0, MOST_WINNERS);
  const more = changed
    .filter((one) => delta(one) > 0n)
    .reverse()
    .slice(0, MOST_WINNERS);
  const rows = [...less, ...more].map((one): Cell[] => [
    one.key,
    delta(one) < 0n ? 'pays less' : 'pays more',
    formatMoney(one.figures.feeBefore),
    formatMoney(one.figures.feeAfter),
    formatMoney(delta(one)),
  ]);
  return {
    kind: 'table',
    name: 'winners_and_losers',
    title: 'Who pays less, who pays more',
    note: `The ${MOST_WINNERS} accounts of each kind with the largest difference.`,
    columns: [
      text('account'),
      text('effect'),
      amount('fee_before', 'before'),
      amount('fee_after', 'after'),
      amount('fee_delta', 'difference'),
    ],
    rows,
    empty: 'No account is charged otherwise.',
    charts: barsOf('Difference of the fee by account', 'account', rows.slice(0, MOST_BARS), 4),
  };
}

const groupColumns: readonly Column[] = [
  { name: 'calls', title: 'calls', kind: 'integer' },
  { name: 'changed', title: 'changed', kind: 'integer' },
  { name: 'charged_before', title: 'charged before', kind: 'integer' },
  { name: 'charged_after', title: 'charged after', kind: 'integer' },
  amount('fee_before', 'fee before'),
  amount('fee_after', 'fee after'),
  amount('fee_delta', 'difference'),
  amount('vendor_delta', 'vendor fees'),
  amount('margin_delta', 'margin'),
];

/** @param order by the size of the difference, or by key */
function groupSection(
  name: string,
  title: string,
  key: string,
  groups: readonly GroupImpact[],
  order: 'delta' | 'key' = 'delta',
): TableSection {
  const rows = groups.map((group): Cell[] => [group.key, ...figureCells(group.figures)]);
  const deltas = groups.map(({ figures }) => figures.feeAfter - figures.feeBefore);
  const all = groups.reduce<Figures | undefined>(
    (sum, { figures }) => (sum ? addFigures(sum, figures) : figures),
    undefined,
  );
  return {
    kind: 'table',
    name,
    title,
    note: 'Calls that a change may concern; the last columns are differences, after less before.',
    columns: [text(key), ...groupColumns],
    rows: order === 'delta' ? sortedBy(rows, deltas) : rows,
    ...(all === undefined || groups.length < 2 ? {} : { total: ['all', ...figureCells(all)] }),
    empty: 'No call is concerned.',
  };
}

function figureCells(figures: Figures): Cell[] {
  const { calls, changed, chargedBefore, chargedAfter, feeBefore, feeAfter, vendorBefore, vendorAfter } = figures;
  const [fee, vendor] = [feeAfter - feeBefore, vendorAfter - vendorBefore];
  const counts = [calls, changed, chargedBefore, chargedAfter].map(String);
  return [...counts, ...[feeBefore, feeAfter, fee, vendor, fee - vendor].map((micros) => formatMoney(micros))];
}

function statusSection({ statuses }: Impact): TableSection {
  const rows = statuses.map(({ before, after, figures }): Cell[] => [before, after, ...figureCells(figures)]);
  return {
    kind: 'table',
    name: 'by_status',
    title: 'By status, before and after',
    columns: [text('status_before', 'before'), text('status_after', 'after'), ...groupColumns],
    rows,
    empty: 'No call is concerned.',
  };
}

function byDay(hours: readonly GroupImpact[]): GroupImpact[] {
  return merged(hours, (hour) => new Date(hour * HOUR_MS).toISOString().slice(0, 10));
}

function byHourOfDay(hours: readonly GroupImpact[]): GroupImpact[] {
  return merged(hours, (hour) => `${String(hour % 24).padStart(2, '0')}:00`);
}

function merged(hours: readonly GroupImpact[], keyOf: (hour: number) => string): GroupImpact[] {
  const sums = new Map<string, Figures>();
  for (const { key, figures } of hours) {
    const group = keyOf(key as number);
    const known = sums.get(group);
    sums.set(group, known === undefined ? figures : addFigures(known, figures));
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, figures]) => ({ key, figures }));
}

function courseOfDays(days: readonly GroupImpact[]): Chart[] {
  if (days.length < 2 || days.length > MOST_DAYS) return [];
  const curve = (name: string, of: (figures: Figures) => bigint) => {
    return { name, values: days.map(({ figures }) => formatMoney(of(figures))) };
  };
  return [
    {
      kind: 'lines',
      title: 'Fees by day, before and after',
      valueKind: 'money',
      xTitle: 'day',
      x: days.map(({ key }) => String(key)),
      series: [curve('before', ({ feeBefore }) => feeBefore), curve('after', ({ feeAfter }) => feeAfter)],
    },
  ];
}

function barsOf(title: string, categoryTitle: string, rows: readonly (readonly Cell[])[], place: number): Chart[] {
  if (rows.length < 2) return [];
  const categories = rows.map(([name]) => String(name ?? '(none)'));
  const series = [{ name: 'difference', values: rows.map((row) => row[place]) }];
  return [{ kind: 'bars', title, valueKind: 'money', lying: true, categoryTitle, categories, series }];
}

function remarksOf({ replayed }: Impact): string[] {
  const rates =
    'Each call is rated under the parameters it was rated with, but for the changes. It keeps its rate as long as its number is the same; a rate it never had is looked up in the deck as it is loaded now.';
  const stopped = `${replayed === 1 ? 'An account was' : `${replayed} accounts were`} replayed from the beginning of the window on, because what ${replayed === 1 ? 'its' : 'their'} calls cost may come to the limit. Calls outside the window stand: what they were charged is not there to be spent.`;
  return [rates, ...(replayed > 0 ? [stopped] : [])];
}

/** Largest difference first, whatever its sign. */
function sortedBy(rows: readonly Cell[][], deltas: readonly bigint[]): Cell[][] {
  const size = (place: number) => (deltas[place] < 0n ? -deltas[place] : deltas[place]);
  return rows
    .map((_, place) => place)
    .sort((a, b) => compare(size(b), size(a)) || a - b)
    .map((place) => rows[place]);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A parameter without what all of them begin with. */
export function shortCause(cause: string): string {
  return cause.replace(/^SERVER_BILLING_/, '');
}

function causeColumn(cause: string): string {
  return shortCause(cause).toLowerCase().replaceAll(/\W+/g, '_');
}

function text(name: string, title = name.replaceAll('_', ' ')): Column {
  return { name, title, kind: 'text' };
}

function amount(name: string, title: string): Column {
  return { name, title, kind: 'money' };
}
