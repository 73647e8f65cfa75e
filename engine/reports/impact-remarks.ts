import type { DuckDBConnection } from '@duckdb/node-api';
import { PRICED } from '../ledger.ts';
import { grouped } from '../render/amounts.ts';
import { windowSql } from '../rerating/history.ts';
import type { HistoryWindow, WhatIf } from '../rerating/what-if.ts';

/** What an impact cannot tell, because it was not recorded, was pruned, or is set by a scope. */
export async function impactRemarks(connection: DuckDBConnection, { window, parameters }: WhatIf): Promise<string[]> {
  const remarks: string[] = [];
  const runs = `(SELECT DISTINCT run_id FROM calls WHERE ${windowSql(window)})`;
  const unrecorded = await connection.runAndReadAll(
    `SELECT status, sum(calls)::BIGINT, sum(fee_not_billed)::VARCHAR FROM run_counts SEMI JOIN ${runs} r USING (run_id)
     WHERE status IN ('no_cdr', 'suppressed_illegal', 'suppressed_zero_hold', 'suppressed_server_hang_up')
     GROUP BY status ORDER BY status`,
  );
  for (const [status, calls, notBilled] of unrecorded.getRows() as [string, bigint, string][]) {
    const money = /[1-9]/.test(notBilled) ? `, which would have been charged ${notBilled}` : '';
    remarks.push(
      `The runs of these calls met ${grouped(Number(calls))} ${status} calls${money}: they left no record, so they cannot be rated again.`,
    );
  }
  const names = Object.keys(parameters).map((name) => `'${name}'`);
  if (names.length > 0) {
    const scoped = await connection.runAndReadAll(
      `SELECT name, count(*)::INTEGER FROM calls JOIN (
         SELECT DISTINCT run_id, parameter_set, name FROM run_parameter_sets WHERE name IN (${names.join(', ')})
       ) USING (run_id, parameter_set) WHERE ${windowSql(window)} GROUP BY name ORDER BY name`,
    );
    for (const [name, calls] of scoped.getRows() as [string, number][]) {
      remarks.push(`${name} is set by a scope for a leg of ${grouped(calls)} calls: there it stays as it was.`);
    }
  }
  const pruned = await connection.runAndReadAll('SELECT max(before)::VARCHAR FROM prunes');
  const [[before]] = pruned.getRows() as (string | null)[][];
  if (before !== null) remarks.push(`Calls that ended before ${before} were pruned and are not in it.`);
  return remarks;
}

/** How many accounts that prevent overdraft have calls in a window that were charged, refused or capped. */
export async function preventingAccounts(connection: DuckDBConnection, window: HistoryWindow): Promise<number> {
  const found = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER FROM accounts a JOIN call_names n ON n.kind = 'account' AND n.name = a.account
     WHERE a.overdraft = 'prevent'
       AND n.id IN (SELECT account_id FROM calls WHERE status IN ${PRICED} AND ${windowSql(window)})`,
  );
  return found.getRows()[0][0] as number;
}
