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
  return settingsTable(
    'name',
    parameters.map((one) => ({ ...one, notes: [one.meaning] })),
  );
}

/** Parameters of the SIP companion, each with what it does, or that it does nothing. */
function signallingTable({ signalling }: ParameterListing): string {
  return settingsTable(
    'name of signal',
    signalling.map((one) => ({ ...one, notes: [one.meaning, ...idle(one)] })),
  );
}

type Setting = Omit<ParameterListing['signalling'][number], 'value' | 'default' | 'readBy'> & {
  readonly value: string | number | boolean | null;
  readonly default: string | number | boolean | null;
  readonly notes: readonly string[];
};

function settingsTable(title: string, settings: readonly Setting[]): string {
  return tableWithNotes(
    [
      { title },
      { title: 'value', align: 'right' },
      { title: 'default', align: 'right' },
      { title: 'range', align: 'right' },
      { title: 'unit' },
      { title: 'source' },
    ],
    settings.map(({ name, value, default: usual, range, unit, source, notes }) => ({
      cells: [name, inTable(value), inTable(usual), range, unit, source],
      notes: [...notes, ...inFull(value)],
    })),
  );
}

function idle(one: ParameterListing['signalling'][number]): string[] {
  return one.readBy === null ? [`does nothing. ${one.reading}`] : [];
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
