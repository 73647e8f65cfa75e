/** One file through survey, reader and kernel, compared row by row with what an independent reader finds in it. */
import assert from 'node:assert/strict';
import type { NameTables } from '../../engine/arrow/call-batches.ts';
import { closeMessageFile, openMessageFile, walkMessages } from '../../engine/arrow/message-file.ts';
import { flowNoOf } from '../../engine/content.ts';
import { FlowNumbers } from '../../engine/flow-numbers.ts';
import { Names, nameKinds } from '../../engine/names.ts';
import { ParameterSets } from '../../engine/parameter-sets.ts';
import { RatedFiles } from '../../engine/rated-batches.ts';
import { Rater } from '../../engine/rater.ts';
import { readTariff } from '../../engine/read-tariff.ts';
import type { RatedBatch } from '../../engine/store/call-columns.ts';
import { asFileFault, surveyFiles } from '../../engine/survey.ts';
import type { CallBatch, TextColumn } from '../../rating/columns.ts';
import { compileTariff } from '../../rating/tariff.ts';
import { callEventColumns } from '../../signalling/events/events.ts';
import { type Event, event, noon } from './events.ts';
import { type Batch, readIndependently, type Value } from './independent-reader.ts';
import { configurationOf, type Rating } from './rating.ts';

/** What became of a file: its fault, or the number of rows that were rated. */
export type Outcome = { readonly fault: string } | { readonly rows: number };

/** What rating needs besides files, prepared once for thousands of them. */
export interface PreparedDeck {
  readonly tariff: Awaited<ReturnType<typeof readTariff>>;
  readonly compiled: ReturnType<typeof compileTariff>;
}

/** Few calls, with nulls, texts of all lengths, and two that share a key. */
export const fewCalls: Event[] = [
  event(1, { sip_call_id: null, callee_to_gateway_e164: '49301', callee_gateway: 'out-1' }),
  event(2, { callee_e164: '+4930123456789012', ringing_at: null, sip_call_id: 'é'.repeat(9) }),
  event(3, { answered_at: null, account: null, billing_mode: -1, sip_call_id: '' }),
  event(2 ** 40, { account: 'bob', callee_gateway: 'out-2', caller_e164: '', callee_e164: 'anonymous' }),
  event(5, { softswitch: 'ss2', callee_e164: '4490', ended_at: noon + 5_000, caller_ip: null }),
  event(5, { softswitch: 'ss2', callee_e164: '4490', ended_at: noon + 7_000 }),
];

export async function preparedDeck({ connection }: Pick<Rating, 'connection'>): Promise<PreparedDeck> {
  const tariff = await readTariff(connection);
  const ever = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  return { tariff, compiled: compileTariff(tariff.rates, ever) };
}

export function emptyNames(): NameTables {
  return Object.fromEntries(nameKinds.map((kind) => [kind, new Names()])) as NameTables;
}

/**
 * Rates a file as a run would. Batches are handed out as they are rated; what becomes of the file is returned. Anything
 * but a FileFault or rows that add up, and agree with the independent reader, is thrown.
 *
 * @param bytes what the file holds, for the independent reader; not of a file that breaks off, which it takes for whole
 */
export function* triedFile(
  path: string,
  { tariff, compiled }: PreparedDeck,
  names: NameTables,
  { bytes, salvage = false }: { bytes?: Buffer; salvage?: boolean },
): Generator<RatedBatch, Outcome> {
  const { files, faults, rows, repeated } = surveyFiles([path], names, { salvage });
  if (files.length === 0) return { fault: faults[0].message };
  try {
    const sets = new ParameterSets(configurationOf({}), compiled, tariff, names);
    const rater = new Rater({ names, tariff, compiled, sets });
    const rated = new RatedFiles({ files, rater, multiple: repeated, earlier: new FlowNumbers() });
    const { batches, whole } =
      bytes === undefined ? { batches: [], whole: false } : readIndependently(Uint8Array.from(bytes));
    const filled = batches.filter((batch) => [...batch.values()][0].length > 0);
    let read = 0;
    let place = 0;
    for (const one of rated) {
      // Once all is read, the rows that share their key come again.
      if (read < rows && place < filled.length) assertSame(one.batch, filled[place++], names);
      else if (read < rows) assert.ok(!whole, 'the independent reader finds fewer batches');
      read += one.batch.rows;
      yield one;
    }
    assert.ok(!whole || place === filled.length, 'the independent reader finds more batches');
    assert.equal(rater.tally.rows, rows, 'rows = sum over statuses');
    assert.equal(rater.tally.undecided, 0);
    return { rows };
  } catch (error) {
    return { fault: asFileFault(error, path).message };
  } finally {
    closeMessageFile(files[0].file);
  }
}

