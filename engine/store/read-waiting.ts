import type { DuckDBConnection } from '@duckdb/node-api';
import { type CallBatch, textColumn } from '../../rating/columns.ts';
import { SLICE_ROWS } from '../arrow/call-batches.ts';

/** Calls that wait for a rate or an account, as the path of a call takes them. */
export interface WaitingBatch {
  readonly batch: CallBatch;
  /** By row, its rowid in table `waiting_calls`, and the code of the status it waits with. */
  readonly rowIds: readonly bigint[];
  readonly status: Int32Array;
}

/** How many wait, and between which times they were answered. */
export interface WaitingSurvey {
  readonly rows: number;
  readonly lastRowId: number;
  readonly answered: { readonly fromMs: number; readonly untilMs: number };
}

export async function surveyWaiting(connection: DuckDBConnection): Promise<WaitingSurvey> {
  const found = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, coalesce(max(rowid), -1)::DOUBLE, epoch_ms(min(answered_at))::DOUBLE,
       epoch_ms(max(answered_at))::DOUBLE FROM waiting_calls`,
  );
  const [rows, lastRowId, fromMs, untilMs] = found.getRows()[0] as [number, number, number | null, number | null];
  return { rows, lastRowId, answered: { fromMs: fromMs ?? 0, untilMs: untilMs ?? 0 } };
}

/**
 * The waiting calls with rowids from `from` on and below `to`, in batches the kernel takes.
 *
 * @param where SQL that limits them further
 */
export async function readWaiting(
  connection: DuckDBConnection,
  where: string,
  from: number,
  to: number,
): Promise<WaitingBatch[]> {
  const found = await connection.runAndReadAll(
    `SELECT ${COLUMNS} FROM waiting_calls WHERE rowid >= ${from} AND rowid < ${to} AND ${where} ORDER BY rowid`,
  );
  const columns = found.getColumns();
  const batches: WaitingBatch[] = [];
  for (let start = 0; start < found.currentRowCount; start += SLICE_ROWS) {
    batches.push(waitingBatch(columns.map((values) => values.slice(start, start + SLICE_ROWS))));
  }
  return batches;
}

/** In the order in which `waitingBatch` takes them; a null id is 0, a null time NaN. */
const COLUMNS = `
  rowid, enum_code(status)::INTEGER, flow_no, softswitch_id, sip_call_id, caller_e164, callee_e164,
  callee_to_gateway_e164, coalesce(caller_gateway_id, 0), coalesce(callee_gateway_id, 0), coalesce(caller_ip_id, 0),
  coalesce(callee_ip_id, 0), coalesce(account_id, 0), epoch_ms(start_at)::DOUBLE,
  coalesce(epoch_ms(ringing_at)::DOUBLE, 'nan'), coalesce(epoch_ms(answered_at)::DOUBLE, 'nan'),
  epoch_ms(ended_at)::DOUBLE, end_direction, end_reason, billing_mode, attempts`;

function waitingBatch(columns: readonly (readonly unknown[])[]): WaitingBatch {
  const [rowIds, status, flowNo, softswitch, ...rest] = columns;
  const [sipCallId, callerE164, calleeE164, calleeToGatewayE164] = rest as (string | null)[][];
  const [callerGateway, calleeGateway, callerIp, calleeIp, account, ...values] = rest.slice(4) as number[][];
  const [startMs, ringingMs, answeredMs, endedMs, endDirection, endReason, billingMode, attempts] = values;
  const rows = rowIds.length;
  return {
    rowIds: rowIds as bigint[],
    status: Int32Array.from(status as number[]),
    batch: {
      rows,
      fault: new Uint8Array(rows),
      flowNo: new Uint32Array(BigUint64Array.from(flowNo as bigint[]).buffer),
      softswitch: Int32Array.from(softswitch as number[]),
      sipCallId: textColumn(sipCallId),
      callerE164: textColumn(callerE164),
      calleeE164: textColumn(calleeE164),
      calleeToGatewayE164: textColumn(calleeToGatewayE164),
      callerGateway: Int32Array.from(callerGateway),
      calleeGateway: Int32Array.from(calleeGateway),
      callerIp: Int32Array.from(callerIp),
      calleeIp: Int32Array.from(calleeIp),
      account: Int32Array.from(account),
      startMs: Float64Array.from(startMs),
      ringingMs: Float64Array.from(ringingMs),
      answeredMs: Float64Array.from(answeredMs),
      endedMs: Float64Array.from(endedMs),
      endDirection: Uint8Array.from(endDirection),
      endReason: Int32Array.from(endReason),
      billingMode: Int8Array.from(billingMode),
      attempts: Uint8Array.from(attempts),
    },
  };
}
