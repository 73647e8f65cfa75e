import type { CallBatch, TextColumn } from '../rating/columns.ts';
import type { NameTables } from './arrow/call-batches.ts';

/**
 * The content of one event as plain values by column name, as kept with rejected rows and compared between duplicates.
 * Only for the few rows that need it: it makes an object.
 */
export function callContent(batch: CallBatch, row: number, names: NameTables): Record<string, unknown> {
  return {
    softswitch: nameOf(names.softswitch, batch.softswitch[row]),
    flow_no: flowNoOf(batch, row).toString(),
    sip_call_id: textOf(batch.sipCallId, row),
    caller_e164: textOf(batch.callerE164, row),
    callee_e164: textOf(batch.calleeE164, row),
    callee_to_gateway_e164: textOf(batch.calleeToGatewayE164, row),
    caller_gateway: nameOf(names.gateway, batch.callerGateway[row]),
    callee_gateway: nameOf(names.gateway, batch.calleeGateway[row]),
    caller_ip: nameOf(names.ip, batch.callerIp[row]),
    callee_ip: nameOf(names.ip, batch.calleeIp[row]),
    account: nameOf(names.account, batch.account[row]),
    start_at: timeOf(batch.startMs[row]),
    ringing_at: timeOf(batch.ringingMs[row]),
    answered_at: timeOf(batch.answeredMs[row]),
    ended_at: timeOf(batch.endedMs[row]),
    end_direction: batch.endDirection[row],
    end_reason: batch.endReason[row],
    billing_mode: batch.billingMode[row],
    attempts: batch.attempts[row],
  };
}

export function flowNoOf({ flowNo }: Pick<CallBatch, 'flowNo'>, row: number): bigint {
  return (BigInt(flowNo[2 * row + 1]) << 32n) | BigInt(flowNo[2 * row]);
}

function nameOf(names: NameTables[keyof NameTables], id: number): string | null {
  return id === 0 ? null : names.nameOf(id);
}

/** Bytes that are not UTF-8 come out as the replacement character. */
function textOf({ bytes, starts, ends }: TextColumn, row: number): string | null {
  return starts[row] < 0 ? null : Buffer.from(bytes.subarray(starts[row], ends[row])).toString('utf8');
}

/** ISO 8601, or milliseconds where no calendar reaches. */
function timeOf(ms: number): string | number | null {
  if (Number.isNaN(ms)) return null;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms;
}
