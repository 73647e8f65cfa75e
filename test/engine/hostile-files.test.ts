/** Event files damaged in thousands of ways: each is left out with a reason, or rated without a wrong row. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CompressionType, TimeUnit } from 'apache-arrow';
import type { RatedBatch } from '../../engine/store/call-columns.ts';
import { CallSink } from '../../engine/store/insert-calls.ts';
import { isRated } from '../../rating/status.ts';
import { arrowFile, type Shape, writeBytes } from './events.ts';
import { mutantCount, mutantOf, mutantSeed, type Span } from './mutants.ts';
import { type Rating, ratingTest } from './rating.ts';
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

/** Nothing takes nearly as long, or as much memory, as a file of a few kilobytes may not. */
const LONGEST_MS = 2000;
const MOST_BYTES = 256 * 1024 * 1024;

const shapes: Readonly<Record<string, Shape>> = {
  file: { batchRows: 2 },
  stream: { batchRows: 2, form: 'stream' },
  'file, schema in front, long offsets': { batchRows: 3, schemaInFront: true, text: 'large' },
  'stream, growing dictionaries': { batchRows: 2, form: 'stream', delta: true, text: 'dictionary', indices: 8 },
  'file, growing dictionaries': { batchRows: 3, delta: true, unit: TimeUnit.NANOSECOND },
  'stream, plain text': { batchRows: 6, form: 'stream', text: 'plain', unit: TimeUnit.SECOND },
  'stream, ZSTD': { batchRows: 3, form: 'stream', compression: CompressionType.ZSTD },
  'file, ZSTD': { batchRows: 3, compression: CompressionType.ZSTD },
  'stream, LZ4': { batchRows: 6, form: 'stream', compression: CompressionType.LZ4_FRAME, text: 'dictionary' },
};

test(`${mutantCount} mutants of event files, HOSTILE_SEED=${mutantSeed}`, async (t) => {
  const rating = await ratingTest(t);
  await rating.connection.run('SET threads = 1');
  const deck = await preparedDeck(rating);
  const bases = Object.values(shapes).map((shape) => {
    const bytes = arrowFile(fewCalls, shape);
    return { bytes, spans: headersOf(rating.write('base.arrow', bytes), bytes.length) };
  });
  const told = new Map<string, number>();
  let stored = 0;
  let accepted = 0;
  for (let from = 0; from < mutantCount; from += 500) {
    const to = Math.min(from + 500, mutantCount);
    const outcomes: Outcome[] = [];
    const seeds = Array.from({ length: to - from }, (_, i) => mutantSeed + from + i);
    stored += await storedMutants(rating, deck, bases, seeds, outcomes);
    for (const outcome of outcomes) {
      if ('rows' in outcome) accepted++;
      else told.set(kindOf(outcome.fault), (told.get(kindOf(outcome.fault)) ?? 0) + 1);
    }
  }
  t.diagnostic(`${accepted} of ${mutantCount} accepted, ${stored} rows of them stored; ${told.size} kinds of faults`);
  assert.ok(accepted > mutantCount / 20, 'many are damaged where it does not show');
  assert.ok(told.size >= 20, `faults of many kinds are told: ${[...told.keys()].join('; ')}`);
});

/** Rates mutants, and stores the rows of all that are accepted and reads them back. @returns how many rows these are */
async function storedMutants(
  { connection, dir, rows }: Rating,
  deck: PreparedDeck,
  bases: readonly { bytes: Buffer; spans: readonly Span[] }[],
  seeds: readonly number[],
  outcomes: Outcome[],
): Promise<number> {
  const names = emptyNames();
  const expected: string[] = [];
  function* all(): Generator<RatedBatch> {
    for (const seed of seeds) {
      const { bytes, spans } = bases[seed % bases.length];
      const mutant = mutantOf(bytes, seed, spans);
      const before = process.memoryUsage().arrayBuffers;
      let spentMs = -performance.now();
      try {
        const path = writeBytes(join(dir, 'mutant.arrow'), mutant);
        const file = triedFile(path, deck, names, { bytes: mutant });
        let next = file.next();
        for (; !next.done; next = file.next()) {
          spentMs += performance.now();
          expected.push(...storedRows(next.value, names));
          yield next.value;
          spentMs -= performance.now();
        }
        outcomes.push(next.value);
        // The library has no word for the unit of a damaged type.
        if ('fault' in next.value) assert.doesNotMatch(next.value.fault, /(?<!<)undefined|NaN|cannot be read/);
      } catch (error) {
        throw new Error(`mutant ${seed} (HOSTILE_SEED=${seed} HOSTILE_MUTANTS=1)`, { cause: error });
      }
      spentMs += performance.now();
      assert.ok(spentMs < LONGEST_MS, `mutant ${seed} took ${spentMs} ms`);
      const memory = process.memoryUsage().arrayBuffers - before;
      assert.ok(memory < MOST_BYTES, `mutant ${seed} took ${memory} bytes`);
    }
  }
  await connection.run('BEGIN');
  await new CallSink(connection, 1, 'calls').store(all());
  const found = (await rows(`SELECT ${STORED.join(', ')} FROM calls ORDER BY rowid`)).map((row) => row.join('|'));
  await connection.run('ROLLBACK');
  for (const [i, row] of expected.entries()) assert.equal(found[i], row, `row ${i} of mutants ${seeds[0]} and on`);
  assert.equal(found.length, expected.length);
  assert.equal(outcomes.length, seeds.length);
  return found.length;
}

/** Columns of table `calls`, as text: names by their ids, times as milliseconds. */
const NAMED = ['softswitch', 'account', 'caller_gateway', 'callee_gateway', 'caller_ip', 'callee_ip'];
const STORED = readColumns.map(({ name, kind }) =>
  NAMED.includes(name) ? `${name}_id` : kind === 'timestamp' ? `epoch_ms(${name})` : name,
);

function storedRows({ batch, rated }: RatedBatch, names: ReturnType<typeof emptyNames>): string[] {
  const ids: Record<string, Int32Array> = {
    softswitch: batch.softswitch,
    account: batch.account,
    caller_gateway: batch.callerGateway,
    callee_gateway: batch.calleeGateway,
    caller_ip: batch.callerIp,
    callee_ip: batch.calleeIp,
  };
  const lines: string[] = [];
  for (let row = 0; row < batch.rows; row++) {
    if (isRated[rated.status[row]] === 0) continue;
    const values = readColumns.map(({ name, kind }) => {
      const value = NAMED.includes(name) ? ids[name][row] || null : readValue(batch, name, row, names);
      return kind === 'text' && value !== null ? Buffer.from(value as string, 'latin1').toString('utf8') : value;
    });
    lines.push(values.join('|'));
  }
  return lines;
}

/** Where headers and footer lie: a mutation there reaches further than one of values. */
function headersOf(path: string, size: number): Span[] {
  const messages = messagesOf(path);
  const last = messages[messages.length - 1];
  return [
    [0, messages[0].headerAt],
    ...messages.map(({ headerAt, headerLength }): Span => [headerAt - 8, headerAt + headerLength]),
    [last.headerAt + last.headerLength + last.bodyLength, size],
  ];
}

/** A fault without its numbers and names. */
function kindOf(fault: string): string {
  return fault.replace(/0x[0-9a-f]+|-?\d+|bytes [0-9a-f]+/g, '#').replace(/(column|dictionary) \S+/g, '$1 #');
}
