import {
  DECIMAL,
  type DuckDBType,
  ENUM,
  INTEGER,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { CallBatch, RatedColumns, TextColumn } from '../../rating/columns.ts';
import { MONEY_TYPE } from '../../rating/money.ts';
import { statuses } from '../../rating/status.ts';

/** A batch, what rating made of it, and the set of parameters that it was rated under. */
export interface RatedBatch {
  readonly batch: CallBatch;
  readonly rated: RatedColumns;
  readonly parameterSet: number;
}

type Bytes = Uint8Array | Int8Array;

/**
 * How a column of a table of calls comes out of a rated batch. Values are gathered in their stored form: `words` is one
 * 32-bit integer a row, `pairs` two (a 64-bit integer), `micros` a time in milliseconds made microseconds, `run` and
 * `set` are the same for all rows of a batch. Where `absent` gives true for a value the column is null.
 */
export type CallColumn = { readonly name: string; readonly type: DuckDBType } & (
  | { readonly form: 'words'; readonly values: (b: RatedBatch) => Int32Array; readonly absent?: number }
  | { readonly form: 'bytes'; readonly values: (b: RatedBatch) => Bytes }
  | { readonly form: 'pairs'; readonly values: (b: RatedBatch) => Uint32Array | Int32Array }
  | { readonly form: 'micros'; readonly values: (b: RatedBatch) => Float64Array; readonly nullable: boolean }
  | { readonly form: 'text'; readonly values: (b: RatedBatch) => TextColumn; readonly nullable: boolean }
  | { readonly form: 'vendor-words'; readonly values: (b: RatedBatch) => Int32Array }
  | { readonly form: 'vendor-pairs'; readonly values: (b: RatedBatch) => Int32Array }
  | { readonly form: 'run' }
  | { readonly form: 'set' }
  | { readonly form: 'zero' }
);

const money = DECIMAL(MONEY_TYPE.width, MONEY_TYPE.scale);

/** The columns of the tables `calls` and `waiting_calls`, in the order of schema.sql. */
export const callColumns: readonly CallColumn[] = [
  { name: 'run_id', type: INTEGER, form: 'run' },
  { name: 'parameter_set', type: USMALLINT, form: 'set' },
  { name: 'softswitch_id', type: INTEGER, form: 'words', values: (b) => b.batch.softswitch },
  { name: 'flow_no', type: UBIGINT, form: 'pairs', values: (b) => b.batch.flowNo },
  { name: 'sip_call_id', type: VARCHAR, form: 'text', values: (b) => b.batch.sipCallId, nullable: true },
  { name: 'account_id', type: INTEGER, form: 'words', values: (b) => b.batch.account, absent: 0 },
  { name: 'caller_gateway_id', type: INTEGER, form: 'words', values: (b) => b.batch.callerGateway, absent: 0 },
  { name: 'callee_gateway_id', type: INTEGER, form: 'words', values: (b) => b.batch.calleeGateway, absent: 0 },
  { name: 'caller_ip_id', type: INTEGER, form: 'words', values: (b) => b.batch.callerIp, absent: 0 },
  { name: 'callee_ip_id', type: INTEGER, form: 'words', values: (b) => b.batch.calleeIp, absent: 0 },
  { name: 'caller_e164', type: VARCHAR, form: 'text', values: (b) => b.batch.callerE164, nullable: false },
  { name: 'callee_e164', type: VARCHAR, form: 'text', values: (b) => b.batch.calleeE164, nullable: false },
  {
    name: 'callee_to_gateway_e164',
    type: VARCHAR,
    form: 'text',
    values: (b) => b.batch.calleeToGatewayE164,
    nullable: true,
  },
  { name: 'stripped_characters', type: UTINYINT, form: 'bytes', values: (b) => b.rated.strippedCharacters },
  { name: 'start_at', type: TIMESTAMPTZ, form: 'micros', values: (b) => b.batch.startMs, nullable: false },
  { name: 'ringing_at', type: TIMESTAMPTZ, form: 'micros', values: (b) => b.batch.ringingMs, nullable: true },
  { name: 'answered_at', type: TIMESTAMPTZ, form: 'micros', values: (b) => b.batch.answeredMs, nullable: true },
  { name: 'ended_at', type: TIMESTAMPTZ, form: 'micros', values: (b) => b.batch.endedMs, nullable: false },
  { name: 'status', type: ENUM(statuses.map(({ name }) => name)), form: 'bytes', values: (b) => b.rated.status },
  { name: 'hold_time', type: INTEGER, form: 'words', values: (b) => b.rated.holdSeconds },
  { name: 'rate_id', type: INTEGER, form: 'words', values: (b) => b.rated.clientRate, absent: 0 },
  { name: 'fee_time', type: INTEGER, form: 'words', values: (b) => b.rated.feeSeconds },
  { name: 'fee', type: money, form: 'pairs', values: (b) => b.rated.fee },
  { name: 'shortfall', type: money, form: 'zero' },
  { name: 'vendor_account_id', type: INTEGER, form: 'words', values: (b) => b.rated.vendorAccount, absent: 0 },
  { name: 'vendor_rate_id', type: INTEGER, form: 'words', values: (b) => b.rated.vendorRate, absent: 0 },
  { name: 'vendor_fee_time', type: INTEGER, form: 'vendor-words', values: (b) => b.rated.vendorFeeSeconds },
  { name: 'vendor_fee', type: money, form: 'vendor-pairs', values: (b) => b.rated.vendorFee },
  { name: 'end_direction', type: UTINYINT, form: 'bytes', values: (b) => b.batch.endDirection },
  { name: 'end_reason', type: INTEGER, form: 'words', values: (b) => b.batch.endReason },
  { name: 'billing_mode', type: TINYINT, form: 'bytes', values: (b) => b.batch.billingMode },
  { name: 'attempts', type: UTINYINT, form: 'bytes', values: (b) => b.batch.attempts },
];
