import { type DigitTrie, digitTrie } from './digit-trie.ts';

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

/** In place of terms: the group does not serve the number; or its rows must be looked at, for their dates or a lock. */
export const NOT_SERVED = -1;
export const LOOK = -2;

/**
 * A tariff ready for lookups within a window of time.
 *
 * One walk through `trie` gives the longest prefix any group has. What group g asks for prefix p is the place of its
 * terms, `offers[offer[p] × groups + g]`: decks have far fewer prices than rows, so prefixes with the same terms in all
 * groups share an offer, and the table stays small enough for the cache. `rateId[p × groups + g]` is the rate's id, for
 * the record.
 *
 * Where LOOK stands, `head[p × groups + g]` is the row to begin with and `fallback[row]` the next to try when one is not
 * effective: an earlier period of the same prefix, then what the next shorter prefix offers. `rowTerm[row]` is -1 for a
 * locked row, which has no price. `terms` are as the deck has them; what parameters make of them is in pricing.ts.
 */
export interface CompiledTariff {
  readonly trie: DigitTrie;
  readonly groups: number;
  readonly offer: Int32Array;
  readonly offers: Int32Array;
  readonly rateId: Int32Array;
  readonly terms: Float64Array;
  readonly head: Int32Array;
  readonly fallback: Int32Array;
  readonly effectiveFromMs: Float64Array;
  readonly effectiveUntilMs: Float64Array;
  readonly rowRateId: Int32Array;
  readonly rowTerm: Int32Array;
}

/** The rates of a tariff that nobody looks numbers up in. */
export const noRates: RateRows = {
  groups: 0,
  prefixes: [],
  rateId: new Int32Array(0),
  group: new Int32Array(0),
  prefix: new Int32Array(0),
  ratePerMinute: new Float64Array(0),
  connectFee: new Float64Array(0),
  firstIncrement: new Int32Array(0),
  nextIncrement: new Int32Array(0),
  effectiveFromMs: new Float64Array(0),
  effectiveUntilMs: new Float64Array(0),
  locked: new Uint8Array(0),
};

/** Times between which the calls to be rated were answered, inclusive. Rows never effective in it are left out. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Compiles rates for calls answered within `window`. */
export function compileTariff(rates: RateRows, window: Window): CompiledTariff {
  const { parents, trie } = digitTrie(rates.prefixes);
  const { groups, effectiveFromMs, effectiveUntilMs, rateId: rowRateId } = rates;
  const fallback = new Int32Array(rowRateId.length).fill(-1);
  const head = new Int32Array(groups * rates.prefixes.length).fill(-1);
  linkOwnRows(rates, window, head, fallback);
  inheritShorterPrefixes(groups, parents, head, fallback);
  const { rowTerm, terms } = internTerms(rates);
  const rateId = Int32Array.from(head, (row) => (row < 0 ? 0 : rowRateId[row]));
  const asked = Int32Array.from(head, (row) => {
    if (row < 0) return NOT_SERVED;
    const always = effectiveFromMs[row] <= window.fromMs && effectiveUntilMs[row] > window.untilMs;
    return always && rowTerm[row] >= 0 ? rowTerm[row] : LOOK;
  });
  const { offer, offers } = internOffers(asked, groups);
  const dated = { head, fallback, effectiveFromMs, effectiveUntilMs, rowRateId, rowTerm };
  return { trie, groups, offer, offers, rateId, terms, ...dated };
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

/** Gives rates with equal terms one place among the terms. */
function internTerms(rates: RateRows): Pick<CompiledTariff, 'rowTerm' | 'terms'> {
  const places = new Map<string, number>();
  const terms: number[] = [];
  const rowTerm = new Int32Array(rates.rateId.length).fill(-1);
  for (let row = 0; row < rowTerm.length; row++) {
    if (rates.locked[row] === 1) continue;
    const amounts = [rates.ratePerMinute[row], rates.connectFee[row] * 60];
    const own = [...amounts, rates.firstIncrement[row], rates.nextIncrement[row]];
    const key = own.join();
    let place = places.get(key);
    if (place === undefined) {
      place = places.size;
      places.set(key, place);
      terms.push(...own);
    }
    rowTerm[row] = place;
  }
  return { rowTerm, terms: Float64Array.from(terms) };
}

/** Gives prefixes for which all groups ask the same one offer. */
function internOffers(asked: Int32Array, groups: number): Pick<CompiledTariff, 'offer' | 'offers'> {
  const places = new Map<string, number>();
  const offers: number[] = [];
  const offer = new Int32Array(groups === 0 ? 0 : asked.length / groups);
  for (let prefix = 0; prefix < offer.length; prefix++) {
    const own = asked.subarray(prefix * groups, (prefix + 1) * groups);
    const key = own.join();
    let place = places.get(key);
    if (place === undefined) {
      place = places.size;
      places.set(key, place);
      offers.push(...own);
    }
    offer[prefix] = place;
  }
  return { offer, offers: Int32Array.from(offers) };
}
