import type { CallBatch, RatedColumns, TextColumn } from '../rating/columns.ts';
import type { RatedBatch } from './store/call-columns.ts';

/** Copies rows of a batch into a batch of their own. */
export function pickRows(batch: CallBatch, rows: readonly number[]): CallBatch {
  const pick = <T extends Values>(values: T) => pickValues(values, rows);
  const pickText = ({ bytes, starts, ends }: TextColumn): TextColumn => {
    const texts = rows.map((row) => (starts[row] < 0 ? null : bytes.slice(starts[row], ends[row])));
    const picked = { starts: new Int32Array(rows.length).fill(-1), ends: new Int32Array(rows.length).fill(-1) };
    let at = 0;
    texts.forEach((text, i) => {
      if (text === null) return;
      picked.starts[i] = at;
      at += text.length;
      picked.ends[i] = at;
    });
    return { bytes: Buffer.concat(texts.filter((text) => text !== null)), ...picked };
  };
  return {
    rows: rows.length,
    fault: pick(batch.fault),
    ...(batch.repeated === undefined ? {} : { repeated: pick(batch.repeated) }),
    flowNo: Uint32Array.from(rows.flatMap((row) => [batch.flowNo[2 * row], batch.flowNo[2 * row + 1]])),
    softswitch: pick(batch.softswitch),
    sipCallId: pickText(batch.sipCallId),
    callerE164: pickText(batch.callerE164),
    calleeE164: pickText(batch.calleeE164),
    calleeToGatewayE164: pickText(batch.calleeToGatewayE164),
    callerGateway: pick(batch.callerGateway),
    calleeGateway: pick(batch.calleeGateway),
    callerIp: pick(batch.callerIp),
    calleeIp: pick(batch.calleeIp),
    account: pick(batch.account),
    startMs: pick(batch.startMs),
    ringingMs: pick(batch.ringingMs),
    answeredMs: pick(batch.answeredMs),
    endedMs: pick(batch.endedMs),
    endDirection: pick(batch.endDirection),
    endReason: pick(batch.endReason),
    billingMode: pick(batch.billingMode),
    attempts: pick(batch.attempts),
  };
}

/** Copies rows of a rated batch into one of their own, so that they outlast the batch. */
export function pickRated({ batch, rated, parameterSet }: RatedBatch, rows: readonly number[]): RatedBatch {
  const columns = Object.entries(rated).map(([name, values]: [string, Uint8Array | Int32Array]) => {
    if (name === 'fee' || name === 'vendorFee') {
      return [name, Int32Array.from(rows.flatMap((row) => [values[2 * row], values[2 * row + 1]]))];
    }
    return [name, pickValues(values, rows)];
  });
  return { batch: pickRows(batch, rows), rated: Object.fromEntries(columns) as RatedColumns, parameterSet };
}

type Values = Int32Array | Float64Array | Uint8Array | Int8Array;

function pickValues<T extends Values>(values: T, rows: readonly number[]): T {
  const picked = new (values.constructor as new (length: number) => T)(rows.length);
  rows.forEach((row, i) => {
    picked[i] = values[row];
  });
  return picked;
}
