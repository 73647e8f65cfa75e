import { type DigitTrie, digitTrie } from './digit-trie.ts';
import { quantise, type Rounding } from './rounding.ts';

/**
 * The rows of all rate groups in use, as columns. `group` and `prefix` are places in a list of groups and in `prefixes`
 * (distinct, ascending); amounts are micros a minute and micros; times milliseconds, open ends ±Infinity.
 */
export interface RateRows {
  readonly groups: number;
  readonly prefixes: readonly string[];
  readonly rateId: Int32Array;
  readonly group: Int32Array;
  readonly prefix: Int32Array;
  readonly ratePerMinute: Float64Array;
  readonly connectFee: Float64Array;
  readonly firstIncrement: Int32Array;
  readonly nextIncrement: Int32Array;
  readonly effectiveFromMs: Float64Array;
  readonly effectiveUntilMs: Float64Array;
  readonly locked: Uint8Array;
}

/** What a fee needs of a rate, side by side so that one cache line holds it. */
export const TERMS = 4;
export const TERM_RATE = 0;
/** The connect fee times 60: numerator over the same 60 as rate × seconds. */
export const TERM_CONNECT = 1;
export const TERM_FIRST = 2;
export const TERM_NEXT = 3;

/** Words of a price: what a group asks for a prefix. */
export const PRICE = 2;

/**
 * A tariff ready for lookups within a window of time.
 *
 * One walk through `trie` gives the longest prefix any group has, and `prices` what every group asks for it, all groups
 * side by side: the price of group g for prefix p is the two words at (p × groups + g) × 2. First the rate id × 2 and
 * the place of its terms, -1 for a locked row, which has none; -1 in both when the group does not serve the number.
 * Where dates must be looked at, the first word is the row to begin with × 2 + 1, and `fallback[row]` the next to try:
 * an earlier period of the same prefix, then what the next shorter prefix offers.
 *
 * Decks have far fewer prices than rows: rates with equal terms share them.
 */
export interface CompiledTariff {
  readonly trie: DigitTrie;
  readonly groups: number;
  readonly prices: Int32Array;
  readonly fallback: Int32Array;
  readonly effectiveFromMs: Float64Array;
  readonly effectiveUntilMs: Float64Array;
  readonly rateId: Int32Array;
  readonly term: Int32Array;
  readonly terms: Float64Array;
}

/** Times between which the calls to be rated were answered, inclusive. Rows never effective in it are left out. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Compiles rates for calls answered within `window`; rates are quantised when the rounding says so. */
export function compileTariff(rates: RateRows, rounding: Rounding, window: Window): CompiledTariff {
  const { parents, trie } = digitTrie(rates.prefixes);
  const { groups, effectiveFromMs, effectiveUntilMs, rateId } = rates;
  const fallback = new Int32Array(rateId.length).fill(-1);
  const heads = new Int32Array(groups * rates.prefixes.length).fill(-1);
  linkOwnRows(rates, window, heads, fallback);
  inheritShorterPrefixes(groups, parents, heads, fallback);
  const { term, terms } = internTerms(rates, rounding);
  const prices = new Int32Array(heads.length * PRICE).fill(-1);
  for (let slot = 0; slot < heads.length; slot++) {
    const row = heads[slot];
    if (row < 0) continue;
    const always = effectiveFromMs[row] <= window.fromMs && effectiveUntilMs[row] > window.untilMs;
    prices[slot * PRICE] = always ? rateId[row] * 2 : row * 2 + 1;
    prices[slot * PRICE + 1] = term[row];
  }
  return { trie, groups, prices, fallback, effectiveFromMs, effectiveUntilMs, rateId, term, terms };
}

/** Chains the periods of each (prefix, group), latest start first; a head is the first row to try, -1 for none. */
function linkOwnRows(rates: RateRows, window: Window, heads: Int32Array, fallback: Int32Array): void {
  const { effectiveFromMs: from, effectiveUntilMs: until, rateId } = rates;
  for (let row = 0; row < rates.rateId.length; row++) {
    if (from[row] > window.untilMs || until[row] <= window.fromMs) continue;
    const slot = rates.prefix[row] * rates.groups + rates.group[row];
    let before = -1;
    let after = heads[slot];
    // Of two rows with one start, which the loader refuses, the later loaded is taken: the order of rows never counts.
    while (after >= 0 && (from[after] > from[row] || (from[after] === from[row] && rateId[after] > rateId[row]))) {
      before = after;
      after = fallback[after];
    }
    fallback[row] = after;
    if (before < 0) heads[slot] = row;
    else fallback[before] = row;
  }
}

/** Gives each (prefix, group) what its next shorter prefix offers, after its own rows. */
function inheritShorterPrefixes(groups: number, parents: Int32Array, heads: Int32Array, fallback: Int32Array): void {
  // A prefix sorts after those it begins with, so a parent's row is final before its children ask for it.
  for (let prefix = 0; prefix < parents.length; prefix++) {
    for (let group = 0; group < groups; group++) {
      const slot = prefix * groups + group;
      const inherited = parents[prefix] < 0 ? -1 : heads[parents[prefix] * groups + group];
      if (heads[slot] < 0) {
        heads[slot] = inherited;
        continue;
      }
      let last = heads[slot];
      while (fallback[last] >= 0) last = fallback[last];
      fallback[last] = inherited;
    }
  }
}

function internTerms(rates: RateRows, rounding: Rounding): Pick<CompiledTariff, 'term' | 'terms'> {
  const places = new Map<string, number>();
  const terms: number[] = [];
  const term = new Int32Array(rates.rateId.length).fill(-1);
  for (let row = 0; row < term.length; row++) {
    if (rates.locked[row] === 1) continue;
    const rate = quantise(rates.ratePerMinute[row], rounding);
    const own = [rate, rates.connectFee[row] * 60, rates.firstIncrement[row], rates.nextIncrement[row]];
    const key = own.join();
    let place = places.get(key);
    if (place === undefined) {
      place = places.size;
      places.set(key, place);
      terms.push(...own);
    }
    term[row] = place;
  }
  return { term, terms: Float64Array.from(terms) };
}
