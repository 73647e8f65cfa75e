import type { DuckDBConnection } from '@duckdb/node-api';

/** How far their clock seems to be ahead of ours: the median over calls that can be no others. */
export interface ClockOffset {
  readonly ms: number;
  /** Calls it was taken from. */
  readonly calls: number;
}

/** Fewer calls say nothing of a clock. */
const LEAST_CALLS = 5;

/**
 * Estimates what is left of a constant offset of their clock, from the numbers that both sides have exactly once: these
 * need no tolerance to be the same call, so that an hour is found as well as a second. Null where they are few, or where
 * most of them do not agree.
 */
export async function estimateClockOffset(
  connection: DuckDBConnection,
  toleranceMs: number,
): Promise<ClockOffset | null> {
  const once = (table: string) =>
    `SELECT number, min(at_ms) AS at_ms FROM ${table} GROUP BY number HAVING count(*) = 1`;
  const result = await connection.runAndReadAll(
    `WITH apart AS MATERIALIZED (SELECT t.at_ms - o.at_ms AS ms FROM (${once('theirs')}) t JOIN (${once('ours')}) o USING (number)),
       middle AS (SELECT round(median(ms))::DOUBLE AS ms, count(*)::DOUBLE AS calls FROM apart)
     SELECT m.ms, m.calls, (SELECT count(*)::DOUBLE FROM apart a WHERE abs(a.ms - m.ms) <= ${toleranceMs}) FROM middle m`,
  );
  const [[ms, calls, agreeing]] = result.getRows() as [number, number, number][];
  return calls < LEAST_CALLS || 2 * agreeing <= calls ? null : { ms, calls };
}
