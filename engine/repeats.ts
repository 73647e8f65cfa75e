import { createHash } from 'node:crypto';
import type { CallBatch } from '../rating/columns.ts';
import type { NameTables } from './arrow/call-batches.ts';
import { callContent, flowNoOf } from './content.ts';

/** Rows of one batch whose keys stand more than once in the input, set aside until all of the input was read. */
export interface SetAside {
  readonly batch: CallBatch;
  readonly file: number;
  /** Of each row, its place among all rows of its file, from 0. */
  readonly places: Int32Array;
}

/** What is to become of rows set aside: which are rated, and which of the others say something else. */
export interface Verdict {
  /** 1 for rows that are not rated. */
  readonly repeated: Uint8Array;
  /** 1 for those of them that differ from the row that is. */
  readonly differs: Uint8Array;
}

interface Winner {
  readonly batch: number;
  readonly row: number;
  readonly endedMs: number;
  readonly digest: string;
}

/**
 * Decides for every repeated key which row is rated: the one that ended first, and among those the one whose content
 * sorts first. So the choice depends on what the rows say, never on which file or batch they stand in.
 */
export function chooseWinners(aside: readonly SetAside[], names: NameTables): Verdict[] {
  const winners = new Map<string, Winner>();
  const digests = aside.map(({ batch }, place) =>
    Array.from({ length: batch.rows }, (_, row) => {
      const digest = digestOf(batch, row, names);
      const rival = { batch: place, row, endedMs: batch.endedMs[row], digest };
      const winner = winners.get(keyOf(batch, row));
      if (winner === undefined || comesBefore(rival, winner)) winners.set(keyOf(batch, row), rival);
      return digest;
    }),
  );
  return aside.map(({ batch }, place) => {
    const verdict = { repeated: new Uint8Array(batch.rows), differs: new Uint8Array(batch.rows) };
    for (let row = 0; row < batch.rows; row++) {
      const winner = winners.get(keyOf(batch, row)) as Winner;
      verdict.repeated[row] = winner.batch === place && winner.row === row ? 0 : 1;
      verdict.differs[row] = winner.digest === digests[place][row] ? 0 : 1;
    }
    return verdict;
  });
}

/** The key of a call: its softswitch, by id, and flow number. */
function keyOf(batch: CallBatch, row: number): string {
  return `${batch.softswitch[row]} ${flowNoOf(batch, row)}`;
}

/** A digest of all a row says: rows with the same one are the same event. */
function digestOf(batch: CallBatch, row: number, names: NameTables): string {
  return createHash('sha256')
    .update(JSON.stringify(callContent(batch, row, names)))
    .digest('base64');
}

function comesBefore(a: Winner, b: Winner): boolean {
  return a.endedMs !== b.endedMs ? a.endedMs < b.endedMs : a.digest < b.digest;
}
