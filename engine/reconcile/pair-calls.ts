import type { DuckDBConnection } from '@duckdb/node-api';
import { readNumberColumns } from '../read-columns.ts';
import { appendTable } from '../reference/append-table.ts';
import { type Candidates, Matches, matchCalls, OURS, THEIRS, THEIRS_LATER } from './match-calls.ts';

/**
 * Finds which of `theirs` and `ours` are the same calls, and puts them into the temporary table `pairs`: `their_no`,
 * `our_no`, `later`. A common identifier decides first, whatever the time; then a common caller; then, where a side names
 * no caller, the number alone. The number must be equal always.
 */
export async function pairCalls(
  connection: DuckDBConnection,
  { toleranceMs, byId, byCaller }: { readonly toleranceMs: number; readonly byId: boolean; readonly byCaller: boolean },
): Promise<void> {
  const sizes = await connection.runAndReadAll(
    `SELECT coalesce(max(their_no), 0), (SELECT coalesce(max(our_no), 0) FROM ours) FROM theirs`,
  );
  const [[theirs, ours]] = sizes.getRows() as [number, number][];
  const matches = new Matches(theirs, ours);
  if (byId) {
    const having = 'id IS NOT NULL';
    matchCalls(await candidates(connection, 'number, id', having, having), Number.POSITIVE_INFINITY, matches);
  }
  const pass = async (key: string, ofTheirs: string, ofOurs: string) =>
    matchCalls(await candidates(connection, key, ofTheirs, ofOurs), toleranceMs, matches);
  if (byCaller) {
    await pass('number, caller', 'caller IS NOT NULL', 'caller IS NOT NULL');
    await pass('number', 'caller IS NULL', 'true');
    await pass('number', 'caller IS NOT NULL', 'caller IS NULL');
  } else await pass('number', 'true', 'true');
  await storePairs(connection, matches);
}

/** @param key columns that are equal in calls of a group, @param ofTheirs and @param ofOurs which calls take part */
async function candidates(
  connection: DuckDBConnection,
  key: string,
  ofTheirs: string,
  ofOurs: string,
): Promise<Candidates> {
  const side = (code: number, no: string, at: string, duration: string, from: string) =>
    `SELECT code, ${code} AS side, ${no} AS no, ${at}::DOUBLE AS at_ms, ${duration}::DOUBLE AS duration_ms
     FROM ${from} JOIN shared USING (${key})`;
  const columns = await readNumberColumns(
    connection,
    `WITH shared AS MATERIALIZED (SELECT *, row_number() OVER ()::INTEGER AS code FROM
       (SELECT ${key} FROM theirs WHERE ${ofTheirs} INTERSECT SELECT ${key} FROM ours WHERE ${ofOurs}))
     FROM (
       ${side(THEIRS, 'their_no', 'at_ms', 'duration_ms', `(FROM theirs WHERE ${ofTheirs})`)} UNION ALL
       ${side(THEIRS_LATER, 'their_no', 'later_ms', 'later_duration_ms', `(FROM theirs WHERE ${ofTheirs} AND later_duration_ms IS NOT NULL AND later_ms IS NOT NULL)`)} UNION ALL
       ${side(OURS, 'our_no', 'at_ms', 'duration_ms', `(FROM ours WHERE ${ofOurs})`)})
     ORDER BY code, at_ms, side, no`,
  );
  const [group, sides, no, atMs, durationMs] = columns;
  return { rows: group.length, group, side: sides, no, atMs, durationMs } as Candidates;
}

async function storePairs(connection: DuckDBConnection, { ourOf, later }: Matches): Promise<void> {
  const matched = Array.from(ourOf.keys()).filter((their) => ourOf[their] !== 0);
  await connection.run('CREATE TEMP TABLE pairs (their_no INTEGER, our_no INTEGER, later BOOLEAN)');
  await appendTable(connection, 'pairs', [
    matched,
    matched.map((their) => ourOf[their]),
    matched.map((their) => later[their] === 1),
  ]);
}
