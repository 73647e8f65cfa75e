import { fees } from './fee.ts';
import { increments } from './increments.ts';
import { wordsToMicros } from './money.ts';
import type { Plan } from './plan.ts';
import { quantise, type Rounding } from './rounding.ts';
import { type CompiledTariff, TERM_RATE, TERMS } from './tariff.ts';

/**
 * What a plan makes of the terms of a tariff. Plans differ by scope while the tariff is one, and it has few terms beside
 * its many rates: so each plan has terms of its own, and the places of terms are the same in all of them.
 */
export interface Pricing {
  readonly plan: Plan;
  /** Terms with their rates as the precision of the leg lets them stand. */
  readonly clientTerms: Float64Array;
  readonly vendorTerms: Float64Array;
  /** By term, what overdraft prevention reserves at the answer: the fee of a call of the advance time, in micros. */
  readonly reserves: Float64Array;
}

/** Applies a plan to the terms of a tariff. */
export function priceTariff({ terms }: Pick<CompiledTariff, 'terms'>, plan: Plan): Pricing {
  const clientTerms = quantised(terms, plan.rounding);
  const vendorTerms = quantised(terms, plan.vendorRounding);
  return { plan, clientTerms, vendorTerms, reserves: reserves(clientTerms, plan) };
}

function quantised(terms: Float64Array, rounding: Rounding): Float64Array {
  const priced = terms.slice();
  for (let at = TERM_RATE; at < terms.length; at += TERMS) priced[at] = quantise(terms[at], rounding);
  return priced;
}

/**
 * The fee of a call of SERVER_BILLING_PREVENT_OVERDRAFT_ADVANCE_TIME minutes at every term, by the steps all fees take:
 * less free time, in increments, rounded.
 */
function reserves(terms: Float64Array, { advanceSeconds, freeSeconds, rounding }: Plan): Float64Array {
  const count = terms.length / TERMS;
  const basis = advanceSeconds - freeSeconds;
  if (basis <= 0) return new Float64Array(count);
  const places = Int32Array.from({ length: count }, (_, place) => place);
  const seconds = new Int32Array(count);
  const fee = new Int32Array(2 * count);
  increments(places, count, new Int32Array(count).fill(basis), places, terms, seconds);
  fees(places, count, places, seconds, terms, rounding, fee, (term) => {
    throw new RangeError(`the reservation at term ${term} is no amount: a quarter of an hour costs less than that`);
  });
  return Float64Array.from(places, (place) => wordsToMicros(fee, place));
}
