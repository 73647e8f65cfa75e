import type { BarChart, Cell, Chart, HeatMap } from '../../render/report-page.ts';
import type { SectionColumn } from './section.ts';

type Rows = readonly (readonly Cell[])[];

/** Bars that a picture has room for. */
const MOST_LYING = 15;
const MOST_STANDING = 48;
const MOST_DAYS = 62;

/** Lying bars of the first rows, named by the first column; none where there is nothing to compare. */
export function firstRows(
  title: string,
  columns: readonly SectionColumn[],
  rows: Rows,
  names: readonly string[],
): BarChart[] {
  const chart = barsOf(title, columns, rows.slice(0, MOST_LYING), names);
  return rows.length > 1 ? [{ ...chart, lying: true, title: `${title}${firstOf(rows.length, MOST_LYING)}` }] : [];
}

/** Standing bars over a course of time; none where it has one step, or more than a picture has room for. */
export function course(
  title: string,
  columns: readonly SectionColumn[],
  rows: Rows,
  names: readonly string[],
): BarChart[] {
  return rows.length > 1 && rows.length <= MOST_STANDING ? [barsOf(title, columns, rows, names)] : [];
}

/** Hours of a few days as bars of fee and vendor fee, of more as a heat map of the fee, a row a day. */
export function courseOfHours(columns: readonly SectionColumn[], rows: Rows): Chart[] {
  if (rows.length <= MOST_STANDING) return course('Fee and vendor fee by hour', columns, rows, ['fee', 'vendor_fee']);
  const days = [...new Set(rows.map(([hour]) => String(hour).slice(0, 10)))];
  return days.length <= MOST_DAYS ? [feeByDayAndHour(columns, rows, days)] : [];
}

function feeByDayAndHour(columns: readonly SectionColumn[], rows: Rows, days: readonly string[]): HeatMap {
  const fee = columns.findIndex(({ name }) => name === 'fee');
  const values = days.map(() => new Array<Cell>(24).fill(null));
  for (const row of rows) {
    const hour = String(row[0]);
    values[days.indexOf(hour.slice(0, 10))][Number(hour.slice(11, 13))] = row[fee];
  }
  return {
    kind: 'heat-map',
    title: 'Fee by day and hour, UTC',
    valueKind: 'money',
    rowTitle: 'day',
    columnTitle: 'hour',
    rows: days,
    columns: values[0].map((_, hour) => String(hour).padStart(2, '0')),
    values,
  };
}

function barsOf(title: string, columns: readonly SectionColumn[], rows: Rows, names: readonly string[]): BarChart {
  const places = names.map((name) => columns.findIndex((column) => column.name === name));
  return {
    kind: 'bars',
    title,
    valueKind: columns[places[0]].kind,
    categoryTitle: columns[0].title,
    categories: rows.map(([name]) => categoryOf(name)),
    series: places.map((place) => ({ name: columns[place].title, values: rows.map((row) => row[place]) })),
  };
}

/** Instants of a course are hours. */
function categoryOf(name: Cell): string {
  if (name === null) return '(none)';
  return String(name)
    .replace(/^\d{4}-(\d\d-\d\dT\d\d:\d\d):00\.000Z$/, '$1')
    .replace('T', ' ');
}

function firstOf(count: number, most: number): string {
  return count > most ? `, the first ${most} of ${count.toLocaleString('en-US')}` : '';
}
