import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RecordBatchReader, type Table, tableFromIPC } from 'apache-arrow';
import { EventFile, type EventFileForm, eventFileEnding } from '../../../signalling/events/event-file.ts';
import {
  type CallEventBatch,
  callEventBatch,
  callEventColumns,
  type EventText,
} from '../../../signalling/events/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratemill-event-file-'));
after(() => rmSync(folder, { recursive: true }));

const dictionaries = {
  softswitch: ['ss1'],
  caller_gateway: ['in-01', 'in-ö'],
  callee_gateway: ['out-01'],
  caller_ip: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
  callee_ip: [],
  account: ['a', 'b'],
};

type Row = Record<string, string | number | bigint | null>;

/** 20 rows in which nulls, high words, negative numbers and texts of no length all occur. */
const rows: Row[] = Array.from({ length: 20 }, (_, i) => ({
  flow_no: BigInt(i) * 0x1_2345_6789n + 0xffff_ffffn,
  softswitch: 'ss1',
  sip_call_id: i % 3 === 0 ? null : `call-${i}@ss1`,
  caller_access_e164: i % 2 === 0 ? '' : `+49${i}`,
  callee_access_e164: null,
  caller_e164: `49${i}`,
  callee_e164: `0044${'7'.repeat(i)}`,
  callee_to_gateway_e164: i === 19 ? null : `é${i}`,
  caller_gateway: i % 4 === 0 ? null : dictionaries.caller_gateway[i % 2],
  callee_gateway: 'out-01',
  caller_ip: dictionaries.caller_ip[i % 3],
  callee_ip: null,
  account: i % 5 === 0 ? null : dictionaries.account[i % 2],
  start_at: 1_772_409_600_000 + i,
  ringing_at: i % 2 === 0 ? null : 1_772_409_601_000 + i,
  answered_at: i % 7 === 0 ? 951_782_400_000 : null,
  ended_at: i === 4 ? -1 : 1_772_409_700_000 + i,
  end_direction: i % 3,
  end_reason: i % 2 === 0 ? 200 : -i,
  billing_mode: (i % 5) - 1,
  attempts: i * 12,
}));

for (const form of ['file', 'stream'] satisfies EventFileForm[]) {
  test(`the ${form} form comes back from the library's own reader, row by row`, () => {
    const path = write(form, 8);
    const table = tableFromIPC(readFileSync(path));
    assert.equal(table.numRows, rows.length);
    assert.deepEqual(readBack(table), rows);
  });

  test(`the ${form} form has a batch for each one written, and each dictionary once`, () => {
    const reader = RecordBatchReader.from(readFileSync(write(form, 8)));
    const batches = [...reader];
    assert.deepEqual(
      batches.map(({ numRows }) => numRows),
      [8, 8, 4],
    );
    for (const batch of batches) {
      assert.deepEqual([...batch.getChild('account')!.data[0].dictionary!], dictionaries.account);
      assert.deepEqual([...batch.getChild('caller_gateway')!.data[0].dictionary!], dictionaries.caller_gateway);
    }
    assert.equal(count(readFileSync(write(form, 8)), Buffer.from('192.0.2.1192.0.2.2192.0.2.3')), 1);
  });

  test(`the ${form} form without rows can be read`, () => {
    const path = join(folder, `empty${eventFileEnding[form]}`);
    new EventFile(path, form, dictionaries).close();
    const table = tableFromIPC(readFileSync(path));
    assert.equal(table.numRows, 0);
    assert.equal(table.schema.fields.length, callEventColumns.length);
  });
}

test('nothing stands under the name of a file before it is closed, and nothing at all after it was given up', () => {
  const own = mkdtempSync(join(folder, 'parts-'));
  const file = new EventFile(join(own, 'events.arrow'), 'file', dictionaries);
  file.write(batchOf(rows));
  assert.deepEqual(readdirSync(own), ['events.arrow.part']);
  file.abort();
  assert.deepEqual(readdirSync(own), []);
});

test('rows and bytes are counted', () => {
  const path = join(folder, 'counted.arrow');
  const file = new EventFile(path, 'file', dictionaries);
  file.write(batchOf(rows));
  file.write(batchOf(rows.slice(3)));
  file.close();
  assert.equal(file.rows, 37);
  assert.equal(file.bytes, readFileSync(path).length);
});

test('a null where none may be is refused by the name of the column', () => {
  const file = new EventFile(join(folder, 'null.arrow'), 'file', dictionaries);
  assert.throws(
    () => file.write(batchOf([rows[0], { ...rows[1], caller_e164: null }])),
    /caller_e164 must not be null/,
  );
  assert.throws(() => file.write(batchOf([{ ...rows[1], ended_at: null }])), /ended_at must not be null/);
  file.abort();
});

function write(form: EventFileForm, batchRows: number): string {
  const path = join(folder, `events${eventFileEnding[form]}`);
  const file = new EventFile(path, form, dictionaries);
  for (let i = 0; i < rows.length; i += batchRows) file.write(batchOf(rows.slice(i, i + batchRows)));
  file.close();
  return path;
}

function batchOf(given: readonly Row[]): CallEventBatch {
  // More room than rows: what is beyond them must not be written.
  const batch = callEventBatch(given.length + 3, 64);
  batch.rows = given.length;
  for (const { name, kind } of callEventColumns) {
    given.forEach((row, i) => {
      const value = row[name];
      const column = batch[name];
      if (kind === 'text') writeText(column as EventText, i, value as string | null);
      else if (kind === 'uint64') {
        (column as Uint32Array)[2 * i] = Number((value as bigint) & 0xffff_ffffn);
        (column as Uint32Array)[2 * i + 1] = Number((value as bigint) >> 32n);
      } else if (kind === 'dictionary') {
        const values: readonly string[] = dictionaries[name as keyof typeof dictionaries];
        (column as Int32Array)[i] = value === null ? -1 : values.indexOf(value as string);
      } else (column as Float64Array)[i] = value === null ? Number.NaN : (value as number);
    });
  }
  return batch;
}

function writeText(text: EventText, row: number, value: string | null): void {
  const bytes = Buffer.from(value ?? '');
  text.missing[row] = value === null ? 1 : 0;
  text.bytes.set(bytes, text.offsets[row]);
  text.offsets[row + 1] = text.offsets[row] + bytes.length;
}

function readBack(table: Table): Row[] {
  return Array.from({ length: table.numRows }, (_, i) =>
    Object.fromEntries(callEventColumns.map(({ name }) => [name, table.getChild(name)!.get(i)])),
  );
}

function count(bytes: Buffer, sought: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(sought); at >= 0; at = bytes.indexOf(sought, at + 1)) found++;
  return found;
}
