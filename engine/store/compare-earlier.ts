import type { DuckDBConnection } from '@duckdb/node-api';
import type { NameTables } from '../arrow/call-batches.ts';
import type { EarlierCall, RejectedEvent } from '../rated-batches.ts';

/** Keys looked up at a time. */
const LOOKUP = 1000;

/** What is kept of an event, with the names of content.ts. Times are compared as milliseconds. */
const STORED = `
  softswitch_id, flow_no::VARCHAR AS flow_no, sip_call_id, caller_e164, callee_e164, callee_to_gateway_e164,
  caller_gateway_id, callee_gateway_id, caller_ip_id, callee_ip_id, account_id,
  epoch_ms(start_at)::DOUBLE AS start_at, epoch_ms(ringing_at)::DOUBLE AS ringing_at,
  epoch_ms(answered_at)::DOUBLE AS answered_at, epoch_ms(ended_at)::DOUBLE AS ended_at,
  end_direction, end_reason, billing_mode, attempts`;

/**
 * Of calls which earlier runs have rated, those that say something else now. A call that an earlier run only counted
 * (no_cdr, suppressed), or that was pruned, left nothing to compare with, and passes as the same.
 */
export async function compareEarlier(
  connection: DuckDBConnection,
  names: NameTables,
  calls: readonly EarlierCall[],
): Promise<RejectedEvent[]> {
  const differing: RejectedEvent[] = [];
  for (let from = 0; from < calls.length; from += LOOKUP) {
    const some = calls.slice(from, from + LOOKUP);
    const rows = await connection.runAndReadAll(
      `SELECT ${STORED} FROM kept_calls
       WHERE kept <> 'superseded' AND flow_no IN (${some.map(({ flowNo }) => flowNo).join(', ')})`,
    );
    const stored = new Map(rows.getRowObjects().map((row) => [`${row.softswitch_id} ${row.flow_no}`, row]));
    for (const call of some) {
      const row = stored.get(`${call.softswitch} ${call.flowNo}`);
      if (row !== undefined && !sameContent(row, call.content, names)) differing.push(call);
    }
  }
  return differing;
}

function sameContent(row: Record<string, unknown>, content: Record<string, unknown>, names: NameTables): boolean {
  const named = (kind: keyof NameTables, id: unknown) => (id === null ? null : names[kind].nameOf(id as number));
  const time = (ms: unknown) => (ms === null ? null : new Date(ms as number).toISOString());
  const stored: Record<string, unknown> = {
    ...row,
    softswitch: named('softswitch', row.softswitch_id),
    caller_gateway: named('gateway', row.caller_gateway_id),
    callee_gateway: named('gateway', row.callee_gateway_id),
    caller_ip: named('ip', row.caller_ip_id),
    callee_ip: named('ip', row.callee_ip_id),
    account: named('account', row.account_id),
    start_at: time(row.start_at),
    ringing_at: time(row.ringing_at),
    answered_at: time(row.answered_at),
    ended_at: time(row.ended_at),
  };
  return Object.entries(content).every(([name, value]) => stored[name] === value);
}
