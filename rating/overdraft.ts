import { Balance, type Micros } from './balance.ts';
import type { CallBatch, RatedColumns } from './columns.ts';
import { LiveCalls, type PricedCall } from './live-calls.ts';
import { wordsToMicros } from './money.ts';
import { statusCode } from './status.ts';

/** A payment that counts from its time on. Times are milliseconds, amounts micros. */
export interface Payment {
  readonly paidMs: number;
  readonly amount: Micros;
}

/** What becomes of a call that an account cannot pay for; all others stay charged. */
export interface Verdict {
  readonly status: 'overdraft_refused' | 'overdraft_capped';
  readonly fee: Micros;
  readonly shortfall: Micros;
  /** What was available when it was decided: at the answer, less what was reserved for others; at the end, not. */
  readonly available: Micros;
}

/** What a replay tells of the calls it goes through. */
export interface ReplayObserver<C> {
  /** Told of each call that is refused or capped, when that is known. */
  decided(call: C, verdict: Verdict): void;
  /** Told of each call that is admitted, with what was available before. */
  admitted?(call: C, available: Micros): void;
  /** Told of each admitted call when it has ended, with what was left before it was charged. */
  ended?(call: C, left: Micros): void;
}

/**
 * Rules 15 and 16 for the calls of one account, replayed in the order of time: at one millisecond ends come before
 * payments and payments before answers, and flow numbers decide between the like.
 */
export class OverdraftReplay<C extends PricedCall> {
  readonly #balance: Balance;
  readonly #payments: readonly Payment[];
  readonly #observer: ReplayObserver<C>;
  readonly #live = new LiveCalls<C>();
  #paid = 0;
  #peak: Micros;
  #peakMs: number | null = null;

  /**
   * @param spendable balance + credit limit at the start
   * @param payments in the order of their times
   */
  constructor(spendable: Micros, payments: readonly Payment[], observer: ReplayObserver<C>) {
    this.#balance = new Balance(spendable);
    this.#payments = payments;
    this.#observer = observer;
    this.#peak = this.#balance.reserved;
  }

  /** The largest sum of reservations so far, and the first instant at which it was reached; null when there was none. */
  get peak(): { readonly reserved: Micros; readonly atMs: number | null } {
    return { reserved: this.#peak, atMs: this.#peakMs };
  }

  /** The next call in the order of answers; at one millisecond, in the order of flow number, then softswitch. */
  answer(call: C): void {
    this.#advance(call.answeredMs);
    const balance = this.#balance;
    const available = balance.spendable - balance.reserved;
    if (!balance.reserve(call.reserve)) {
      const none = call.fee - call.fee;
      this.#observer.decided(call, { status: 'overdraft_refused', fee: none, shortfall: call.fee, available });
      return;
    }
    this.#observer.admitted?.(call, available);
    this.#live.add(call);
    if (balance.reserved > this.#peak) {
      this.#peak = balance.reserved;
      this.#peakMs = call.answeredMs;
    }
  }

  /** After the last answer: calls that are still up end. */
  finish(): void {
    this.#advance(Number.POSITIVE_INFINITY);
  }

  /** Lets calls end and payments arrive up to an instant, itself included. */
  #advance(untilMs: number): void {
    const live = this.#live;
    for (;;) {
      const paidMs = this.#paid < this.#payments.length ? this.#payments[this.#paid].paidMs : Number.POSITIVE_INFINITY;
      const endMs = live.nextEndMs;
      const nextMs = Math.min(endMs, paidMs);
      if (nextMs > untilMs || nextMs === Number.POSITIVE_INFINITY) return;
      if (endMs <= paidMs) this.#end(live.takeNext());
      else this.#balance.pay(this.#payments[this.#paid++].amount);
    }
  }

  #end(call: C): void {
    const available = this.#balance.spendable;
    const fee = this.#balance.settle(call.reserve, call.fee);
    this.#observer.ended?.(call, available);
    if (fee === call.fee) return;
    this.#observer.decided(call, { status: 'overdraft_capped', fee, shortfall: call.fee - fee, available });
  }
}

/**
 * Adds to each account what the charged calls of a batch may hold of its money at any time: the reservation while a call
 * lasts, its fee afterwards. An account that has at least the sum of these comes near no limit and needs no replay. Sums
 * of doubles: for amounts beyond 2^53 they are near enough to be compared with some room.
 *
 * @param reserves by term (pricing.ts)
 * @param commitments by account id
 */
export function addCommitments(
  { rows, account }: CallBatch,
  { status, fee, clientTerm }: RatedColumns,
  reserves: Float64Array,
  commitments: Float64Array,
): void {
  const { charged } = statusCode;
  for (let i = 0; i < rows; i++) {
    if (status[i] !== charged) continue;
    commitments[account[i]] += Math.max(wordsToMicros(fee, i), reserves[clientTerm[i]]);
  }
}
