/**
 * Whole micros. A double, where all amounts of an account add up to less than 2^53; beyond, the same code is run with
 * BigInts in the place of numbers: it only adds, subtracts and compares, which means the same for both.
 */
export type Micros = number;

/**
 * The money of an account whose overdraft is prevented, while calls are answered and end. The nightly replay and a
 * switch that is asked call by call decide by the same three steps (rating.md, "Balances and overdraft prevention").
 */
export class Balance {
  readonly #zero: Micros;
  #spendable: Micros;
  #reserved: Micros;

  /** @param spendable balance + credit limit */
  constructor(spendable: Micros) {
    this.#zero = spendable - spendable;
    this.#spendable = spendable;
    this.#reserved = this.#zero;
  }

  /** Balance + credit limit, whatever is reserved of it; below 0 for an account that was beyond its limit before. */
  get spendable(): Micros {
    return this.#spendable;
  }

  /** Sum of the reservations of live calls. */
  get reserved(): Micros {
    return this.#reserved;
  }

  pay(amount: Micros): void {
    this.#spendable += amount;
  }

  /** At the answer: sets the reservation of a call aside; false when it does not fit into what is available. */
  reserve(amount: Micros): boolean {
    if (amount > this.#spendable - this.#reserved) return false;
    this.#reserved += amount;
    return true;
  }

  /**
   * At the end: releases the reservation and charges the fee, or what is left where that is less. The reservations of
   * other calls do not count, so the balance never falls below the limit by a charge.
   *
   * @returns what is charged
   */
  settle(reservation: Micros, fee: Micros): Micros {
    this.#reserved -= reservation;
    let charged = fee > this.#spendable ? this.#spendable : fee;
    if (charged < this.#zero) charged = this.#zero;
    this.#spendable -= charged;
    return charged;
  }
}
