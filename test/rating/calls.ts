import type { CallBatch } from '../../rating/columns.ts';
import { textColumn } from '../../rating/columns.ts';
import { type StatusName, statusCode, statuses } from '../../rating/status.ts';

/** What the rules look at in a call, with values of a call without fault. */
export interface Row {
  callee?: string;
  start?: number;
  ringing?: number | null;
  answered?: number | null;
  ended?: number;
  endDirection?: number;
  billingMode?: number;
  fault?: number;
  repeated?: number;
}

/** The instant the calls begin, ms since 1970. */
export const begin = Date.UTC(2026, 2, 2, 12);

/** A batch of calls of a minute; times are ms after `begin`. */
export function calls(...rows: Row[]): CallBatch {
  const at = (ms: number | null) => (ms === null ? Number.NaN : begin + ms);
  const nobody = new Int32Array(rows.length);
  const none = textColumn(rows.map(() => null));
  return {
    rows: rows.length,
    fault: Uint8Array.from(rows, ({ fault = 0 }) => fault),
    repeated: Uint8Array.from(rows, ({ repeated = 0 }) => repeated),
    flowNo: new Uint32Array(2 * rows.length),
    softswitch: nobody,
    sipCallId: none,
    callerE164: none,
    calleeE164: textColumn(rows.map(({ callee = '4930123' }) => callee)),
    calleeToGatewayE164: none,
    callerGateway: nobody,
    calleeGateway: nobody,
    callerIp: nobody,
    calleeIp: nobody,
    account: nobody,
    startMs: Float64Array.from(rows, ({ start = 0 }) => at(start)),
    ringingMs: Float64Array.from(rows, ({ ringing = null }) => at(ringing)),
    answeredMs: Float64Array.from(rows, ({ answered = 0 }) => at(answered)),
    endedMs: Float64Array.from(rows, ({ ended = 60_000 }) => at(ended)),
    endDirection: Uint8Array.from(rows, ({ endDirection = 0 }) => endDirection),
    endReason: nobody,
    billingMode: Int8Array.from(rows, ({ billingMode = 1 }) => billingMode),
    attempts: new Uint8Array(rows.length),
  };
}

/** Status codes by name; `-` for calls still on their way. */
export function named(status: Uint8Array): string[] {
  return Array.from(status, (code) => (code === 0 ? '-' : statuses[code].name));
}

export function codes(...names: (StatusName | '-')[]): Uint8Array {
  return Uint8Array.from(names, (name) => (name === '-' ? 0 : statusCode[name]));
}
