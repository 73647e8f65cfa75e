import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { sqlText } from '../sql-text.ts';
import type { ReconcileTask } from './reconcile.ts';

/**
 * Every call and every line that could not be read, as one result: their side as the file has it, ours, and the
 * differences (theirs - ours, what a side lacks taken for 0): in the order of their lines, those only we have last. Times
 * are UTC, their own by their clock. Of millions of calls most of the time is spent on those that match.
 */
export async function streamLines(
  connection: DuckDBConnection,
  { files, map, clockOffsetMs }: ReconcileTask,
  { skipMatched }: { readonly skipMatched: boolean },
): Promise<DuckDBResult> {
  const at = (ms: string) => `make_timestamptz(((${ms}) * 1000)::BIGINT)`;
  const seconds = (ms: string) => `((${ms}) / 1000::DECIMAL(10,3))::DECIMAL(18,3)`;
  const file = (no: string) => `[${files.map(sqlText).join(', ')}][${no} + 1]`;
  const money = map.money === undefined ? 'NULL::DECIMAL(18,6)' : 'r.our_money';
  return connection.stream(
    `SELECT * EXCLUDE (file_no) FROM (
       SELECT r.outcome, t.file_no, ${file('t.file_no')} AS file, t.line, r.number, r.destination,
         t.caller AS their_caller, t.id AS their_id,
         ${at(`if(p.later, t.later_ms, t.at_ms) + ${clockOffsetMs}`)} AS their_start,
         ${seconds('r.their_ms')} AS their_seconds, r.their_money,
         s.name AS our_softswitch, o.flow_no AS our_flow_no, o.caller AS our_caller, ${at('o.at_ms')} AS our_start,
         ${seconds('r.our_ms')} AS our_seconds, ${money} AS our_money,
         ${seconds('coalesce(r.their_ms, 0) - coalesce(r.our_ms, 0)')} AS seconds_difference,
         (coalesce(r.their_money, 0) - coalesce(${money}, 0))::DECIMAL(19,6) AS money_difference,
         NULL AS title, NULL AS value, NULL AS expected
       FROM reconciled r LEFT JOIN theirs t USING (their_no) LEFT JOIN ours o USING (our_no)
         LEFT JOIN pairs p USING (their_no)
         LEFT JOIN call_names s ON s.kind = 'softswitch' AND s.id = o.softswitch_id
       ${skipMatched ? "WHERE r.outcome <> 'matched'" : ''}
       UNION ALL BY NAME
       SELECT 'unreadable' AS outcome, file_no, ${file('file_no')} AS file, line, title, value, expected FROM unreadable)
     ORDER BY file_no, line, our_start, our_softswitch, our_flow_no, title`,
  );
}
