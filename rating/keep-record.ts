import type { CallBatch, RatedColumns, TextColumn } from './columns.ts';
import { matchesPattern, type NumberPatterns } from './number-pattern.ts';
import { statusCode } from './status.ts';

const ZERO = 48;

/** Rule 2: a call that was already rated, as the survey of the input and of earlier runs found, is a `duplicate`. */
export function dropDuplicates({ rows, repeated }: CallBatch, { status }: RatedColumns): void {
  if (repeated === undefined) return;
  for (let i = 0; i < rows; i++) {
    if (repeated[i] === 1 && status[i] === 0) status[i] = statusCode.duplicate;
  }
}

/** Rules 3 and 8: calls whose billing number is on a list end with its status (`no_cdr`, `toll_free`). */
export function endListed(
  rows: number,
  { bytes, ends }: TextColumn,
  patterns: NumberPatterns,
  listed: number,
  { status, billingStart }: RatedColumns,
): void {
  const { firstDigits } = patterns;
  if (firstDigits === 0) return;
  for (let i = 0; i < rows; i++) {
    const start = billingStart[i];
    // Nearly all numbers are told by their first digit; other bytes that pass here are no match there.
    if (((firstDigits >>> (bytes[start] - ZERO)) & 1) === 0) continue;
    if (status[i] === 0 && matchesPattern(patterns, bytes, start, ends[i])) status[i] = listed;
  }
}

/** The record switches, 0 or 1, as SERVER_BILLING_RECORD_… gives them. */
export interface RecordSwitches {
  readonly illegalCall: number;
  readonly zeroHoldTime: number;
  readonly serverHangUp: number;
}

/**
 * Rules 4 to 6: each switch that concerns the call must be on.
 * A server hang-up that is not recorded stays on the path, marked `withheld`, so that the fee it would have had is known.
 */
export function keepRecord(
  batch: Pick<CallBatch, 'rows' | 'billingMode' | 'endDirection'>,
  switches: RecordSwitches,
  out: RatedColumns,
): void {
  const { rows, billingMode, endDirection } = batch;
  const { status, holdSeconds, withheld } = out;
  if (switches.illegalCall === 0) {
    for (let i = 0; i < rows; i++) {
      if (status[i] === 0 && billingMode[i] === -1) status[i] = statusCode.suppressed_illegal;
    }
  }
  if (switches.zeroHoldTime === 0) {
    for (let i = 0; i < rows; i++) {
      if (status[i] === 0 && holdSeconds[i] === 0) status[i] = statusCode.suppressed_zero_hold;
    }
  }
  withheld.fill(0);
  if (switches.serverHangUp === 0) {
    for (let i = 0; i < rows; i++) {
      if (status[i] === 0 && endDirection[i] === 2 && billingMode[i] !== -1) withheld[i] = 1;
    }
  }
}

/** Rule 7: an illegal call is recorded and costs nothing. */
export function endIllegal(
  { rows, billingMode }: Pick<CallBatch, 'rows' | 'billingMode'>,
  { status }: RatedColumns,
): void {
  for (let i = 0; i < rows; i++) {
    if (status[i] === 0 && billingMode[i] === -1) status[i] = statusCode.illegal;
  }
}

/** Rule 6, at the end of the path: the fee of a withheld call is known now and stays unbilled. */
export function withhold(rows: number, { serverHangUp }: RecordSwitches, { status, withheld }: RatedColumns): void {
  if (serverHangUp === 1) return;
  for (let i = 0; i < rows; i++) {
    if (withheld[i] === 1 && status[i] !== statusCode.rejected) status[i] = statusCode.suppressed_server_hang_up;
  }
}
