import type { RatedColumns } from '../../rating/columns.ts';
import { setWords, wordsToBigMicros, wordsToMicros } from '../../rating/money.ts';
import { isStored, statusCode } from '../../rating/status.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { ExactSums } from './exact-sums.ts';
import type { StoredPiece } from './stored-calls.ts';

/** From this high word on, an amount is 2^50 or more. */
const BIG = 2 ** 18;

/**
 * By step and account, what a step changes of the money asked for calls, before overdraft prevention takes from it, and of
 * the vendor fees. Micros, exact.
 */
export class StepSums {
  readonly #fees: ExactSums[];
  readonly #vendorFees: ExactSums[];
  readonly #asked = new Int32Array(2 * CHUNK_ROWS);
  readonly #vendorAsked = new Int32Array(2 * CHUNK_ROWS);

  constructor(steps: number) {
    this.#fees = Array.from({ length: steps }, () => new ExactSums());
    this.#vendorFees = Array.from({ length: steps }, () => new ExactSums());
  }

  /** To be told of every step of a piece, in order, before overdraft prevention. */
  add(piece: StoredPiece, step: number, { status, fee, vendorFee }: RatedColumns): void {
    if (step === 0) this.#begin(piece);
    const [fees, vendorFees] = [this.#fees[step], this.#vendorFees[step]];
    for (let row = 0; row < piece.rows; row++) {
      const isAsked = status[row] === statusCode.charged ? 1 : 0;
      move(fees, piece.account[row], this.#asked, row, fee, isAsked);
      move(vendorFees, piece.account[row], this.#vendorAsked, row, vendorFee, isStored[status[row]]);
    }
  }

  fee(step: number, account: number): bigint {
    return this.#fees[step].get(account);
  }

  vendorFee(step: number, account: number): bigint {
    return this.#vendorFees[step].get(account);
  }

  #begin({ rows, fee, shortfall, vendorFee }: StoredPiece): void {
    this.#asked.set(fee);
    this.#vendorAsked.set(vendorFee);
    for (let row = 0; row < rows; row++) {
      if (shortfall[2 * row] === 0 && shortfall[2 * row + 1] === 0) continue;
      setWords(this.#asked, row, wordsToBigMicros(fee, row) + wordsToBigMicros(shortfall, row));
    }
  }
}

/** Replaces the amount of a row, if `counts` is 1, otherwise by 0, and adds the difference to an account. */
function move(
  sums: ExactSums,
  account: number,
  before: Int32Array,
  row: number,
  after: Int32Array,
  counts: number,
): void {
  const [low, high] = [2 * row, 2 * row + 1];
  const [newLow, newHigh] = [counts * after[low], counts * after[high]];
  if (before[low] === newLow && before[high] === newHigh) return;
  if (before[high] < BIG && newHigh < BIG) {
    const delta = counts * wordsToMicros(after, row) - wordsToMicros(before, row);
    sums.admit(account + 1, Math.abs(delta));
    sums.values[account] += delta;
  } else {
    sums.addBig(account, BigInt(counts) * wordsToBigMicros(after, row) - wordsToBigMicros(before, row));
  }
  before[low] = newLow;
  before[high] = newHigh;
}
