import type { DuckDBConnection } from '@duckdb/node-api';
import { CHUNK_ROWS } from '../read-columns.ts';
import { chargesByCause, type Step } from './charges-by-cause.ts';
import type { Rerated } from './impact.ts';
import { type PricedPiece, pricedPieces } from './price-history.ts';
import { StagedRows } from './staged-rows.ts';

/**
 * Puts the calls that come out otherwise than they are stored where commit-rerating.ts takes them from: the temporary view
 * `rerated`, a row a call. It has the columns of a call that rating fills, `waiting` and `row` (the rowid in waiting_calls,
 * or in calls), `plan`, and `charged_0`, `charged_1` …, what the call is charged after each cause.
 *
 * @returns how many they are
 */
export async function stageRerated(connection: DuckDBConnection, rerated: Rerated): Promise<number> {
  const { history, causes, replays } = rerated;
  const staged = new StagedRows(causes.length);
  await connection.run(`CREATE OR REPLACE TEMP TABLE rerated_rows (${staged.declaration})`);
  const last = replays.at(-1);
  const steps: Step[] = [];
  const changed = new Int32Array(CHUNK_ROWS);
  let count = 0;
  const pieces = pricedPieces(connection, history, {}, ({ rows }, step, { status, fee }) => {
    steps[step] = { status: status.slice(0, rows), fee: fee.slice(0, 2 * rows) };
  });
  for await (const priced of pieces) {
    last?.apply(priced);
    const rows = changed.subarray(0, findChanged(priced, changed));
    staged.add(priced, rows, chargesByCause(rerated, priced, rows, steps));
    count += rows.length;
    if (staged.isFull) await staged.write(connection, 'rerated_rows');
  }
  await staged.write(connection, 'rerated_rows');
  await connection.run(`
    CREATE OR REPLACE TEMP VIEW rerated AS
    SELECT * REPLACE (
      CASE WHEN stripped_characters >= 0 THEN stripped_characters END::UTINYINT AS stripped_characters,
      nullif(rate_id, 0) AS rate_id, nullif(vendor_account_id, 0) AS vendor_account_id,
      nullif(vendor_rate_id, 0) AS vendor_rate_id,
      CASE WHEN vendor_rate_id <> 0 THEN vendor_fee_time END AS vendor_fee_time,
      CASE WHEN vendor_rate_id <> 0 THEN vendor_fee END AS vendor_fee)
    FROM rerated_rows`);
  return count;
}

/** Removes what was staged. */
export async function dropStaged(connection: DuckDBConnection): Promise<void> {
  await connection.run('DROP VIEW rerated; DROP TABLE rerated_rows');
}

/** Finds the rows of which something is otherwise than they are stored; returns how many. */
function findChanged(priced: PricedPiece, changed: Int32Array): number {
  let count = 0;
  for (let row = 0; row < priced.piece.rows; row++) {
    if (!isStoredSo(priced, row)) changed[count++] = row;
  }
  return count;
}

function isStoredSo({ piece, out, shortfall }: PricedPiece, row: number): boolean {
  return (
    piece.status[row] === out.status[row] &&
    piece.holdSeconds[row] === out.holdSeconds[row] &&
    piece.clientRate[row] === out.clientRate[row] &&
    piece.feeSeconds[row] === out.feeSeconds[row] &&
    piece.vendorRate[row] === out.vendorRate[row] &&
    piece.vendorAccount[row] === out.vendorAccount[row] &&
    piece.vendorFeeSeconds[row] === out.vendorFeeSeconds[row] &&
    sameWords(piece.fee, out.fee, row) &&
    sameWords(piece.shortfall, shortfall, row) &&
    sameWords(piece.vendorFee, out.vendorFee, row) &&
    (piece.numbers === undefined || piece.numbers.strippedCharacters[row] === out.strippedCharacters[row])
  );
}

function sameWords(a: Int32Array, b: Int32Array, row: number): boolean {
  return a[2 * row] === b[2 * row] && a[2 * row + 1] === b[2 * row + 1];
}
