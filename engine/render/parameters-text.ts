import type { ParameterListing } from '../commands/parameters.ts';
import { scopeKinds, scopeTitle } from '../parameters/scopes.ts';
import { printable, type TextColumn, textTable } from './text-table.ts';

/** The parameters of the system, then those of the scopes; or those of one leg. */
export function parametersText(listing: ParameterListing): string {
  const tables =
    listing.leg === null
      ? [parameterTable(listing), signallingTable(listing), scopedTable(listing)]
      : [legLine(listing), parameterTable(listing)];
  return [
    tables.filter((table) => table !== '').join('\n'),
    ...listing.warnings.map((warning) => `warning: ${warning}\n`),
  ].join('');
}

function parameterTable({ parameters }: ParameterListing): string {
  return tableWithNotes(
    [
      { title: 'name' },
      { title: 'value', align: 'right' },
      { title: 'default', align: 'right' },
      { title: 'range', align: 'right' },
      { title: 'unit' },
      { title: 'source' },
    ],
    parameters.map((one) => ({
      cells: [one.name, inTable(one.value), inTable(one.default), one.range, one.unit, one.source],
      notes: [one.meaning, ...inFull(one.value)],
    })),
  );
}

/** Parameters of the SIP companion, each with what it does, or that it does nothing. */
function signallingTable({ signalling }: ParameterListing): string {
  return tableWithNotes(
    [
      { title: 'name of signal' },
      { title: 'value', align: 'right' },
      { title: 'default', align: 'right' },
      { title: 'range', align: 'right' },
      { title: 'unit' },
      { title: 'source' },
    ],
    signalling.map((one) => ({
      cells: [one.name, inTable(one.value), inTable(one.default), one.range, one.unit, one.source],
      notes: [one.meaning, ...idle(one), ...inFull(one.value)],
    })),
  );
}

function idle({ readBy, reading }: ParameterListing['signalling'][number]): string[] {
  return readBy === null ? [`does nothing yet. ${reading}`.trimEnd()] : [];
}

function scopedTable({ scoped }: ParameterListing): string {
  if (scoped.length === 0) return '';
  return tableWithNotes(
    [
      { title: 'scope' },
      { title: 'parameter' },
      { title: 'value', align: 'right' },
      { title: 'system value', align: 'right' },
    ],
    scoped.map((one) => ({
      cells: [scopeTitle(one), one.parameter, inTable(one.value), inTable(one.systemValue)],
      notes: inFull(one.value),
    })),
  );
}

/** Whom the values are for, and of whom the configuration knows nothing: his name may be a slip. */
function legLine({ leg, scoped }: ParameterListing): string {
  const named = scopeKinds.flatMap((kind) => {
    const name = leg?.[kind] ?? null;
    if (name === null) return [];
    const known = scoped.some((one) => one.kind === kind && one.name === name);
    return [`${printable(scopeTitle({ kind, name }))}${known ? '' : ' (nothing is set for it)'}`];
  });
  return `as they apply to ${named.join(', ')}\n`;
}

interface Row {
  readonly cells: readonly string[];
  /** Lines below the row, indented. */
  readonly notes: readonly string[];
}

function tableWithNotes(columns: readonly TextColumn[], rows: readonly Row[]): string {
  const [titles, ...lines] = textTable(
    columns,
    rows.map(({ cells }) => cells),
  ).split('\n');
  const blocks = rows.flatMap(({ notes }, i) => [lines[i], ...notes.map((note) => `    ${note}`)]);
  return [titles, ...blocks].map((line) => `${line}\n`).join('');
}

const WIDEST_VALUE = 12;

function inTable(value: string | number | boolean | null): string {
  if (value === null) return '(none)';
  const text = String(value);
  return text === '' ? '(none)' : text.length > WIDEST_VALUE ? `${text.slice(0, WIDEST_VALUE - 1)}…` : text;
}

/** A list too long for the table, for a line of its own. */
function inFull(value: string | number | boolean | null): string[] {
  return String(value).length > WIDEST_VALUE ? [`value: ${value}`] : [];
}
