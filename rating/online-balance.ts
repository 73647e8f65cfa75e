import { Balance, type Micros } from './balance.ts';

/** The money of an account as it is stored. Amounts are micros, times milliseconds since 1970. */
export interface StoredMoney {
  /** Balance + credit limit, without the payments that come later. */
  readonly spendable: Micros;
  /** Payments that count from their time on, in its order. */
  readonly payments: readonly { readonly paidMs: number; readonly amount: Micros }[];
}

/**
 * The money of an account while its calls are up: what is stored, less what calls hold, less what calls were charged that
 * have ended and that no run has rated yet. A call holds what it may cost up to some length, at least the reservation of
 * the nightly replay; as the sum of all that is held never exceeds what is there, the replay refuses and caps none of
 * these calls. Calls are known by their flow numbers.
 */
export class OnlineBalance {
  readonly #balance = new Balance(0);
  readonly #held = new Map<bigint, Micros>();
  readonly #charges = new Map<bigint, Micros>();
  #payments: StoredMoney['payments'] = [];

  constructor(stored: StoredMoney) {
    this.restate(stored, () => false);
  }

  /** What further calls may hold; below 0 when the stored money has become less than what is held. */
  get available(): Micros {
    return this.#balance.spendable - this.#balance.reserved;
  }

  /** Calls that have ended, were charged, and are not rated yet. */
  get unrated(): Iterable<bigint> {
    return this.#charges.keys();
  }

  held(call: bigint): Micros {
    return this.#held.get(call) ?? 0;
  }

  /** Lets payments count that have come by now. */
  advance(nowMs: number): void {
    let due = 0;
    while (due < this.#payments.length && this.#payments[due].paidMs <= nowMs) {
      this.#balance.pay(this.#payments[due++].amount);
    }
    if (due > 0) this.#payments = this.#payments.slice(due);
  }

  /** Sets an amount aside for a call, beside what it holds; false when that is not there. */
  hold(call: bigint, amount: Micros): boolean {
    if (!this.#balance.reserve(amount)) return false;
    this.#held.set(call, this.held(call) + amount);
    return true;
  }

  /** A call has ended: what it held is free again, less its fee. @returns what it is charged */
  settle(call: bigint, fee: Micros): Micros {
    const charged = this.#balance.settle(this.held(call), fee);
    this.#held.delete(call);
    if (charged > 0) this.#charges.set(call, charged);
    return charged;
  }

  /** Charges a call of before, whatever is there; once, however often it is told. */
  charge(call: bigint, fee: Micros): void {
    if (fee === 0 || this.#charges.has(call)) return;
    this.#charges.set(call, fee);
    this.#balance.pay(-fee);
  }

  /** Takes what is stored by now: it has the charges of the calls that were rated, so these are forgotten here. */
  restate({ spendable, payments }: StoredMoney, isRated: (call: bigint) => boolean): void {
    let left = spendable;
    for (const [call, fee] of this.#charges) {
      if (isRated(call)) this.#charges.delete(call);
      else left -= fee;
    }
    this.#balance.pay(left - this.#balance.spendable);
    this.#payments = payments;
  }
}
