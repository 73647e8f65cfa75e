import type { RatedColumns } from '../../rating/columns.ts';
import { setWords, wordsToBigMicros } from '../../rating/money.ts';
import { isStored, statusCode, statuses } from '../../rating/status.ts';
import { CHUNK_ROWS } from '../read-columns.ts';
import { ExactSums } from './exact-sums.ts';
import type { StoredPiece } from './stored-calls.ts';

/** From this high word on, amounts of all rows of a piece may not be summed in doubles. */
const BIG = 2 ** 8;
const WORD = 2 ** 32;

/**
 * By step and account, what a step changes of the money asked for calls, before overdraft prevention takes from it, and of
 * the vendor fees. Micros, exact.
 */
export class StepSums {
  readonly #fees: ExactSums[];
  readonly #vendorFees: ExactSums[];
  readonly #asked = new Int32Array(2 * CHUNK_ROWS);
  readonly #vendorAsked = new Int32Array(2 * CHUNK_ROWS);
  readonly #deltas = new Float64Array(CHUNK_ROWS);

  constructor(steps: number) {
    this.#fees = Array.from({ length: steps }, () => new ExactSums());
    this.#vendorFees = Array.from({ length: steps }, () => new ExactSums());
  }

  /** To be told of every step of a piece, in order, before overdraft prevention. */
  add(piece: StoredPiece, step: number, { status, fee, vendorFee }: RatedColumns): void {
    if (step === 0) this.#begin(piece);
    move(this.#fees[step], piece, this.#asked, fee, isAsked, status, this.#deltas);
    move(this.#vendorFees[step], piece, this.#vendorAsked, vendorFee, isStored, status, this.#deltas);
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

/** 1 for the codes of statuses by which something is asked of the account, before overdraft prevention. */
const isAsked = Uint8Array.from(statuses, (_, code) => (code === statusCode.charged ? 1 : 0));

/**
 * Replaces the amounts of a piece, by those after where its status `counts` and otherwise by 0, and adds the differences
 * to its accounts.
 */
function move(
  sums: ExactSums,
  { rows, account }: StoredPiece,
  before: Int32Array,
  after: Int32Array,
  counts: Uint8Array,
  status: Uint8Array,
  deltas: Float64Array,
): void {
  let words = 0;
  let amount = 0;
  let highest = 0;
  for (let row = 0; row < rows; row++) {
    const low = 2 * row;
    const high = low + 1;
    const counting = counts[status[row]];
    const newLow = counting * after[low];
    const newHigh = counting * after[high];
    const delta = (newHigh - before[high]) * WORD + ((newLow >>> 0) - (before[low] >>> 0));
    words |= newHigh | before[high];
    amount += Math.abs(delta);
    deltas[row] = delta;
    if (account[row] > highest) highest = account[row];
  }
  if (amount === 0) return;
  const hasBig = words >= BIG || words < 0;
  sums.admit(highest + 1, hasBig ? 0 : amount);
  for (let row = 0; row < rows; row++) {
    const counting = counts[status[row]];
    if (!hasBig) sums.values[account[row]] += deltas[row];
    else {
      const now = BigInt(counting) * wordsToBigMicros(after, row);
      sums.addBig(account[row], now - wordsToBigMicros(before, row));
    }
    before[2 * row] = counting * after[2 * row];
    before[2 * row + 1] = counting * after[2 * row + 1];
  }
}
