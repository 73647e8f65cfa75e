import type { Micros } from './balance.ts';
import { fees } from './fee.ts';
import { increments } from './increments.ts';
import { wordsToMicros } from './money.ts';
import type { Pricing } from './pricing.ts';

/** The longest hold time that is looked at, a week; what money would allow beyond counts as that. */
export const LONGEST_HOLD_SECONDS = 604_800;

const ROW = Int32Array.of(0);

/** What one call costs by its length, by the steps all fees take, while nobody knows yet how long it will be. */
export class CallCost {
  readonly #pricing: Pricing;
  readonly #term: Int32Array;
  readonly #basisSeconds = new Int32Array(1);
  readonly #feeSeconds = new Int32Array(1);
  readonly #fee = new Int32Array(2);

  /** @param term place in the tariff's terms (tariff.ts) */
  constructor(pricing: Pricing, term: number) {
    this.#pricing = pricing;
    this.#term = Int32Array.of(term);
  }

  /** What overdraft prevention reserves at the answer. */
  get reserve(): Micros {
    return this.#pricing.reserves[this.#term[0]];
  }

  /** SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME in seconds. */
  get advanceSeconds(): number {
    return this.#pricing.plan.advanceSeconds;
  }

  /** The fee of a call with so much hold time; never less for a longer one. Infinity where no amount can be so large. */
  feeOf(holdSeconds: number): Micros {
    const { plan, clientTerms } = this.#pricing;
    const basis = holdSeconds - plan.freeSeconds;
    if (basis <= 0) return 0;
    this.#basisSeconds[0] = basis;
    let isAmount = true;
    increments(ROW, 1, this.#basisSeconds, this.#term, clientTerms, this.#feeSeconds);
    fees(ROW, 1, this.#term, this.#feeSeconds, clientTerms, plan.rounding, this.#fee, () => {
      isAmount = false;
    });
    return isAmount ? wordsToMicros(this.#fee, 0) : Number.POSITIVE_INFINITY;
  }

  /** The longest hold time, in whole seconds, whose fee is not more than an amount; 0 when not even a second's is. */
  longest(amount: Micros): number {
    let fits = 0;
    let exceeds = LONGEST_HOLD_SECONDS + 1;
    while (exceeds - fits > 1) {
      const middle = (fits + exceeds) >> 1;
      if (this.feeOf(middle) <= amount) fits = middle;
      else exceeds = middle;
    }
    return fits;
  }
}
