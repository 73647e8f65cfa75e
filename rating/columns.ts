/**
 * A column of text without an object per row: row i is `bytes[starts[i] … ends[i])`, UTF-8.
 * A null is `starts[i] = -1`. Rows may share bytes (a dictionary) and need not follow each other.
 */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A column of texts that are at hand as strings: for few rows, since it makes an object of each. */
export function textColumn(values: readonly (string | null)[]): TextColumn {
  const encoder = new TextEncoder();
  const texts = values.map((value) => encoder.encode(value ?? ''));
  // A buffer of its own: small ones of Node share a pool, which readers of words would see through.
  const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length, 0));
  const starts = new Int32Array(values.length).fill(-1);
  const ends = new Int32Array(values.length).fill(-1);
  let at = 0;
  texts.forEach((text, i) => {
    if (values[i] === null) return;
    bytes.set(text, at);
    starts[i] = at;
    at += text.length;
    ends[i] = at;
  });
  return { bytes, starts, ends };
}

/**
 * A batch of call events as columns, all `rows` long. Written by the reader of call events.
 *
 * Names (softswitch, account, gateways, addresses) are ids of a dictionary kept by the run, 0 for null.
 * Times are whole milliseconds since 1970 UTC, NaN for null; `flowNo` holds two words a row, low then high.
 * `fault` is the reader's verdict (see malformed.ts), 0 when every required value is there.
 */
export interface CallBatch {
  readonly rows: number;
  readonly fault: Uint8Array;
  /** 1 for calls the survey found to be rated already; absent when the batch has none. */
  readonly repeated?: Uint8Array;
  readonly flowNo: Uint32Array;
  readonly softswitch: Int32Array;
  readonly sipCallId: TextColumn;
  readonly callerE164: TextColumn;
  readonly calleeE164: TextColumn;
  readonly calleeToGatewayE164: TextColumn;
  readonly callerGateway: Int32Array;
  readonly calleeGateway: Int32Array;
  readonly callerIp: Int32Array;
  readonly calleeIp: Int32Array;
  readonly account: Int32Array;
  readonly startMs: Float64Array;
  readonly ringingMs: Float64Array;
  readonly answeredMs: Float64Array;
  readonly endedMs: Float64Array;
  readonly endDirection: Uint8Array;
  readonly endReason: Int32Array;
  readonly billingMode: Int8Array;
  readonly attempts: Uint8Array;
}

/**
 * What rating adds to a batch, in the order of the path; only the first `rows` of a batch are meaningful.
 *
 * `clientRate` and `vendorRate` are ids of rates, 0 for none; terms are places in the compiled tariff.
 * Fees are micros as 64-bit integers in two words a row, low then high: the layout DuckDB stores.
 */
export interface RatedColumns {
  /** Why a row is rejected (malformed.ts), 0 for none. */
  readonly fault: Uint8Array;
  readonly status: Uint8Array;
  /** Characters dropped from the front of callee_e164: the plus sign and the gateway route prefix. */
  readonly strippedCharacters: Uint8Array;
  /** Where the billing number begins in the bytes of callee_e164. */
  readonly billingStart: Int32Array;
  readonly holdSeconds: Int32Array;
  readonly basisSeconds: Int32Array;
  /** 1 when the server hung up and such calls are not recorded: the fee it would have had is withheld. */
  readonly withheld: Uint8Array;
  /** Place of the longest prefix any rate group has for the billing number, -1 for none or not looked up. */
  readonly prefix: Int32Array;
  readonly clientRate: Int32Array;
  /** The terms of the tariff that price the call, -1 where it ended before. */
  readonly clientTerm: Int32Array;
  readonly feeSeconds: Int32Array;
  readonly fee: Int32Array;
  /** Id of the clearing account of the routing gateway, 0 for none. */
  readonly vendorAccount: Int32Array;
  readonly vendorPrefix: Int32Array;
  readonly vendorRate: Int32Array;
  readonly vendorTerm: Int32Array;
  readonly vendorFeeSeconds: Int32Array;
  readonly vendorFee: Int32Array;
  /** Rows with hold time, whatever their status. */
  readonly connected: Int32Array;
  /** Rows a step is about to work on, and room for lists of rows within a step. */
  readonly selected: Int32Array;
  readonly scratch: Int32Array;
  readonly others: Int32Array;
  readonly starts: Int32Array;
}

/** Columns for what rating adds to batches of at most `rows`; reused from batch to batch. */
export function ratedColumns(rows: number): RatedColumns {
  return {
    fault: new Uint8Array(rows),
    status: new Uint8Array(rows),
    strippedCharacters: new Uint8Array(rows),
    billingStart: new Int32Array(rows),
    holdSeconds: new Int32Array(rows),
    withheld: new Uint8Array(rows),
    basisSeconds: new Int32Array(rows),
    prefix: new Int32Array(rows),
    clientRate: new Int32Array(rows),
    clientTerm: new Int32Array(rows),
    feeSeconds: new Int32Array(rows),
    fee: new Int32Array(2 * rows),
    vendorAccount: new Int32Array(rows),
    vendorPrefix: new Int32Array(rows),
    vendorRate: new Int32Array(rows),
    vendorTerm: new Int32Array(rows),
    vendorFeeSeconds: new Int32Array(rows),
    vendorFee: new Int32Array(2 * rows),
    connected: new Int32Array(rows),
    selected: new Int32Array(rows),
    scratch: new Int32Array(rows),
    others: new Int32Array(rows),
    starts: new Int32Array(rows),
  };
}
