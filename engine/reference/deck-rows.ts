import type { DuckDBConnection } from '@duckdb/node-api';
import type { RateTable } from './kinds.ts';

/** A row of a deck as the checks see it, from a file or from the database. */
export interface DeckRow {
  /** `line 12`, or `rate 345` for the rate_id of a loaded row. */
  readonly origin: string;
  readonly rateGroup: string;
  readonly prefix: string;
  /** Micros a minute. */
  readonly rate: number;
  /** Milliseconds since 1970 UTC; open ends are infinite. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly locked: boolean;
}

export function rowsOfFile({ rows, columns, line }: RateTable): DeckRow[] {
  return Array.from({ length: rows }, (_, row) => ({
    origin: `line ${line(row)}`,
    rateGroup: columns.rate_group[row],
    prefix: columns.prefix[row],
    rate: columns.rate[row],
    fromMs: columns.effective_from[row] ?? Number.NEGATIVE_INFINITY,
    untilMs: columns.effective_until[row] ?? Number.POSITIVE_INFINITY,
    locked: columns.locked[row],
  }));
}

/** The rates in force of the database; replaced ones are left out. */
export async function rowsOfDatabase(connection: DuckDBConnection): Promise<DeckRow[]> {
  const result = await connection.runAndReadAll(
    `SELECT rate_id, rate_group, prefix, (rate * 1000000)::BIGINT::DOUBLE,
       epoch_ms(effective_from)::DOUBLE, epoch_ms(effective_until)::DOUBLE, locked
     FROM rates WHERE replaced_by_load IS NULL ORDER BY rate_id`,
  );
  return result.getRows().map((values) => {
    const [id, rateGroup, prefix, rate, from, until, locked] = values as [
      number,
      string,
      string,
      number,
      number | null,
      number | null,
      boolean,
    ];
    return {
      origin: `rate ${id}`,
      rateGroup,
      prefix,
      rate,
      fromMs: from ?? Number.NEGATIVE_INFINITY,
      untilMs: until ?? Number.POSITIVE_INFINITY,
      locked,
    };
  });
}

/** Whether some moment belongs to the periods of both. */
export function sameTime(a: DeckRow, b: DeckRow): boolean {
  return a.fromMs < b.untilMs && b.fromMs < a.untilMs;
}

/** The rows of each group, by prefix. */
export function byGroupAndPrefix(rows: readonly DeckRow[]): Map<string, Map<string, DeckRow[]>> {
  const groups = new Map<string, Map<string, DeckRow[]>>();
  for (const row of rows) {
    const prefixes = groups.get(row.rateGroup) ?? new Map<string, DeckRow[]>();
    groups.set(row.rateGroup, prefixes);
    const same = prefixes.get(row.prefix);
    if (same) same.push(row);
    else prefixes.set(row.prefix, [row]);
  }
  return groups;
}
