/** Event files cut at every byte: left out with a reason, or with --salvage exactly the whole batches before the cut. */
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { test } from 'node:test';
import { CompressionType } from 'apache-arrow';
import { arrowFile, type Shape } from './events.ts';
import { ratingTest } from './rating.ts';
import {
  emptyNames,
  fewCalls,
  messagesOf,
  type Outcome,
  type PreparedDeck,
  preparedDeck,
  readColumns,
  readValue,
  triedFile,
} from './tried-file.ts';

const calls = fewCalls.slice(0, 4);

const shapes: Readonly<Record<string, Shape>> = {
  file: { batchRows: 2, schemaInFront: true },
  'file with its schema at the end only': { batchRows: 4 },
  stream: { batchRows: 2, form: 'stream' },
  'file, ZSTD': { batchRows: 2, schemaInFront: true, compression: CompressionType.ZSTD },
  'stream, ZSTD': { batchRows: 2, form: 'stream', compression: CompressionType.ZSTD },
};

for (const [name, shape] of Object.entries(shapes)) {
  test(`cut at every byte: ${name}`, async (t) => {
    const rating = await ratingTest(t);
    const deck = await preparedDeck(rating);
    const bytes = arrowFile(calls, shape);
    const path = rating.write('cut.arrow', bytes);
    const ends = endsOfBatches(path);
    const whole = contentOf(path, deck, false, bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      const { outcome } = contentOf(path, deck, false);
      assert.ok('fault' in outcome && outcome.fault.length > 20, `${length}: a cut file is left out, and why is said`);
      // Without the schema, which stands at the end, nothing can be read.
      const batches = shape.batchRows === 4 ? 0 : ends.filter((end) => end <= length).length;
      const salvaged = contentOf(path, deck, true);
      if (batches === 0) assert.ok('fault' in salvaged.outcome, `${length}: nothing to salvage`);
      else assert.deepEqual(salvaged.outcome, { rows: 2 * batches }, `${length}`);
      assert.deepEqual(salvaged.rows, whole.rows.slice(0, 2 * batches), `${length}: the whole batches before the cut`);
    }
    assert.deepEqual(whole.outcome, { rows: 4 });
  });
}

test('whole runs over cut files: what is told, counted and stored agrees', async (t) => {
  const { write, rate, rows, connection } = await ratingTest(t);
  const bytes = arrowFile(calls, { ...shapes.stream, compression: CompressionType.ZSTD });
  const ends = endsOfBatches(write('cut.arrow', bytes));
  for (let length = 0; length < bytes.length; length += 61) {
    const path = write(`cut-${length}.arrow`, bytes.subarray(0, length));
    for (const salvage of [false, true]) {
      const batches = salvage ? ends.filter((end) => end <= length).length : 0;
      const { leftOut, rows: read, totals, files } = await rate(path, {}, salvage);
      const counted = totals.reduce((sum, { calls: some }) => sum + some, 0);
      assert.deepEqual([read, counted, leftOut.length], [2 * batches, 2 * batches, batches === 0 ? 1 : 0], `${length}`);
      assert.equal(files[0]?.torn === undefined, batches === 0);
      assert.deepEqual(
        await rows('SELECT flow_no FROM calls ORDER BY flow_no'),
        calls.slice(0, 2 * batches).map(({ flow_no }) => [String(flow_no)]),
      );
      for (const table of ['calls', 'rated_flow_numbers', 'run_inputs']) await connection.run(`DELETE FROM ${table}`);
    }
  }
});

/** What becomes of a file, and the content of the rows that were read, by the columns of the contract. */
function contentOf(
  path: string,
  deck: PreparedDeck,
  salvage: boolean,
  bytes?: Buffer,
): { outcome: Outcome; rows: string[] } {
  const names = emptyNames();
  const rows: string[] = [];
  const file = triedFile(path, deck, names, { bytes, salvage });
  for (;;) {
    const next = file.next();
    if (next.done) return { outcome: next.value, rows };
    const { batch } = next.value;
    for (let row = 0; row < batch.rows; row++) {
      rows.push(readColumns.map(({ name }) => readValue(batch, name, row, names)).join('|'));
    }
  }
}

/** Where each batch ends, in bytes from the start. */
function endsOfBatches(path: string): number[] {
  return messagesOf(path)
    .filter(({ kind }) => kind === 'batch')
    .map(({ headerAt, headerLength, bodyLength }) => headerAt + headerLength + bodyLength);
}
