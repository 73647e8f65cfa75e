import type { CallBatch, RatedColumns } from '../rating/columns.ts';
import { statusCode, statuses } from '../rating/status.ts';

const STATUSES = statuses.length;

/**
 * Calls, hold time and money of one status. Money is micros; `notBilled` is what calls that are not recorded would have
 * cost, and what those fell short that could not be paid for.
 */
export interface StatusTotal {
  readonly status: number;
  readonly calls: number;
  readonly seconds: number;
  readonly fee: bigint;
  readonly notBilled: bigint;
  readonly vendorFee: bigint;
}

/**
 * Adds a run up by status, exactly: the two words of a fee are summed apart, which stays whole in doubles for any batch,
 * and joined to a BigInt once a batch.
 */
export class Tally {
  readonly #calls = new Float64Array(STATUSES);
  readonly #seconds = new Float64Array(STATUSES);
  readonly #low = new Float64Array(STATUSES);
  readonly #high = new Float64Array(STATUSES);
  readonly #fee = new Array<bigint>(STATUSES).fill(0n);
  readonly #shortfall = new Array<bigint>(STATUSES).fill(0n);
  readonly #vendorFee = new Array<bigint>(STATUSES).fill(0n);

  add({ rows }: CallBatch, { status, holdSeconds, fee, vendorFee }: RatedColumns): void {
    for (let i = 0; i < rows; i++) {
      this.#calls[status[i]]++;
      this.#seconds[status[i]] += holdSeconds[i];
    }
    this.#addMoney(rows, status, fee, this.#fee);
    this.#addMoney(rows, status, vendorFee, this.#vendorFee);
  }

  /** Takes back rows that were counted as duplicates and are rated again. */
  forgetDuplicates({ rows }: CallBatch, { holdSeconds }: RatedColumns): void {
    this.#calls[statusCode.duplicate] -= rows;
    for (let i = 0; i < rows; i++) this.#seconds[statusCode.duplicate] -= holdSeconds[i];
  }

  /**
   * Moves a call that was counted as charged to the status that overdraft prevention gives it.
   *
   * @param charged the fee it was counted with
   */
  takeBack(
    status: number,
    seconds: number,
    { charged, fee, vendorFee }: { charged: bigint; fee: bigint; vendorFee: bigint },
  ): void {
    this.#calls[statusCode.charged]--;
    this.#calls[status]++;
    this.#seconds[statusCode.charged] -= seconds;
    this.#seconds[status] += seconds;
    this.#fee[statusCode.charged] -= charged;
    this.#fee[status] += fee;
    this.#shortfall[status] += charged - fee;
    this.#vendorFee[statusCode.charged] -= vendorFee;
    this.#vendorFee[status] += vendorFee;
  }

  /** One line for each status that calls ended in, in order of precedence. */
  totals(): StatusTotal[] {
    return statuses
      .map((_, status) => {
        // The path works out the fee of calls it withholds.
        const withheld = status === statusCode.suppressed_server_hang_up;
        return {
          status,
          calls: this.#calls[status],
          seconds: this.#seconds[status],
          fee: withheld ? 0n : this.#fee[status],
          notBilled: withheld ? this.#fee[status] : this.#shortfall[status],
          vendorFee: this.#vendorFee[status],
        };
      })
      .filter(({ calls }) => calls > 0);
  }

  get rows(): number {
    return this.#calls.reduce((sum, calls) => sum + calls, 0);
  }

  /** Rows that came off the path without a status: our own mistake. */
  get undecided(): number {
    return this.#calls[statusCode.undecided];
  }

  #addMoney(rows: number, status: Uint8Array, money: Int32Array, sums: bigint[]): void {
    const low = this.#low.fill(0);
    const high = this.#high.fill(0);
    for (let i = 0; i < rows; i++) {
      low[status[i]] += money[2 * i] >>> 0;
      high[status[i]] += money[2 * i + 1];
    }
    for (let s = 0; s < STATUSES; s++) {
      if (low[s] !== 0 || high[s] !== 0) sums[s] += BigInt(high[s]) * 0x1_0000_0000n + BigInt(low[s]);
    }
  }
}