/** The value our reader hands out, in the terms of the independent one. */
export function readValue(batch: CallBatch, name: string, row: number, names: NameTables): Value {
  const text = ({ bytes, starts, ends }: TextColumn) =>
    starts[row] < 0 ? null : Buffer.from(bytes.subarray(starts[row], ends[row])).toString('latin1');
  const nameOf = (kind: keyof NameTables, id: number) =>
    id === 0 ? null : Buffer.from(names[kind].nameOf(id)).toString('latin1');
  const time = (ms: number) => (Number.isNaN(ms) ? null : ms);
  const values: Record<string, () => Value> = {
    flow_no: () => flowNoOf(batch, row),
    softswitch: () => nameOf('softswitch', batch.softswitch[row]),
    sip_call_id: () => text(batch.sipCallId),
    caller_e164: () => text(batch.callerE164),
    callee_e164: () => text(batch.calleeE164),
    callee_to_gateway_e164: () => text(batch.calleeToGatewayE164),
    caller_gateway: () => nameOf('gateway', batch.callerGateway[row]),
    callee_gateway: () => nameOf('gateway', batch.calleeGateway[row]),
    caller_ip: () => nameOf('ip', batch.callerIp[row]),
    callee_ip: () => nameOf('ip', batch.calleeIp[row]),
    account: () => nameOf('account', batch.account[row]),
    start_at: () => time(batch.startMs[row]),
    ringing_at: () => time(batch.ringingMs[row]),
    answered_at: () => time(batch.answeredMs[row]),
    ended_at: () => time(batch.endedMs[row]),
    end_direction: () => batch.endDirection[row],
    end_reason: () => batch.endReason[row],
    billing_mode: () => batch.billingMode[row],
    attempts: () => batch.attempts[row],
  };
  return values[name]();
}

/** Where the messages of a sound file lie. */
export function messagesOf(path: string) {
  const file = openMessageFile(path);
  const { messages } = walkMessages(file);
  closeMessageFile(file);
  return messages;
}

/** The columns that are read; numbers as received are not. */
export const readColumns = callEventColumns.filter(({ name }) => !name.includes('_access_'));

function assertSame(batch: CallBatch, found: Batch, names: NameTables): void {
  const length = [...found.values()][0].length;
  assert.equal(batch.rows, length, 'rows of a batch');
  for (let row = 0; row < length; row++) {
    let sound = true;
    for (const { name, nullable, kind } of readColumns) {
      const value = found.get(name)?.[row] ?? null;
      const isText = kind === 'text' || kind === 'dictionary';
      const readable = !isText || value === null || isUtf8(value as string);
      if ((value === null && !nullable) || !readable) sound = false;
      // Bytes that are no name have no id, and a null of a number leaves what lies there: the row is rejected for both.
      if (value === null ? !nullable && !isText : kind === 'dictionary' && !readable) continue;
      const ours = readValue(batch, name, row, names);
      if (ours !== value) assert.fail(`row ${row}: ${name} is ${ours} where the independent reader has ${value}`);
    }
    assert.equal(batch.fault[row] === 0, sound, `row ${row}: whether its values can be read`);
  }
}

function isUtf8(latin1: string): boolean {
  const bytes = Buffer.from(latin1, 'latin1');
  return bytes.toString('utf8').includes('\ufffd') ? Buffer.from(bytes.toString('utf8')).equals(bytes) : true;
}
