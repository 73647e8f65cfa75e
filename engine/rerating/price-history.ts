import type { DuckDBConnection } from '@duckdb/node-api';
import { type RatedColumns, ratedColumns } from '../../rating/columns.ts';
import { wordsToBigMicros } from '../../rating/money.ts';
import { repriceBatch } from '../../rating/reprice-batch.ts';
import { type Rerating, rerateBatch } from '../../rating/rerate-batch.ts';
import { statusCode } from '../../rating/status.ts';
import { OperatorError } from '../errors.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { concernedPieces, type History, type Selection } from './history.ts';
import type { StoredPiece } from './stored-calls.ts';
import type { Step } from './what-if.ts';

/** What a piece comes to after each step; columns are good until the next one is asked for. */
export interface PricedPiece {
  readonly piece: StoredPiece;
  /** After the last step. A call that was refused or capped, and is priced as it was, still is. */
  readonly out: RatedColumns;
  readonly shortfall: Int32Array;
}

/** Told of each step of each piece, before overdraft prevention: columns of `out` as the step leaves them. */
export type StepObserver = (piece: StoredPiece, step: number, out: RatedColumns) => void;

/**
 * Rates the calls of a history again, step by step. When money is all that is asked about (`Selection`), only columns of
 * money are good: statuses, rates and terms of the client, fees.
 *
 * @param onStep told of steps that may change something
 */
export async function* pricedPieces(
  connection: DuckDBConnection,
  history: History,
  selection?: Selection,
  onStep?: StepObserver,
): AsyncGenerator<PricedPiece> {
  const chains: readonly Rerating[][] = history.plans.map(({ parameters }) => history.reratings.of(parameters));
  const out = ratedColumns(CHUNK_ROWS);
  const shortfall = new Int32Array(2 * CHUNK_ROWS);
  for await (const piece of concernedPieces(connection, history, selection)) {
    const pricesOnly = selection?.money === true && history.needs.prices !== undefined && piece.numbers === undefined;
    let last: Rerating | undefined;
    for (const [step, rerating] of chains[piece.plan].entries()) {
      if (rerating !== last) {
        const rejected = pricesOnly ? repriceBatch(piece, rerating, last, out) : rerateBatch(piece, rerating, out);
        if (rejected > 0) throw tooLarge(rejected, history.steps[step]);
      }
      last = rerating;
      onStep?.(piece, step, out);
    }
    keepStopped(piece, out, shortfall);
    yield { piece, out, shortfall };
  }
}

/** Calls that were refused or capped stay so as long as their price does; replay-history.ts decides about the others. */
function keepStopped(piece: StoredPiece, { status, fee }: RatedColumns, shortfall: Int32Array): void {
  shortfall.fill(0);
  const { overdraft_refused: refused, overdraft_capped: capped, charged } = statusCode;
  for (let row = 0; row < piece.rows; row++) {
    const before = piece.status[row];
    if ((before !== refused && before !== capped) || status[row] !== charged || !isPricedAsBefore(piece, row, fee))
      continue;
    status[row] = before;
    for (const word of [2 * row, 2 * row + 1]) {
      fee[word] = piece.fee[word];
      shortfall[word] = piece.shortfall[word];
    }
  }
}

/** Whether a fee is that of the call before overdraft prevention took from it. */
function isPricedAsBefore(piece: StoredPiece, row: number, fee: Int32Array): boolean {
  if (piece.shortfall[2 * row] === 0 && piece.shortfall[2 * row + 1] === 0) {
    return fee[2 * row] === piece.fee[2 * row] && fee[2 * row + 1] === piece.fee[2 * row + 1];
  }
  return wordsToBigMicros(piece.fee, row) + wordsToBigMicros(piece.shortfall, row) === wordsToBigMicros(fee, row);
}

function tooLarge(calls: number, { cause }: Step): OperatorError {
  return new OperatorError(
    `under ${cause} the fee of ${calls === 1 ? 'a call' : `${calls} calls`} would be 1,000,000,000,000 or more, which no table holds: check the value, or the rates of the deck`,
  );
}
