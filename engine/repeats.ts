import { createHash } from 'node:crypto';
import type { CallBatch } from '../rating/columns.ts';
import { ratedColumns } from '../rating/columns.ts';
import { rejectMalformed } from '../rating/malformed.ts';
import { CallBatchReader, type NameTables, SLICE_ROWS } from './arrow/call-batches.ts';
import { callContent, flowNoOf } from './content.ts';
import type { Survey } from './survey.ts';

/** Of the rows that share a key, the one that is rated: where it stands and a digest of what it says. */
export interface Winner {
  readonly file: number;
  /** Place of the row among all rows of its file. */
  readonly row: number;
  readonly endedMs: number;
  readonly digest: string;
}

/** Winners by key, for keys which stand more than once in the input. */
export type Winners = ReadonlyMap<string, Winner>;

/**
 * Decides for every repeated key which row is rated: the one that ended first, and among those the one whose content
 * sorts first. So the choice depends on what the rows say, never on which file or batch they stand in. Malformed rows
 * are not in the running: they are rejected for what they are.
 */
export function chooseWinners({ files, repeated }: Survey, names: NameTables): Winners {
  const winners = new Map<string, Winner>();
  if (repeated.size === 0) return winners;
  const verdict = ratedColumns(SLICE_ROWS);
  files.forEach(({ file, schema, messages }, place) => {
    const reader = new CallBatchReader(file, schema, names);
    let before = 0;
    for (const message of messages) {
      if (message.kind === 'dictionary') reader.readDictionary(message);
      if (message.kind !== 'batch') continue;
      for (const batch of reader.calls(message)) {
        rejectMalformed(batch, verdict);
        for (let row = 0; row < batch.rows; row++) {
          if (verdict.status[row] !== 0) continue;
          if (!repeated.has(batch.softswitch[row], batch.flowNo[2 * row], batch.flowNo[2 * row + 1])) continue;
          const key = keyOf(batch, row);
          const rival = { file: place, row: before + row, endedMs: batch.endedMs[row], digest: digestOf(batch, row, names) };
          const winner = winners.get(key);
          if (winner === undefined || comesBefore(rival, winner)) winners.set(key, rival);
        }
        before += batch.rows;
      }
    }
  });
  return winners;
}

/** The key of a call: its softswitch, by id, and flow number. */
export function keyOf(batch: CallBatch, row: number): string {
  return `${batch.softswitch[row]} ${flowNoOf(batch, row)}`;
}

/** A digest of all a row says: rows with the same one are the same event. */
export function digestOf(batch: CallBatch, row: number, names: NameTables): string {
  return createHash('sha256').update(JSON.stringify(callContent(batch, row, names))).digest('base64');
}

function comesBefore(a: Winner, b: Winner): boolean {
  return a.endedMs !== b.endedMs ? a.endedMs < b.endedMs : a.digest < b.digest;
}
