import type { DuckDBConnection } from '@duckdb/node-api';
import { formatMoney, parseMoney } from '../../rating/money.ts';
import type { Kind } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import type { Columns, Table } from './read-table.ts';
import type { Staged } from './stage.ts';

/** What loading the staged rows would add and change, and the rows which may not be loaded because of what is there. */
export interface Comparison {
  readonly added: number;
  readonly changed: number;
  readonly mistakes: Mistake[];
}

/** Compares the rows of a file with those the database has, key by key. */
export async function comparedWithDatabase<C extends Columns>(
  connection: DuckDBConnection,
  { kind, key }: Kind<C>,
  { table: staged, columns, existing, sameKey, differs }: Staged,
  table: Table<C>,
  replace: boolean,
): Promise<Comparison> {
  const counts = await connection.runAndReadAll(
    `SELECT count(*) FILTER (e.${key[0]} IS NULL)::INTEGER,
       count(*) FILTER (e.${key[0]} IS NOT NULL AND (${differs}))::INTEGER
     FROM ${staged} s LEFT JOIN ${existing} e ON ${sameKey}`,
  );
  const [added, changed] = counts.getRows()[0] as [number, number];
  const fixed = fixedColumns(kind, withoutKey(columns, key), replace);
  if (changed === 0 || fixed.length === 0) return { added, changed, mistakes: [] };

  const changes = await connection.runAndReadAll(
    `SELECT s.row, ${firstDifference(fixed, (name) => `'${name}'`)}, ${firstDifference(fixed, (name) => `s.${name}::VARCHAR`)},
       ${firstDifference(fixed, (name) => `e.${name}::VARCHAR`)}
     FROM ${staged} s JOIN ${existing} e ON ${sameKey} WHERE ${fixed.map(isChanged).join(' OR ')} ORDER BY s.row`,
  );
  const mistakes = (changes.getRows() as [number, string, string | null, string | null][]).map(
    ([row, column, value, loaded]) => ({
      line: table.line(row),
      column,
      value: shortMoney(value ?? ''),
      expected: `${shortMoney(loaded ?? 'nothing')}, ${ADVICE[kind]}`,
    }),
  );
  return { added, changed, mistakes };
}

/** Columns of a loaded row that no file may change. */
function fixedColumns(kind: Kind['kind'], content: readonly string[], replace: boolean): readonly string[] {
  switch (kind) {
    case 'accounts':
      return ['balance'];
    case 'rates':
      return replace ? [] : content;
    case 'gateways':
      return [];
    case 'payments':
      return content;
  }
}

const ADVICE: Partial<Record<Kind['kind'], string>> = {
  accounts: 'the opening balance it was loaded with; payments and adjustments change a balance',
  rates:
    'as loaded before; a deck row that calls may have been rated with is never overwritten: ' +
    'use --replace, or give it a new effective_from',
  payments:
    'as loaded before; a payment is booked and never overwritten: give another payment a reference of its own, ' +
    'or take this one back with a negative amount',
};

/** What will not work yet with the rows as loaded: names that nothing of that name was loaded for. */
export async function warningsAfterLoad(
  connection: DuckDBConnection,
  kind: Kind['kind'],
  { table: staged }: Staged,
  line: (row: number) => number,
): Promise<string[]> {
  const query = MISSING[kind];
  if (query === undefined) return [];
  const result = await connection.runAndReadAll(query(staged));
  return (result.getRows() as [number, string][]).map(([row, problem]) => `line ${line(row)}: ${problem}`);
}

const MISSING: Partial<Record<Kind['kind'], (staged: string) => string>> = {
  accounts: (staged) =>
    `SELECT min(row) AS row, CASE WHEN rate_group IS NULL
       THEN format('account {} has no rate group: its calls stay unrated', min_by(account, row))
       ELSE format('rate group {} has no rates yet: calls of its accounts stay unrated until they are loaded', rate_group)
       END
     FROM ${staged} WHERE rate_group IS NULL OR rate_group NOT IN (SELECT rate_group FROM rates)
     GROUP BY rate_group, CASE WHEN rate_group IS NULL THEN account END ORDER BY row`,
  gateways: (staged) =>
    `SELECT min(row) AS row, format('account {} is not loaded yet: ratemill load accounts FILE', account)
     FROM ${staged} WHERE account NOT IN (SELECT account FROM accounts) GROUP BY account ORDER BY row`,
};

/** The database writes 0.005 as 0.005000. */
function shortMoney(text: string): string {
  const micros = /^-?\d+\.\d{6}$/.test(text) ? parseMoney(text) : undefined;
  return typeof micros === 'bigint' ? formatMoney(micros, 0) : text;
}

function withoutKey(columns: readonly string[], key: readonly string[]): string[] {
  return columns.filter((name) => !key.includes(name));
}

function firstDifference(columns: readonly string[], value: (name: string) => string): string {
  return `CASE ${columns.map((name) => `WHEN ${isChanged(name)} THEN ${value(name)}`).join(' ')} END`;
}

function isChanged(name: string): string {
  return `s.${name} IS DISTINCT FROM e.${name}`;
}
