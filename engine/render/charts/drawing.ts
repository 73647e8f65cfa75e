import type { Cell, Series, ValueKind } from '../report-page.ts';
import { shortened } from '../value-text.ts';

/** What the library draws, and on how large a canvas, in units of the page at full width. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly option: Record<string, unknown>;
}

export const WIDTH = 960;

/** Characters of a title that an axis and a legend have room for. */
const LONGEST_TITLE = 60;
const LONGEST_SERIES = 24;

/** Colours are variables: page-style.css gives them values for light, dark and paper. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const LINE = 'var(--line)';
export const PAPER = 'var(--paper)';
export const SERIES_COLOURS = ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)'];
export const UP = 'var(--up)';
export const DOWN = 'var(--down)';

/** Where a point stands: the only place where an amount becomes a double. Null is a gap. */
export function position(value: Cell): number | null {
  return value === null ? null : Number(value);
}

/** An axis of categories with their names in full as far as there is room. */
export function categoryAxis(names: readonly string[], longest: number): Record<string, unknown> {
  return {
    type: 'category',
    data: names.map((name) => axisName(name, longest)),
    axisLine: { lineStyle: { color: LINE } },
    axisTick: { show: false },
    axisLabel: { color: INK, fontSize: 12, hideOverlap: true },
  };
}

/** An axis of values with lines across. */
export function valueAxis(kind: ValueKind): Record<string, unknown> {
  return {
    type: 'value',
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: MUTED, fontSize: 12, hideOverlap: true, formatter: (value: number) => tick(value, kind) },
    splitLine: { lineStyle: { color: LINE } },
  };
}

/** An axis that lies, with its name below. */
export function named(axis: Record<string, unknown>, name: string): Record<string, unknown> {
  return {
    ...axis,
    name: axisName(name, LONGEST_TITLE),
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: { color: MUTED, fontSize: 12 },
  };
}

/** A series as a legend names it. */
export function seriesName({ name }: Series): string {
  return axisName(name, LONGEST_SERIES);
}

/** A legend, where there is more than one series to tell apart. */
export function legend(series: readonly Series[]): Record<string, unknown> {
  const show = series.length > 1;
  return { show, top: 0, left: 'center', itemGap: 28, itemHeight: 10, textStyle: { color: INK, fontSize: 12 } };
}

/**
 * A name as one line: what would break the line or turn its direction is made visible, and what is wider than `longest`
 * small letters cut.
 */
export function axisName(name: string, longest: number): string {
  const text = shortened(name.replace(/[\p{Cc}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu, '\u{fffd}'), longest);
  const characters = [...text];
  let width = 0;
  const fits = characters.findIndex((character) => {
    width += widthOf(character);
    return width > longest;
  });
  return fits < 0 ? text : `${characters.slice(0, Math.max(fits - 1, 0)).join('')}…`;
}

/** In small letters, as the fonts of browsers have it at most. */
function widthOf(character: string): number {
  if (/[mwMW@%]/.test(character)) return 1.6;
  if (/\p{Lu}/u.test(character)) return 1.1;
  return (character.codePointAt(0) as number) >= 0x2e80 ? 2.2 : 1;
}

/** Figures along an axis are round: `1.5 M`, `20 k`; minutes are those of whole seconds. */
export function tick(value: number, kind: ValueKind): string {
  if (kind === 'duration') return tick(value / 60, 'decimal');
  const size = Math.abs(value);
  const [by, unit] = size >= 1e6 ? [1e6, ' M'] : size >= 1e4 ? [1e3, ' k'] : [1, ''];
  const text = (value / by).toLocaleString('en-US', { maximumFractionDigits: size < 1 ? 6 : 2 });
  return `${text}${unit}${kind === 'percent' ? ' %' : ''}`;
}
