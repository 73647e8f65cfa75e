import { digitTrie, type DigitTrie } from './digit-trie.ts';
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

/**
 * A tariff ready for lookups within a window of time.
 *
 * One walk through `trie` gives the longest prefix any group has; `heads[group × prefixes + prefix]` the first row to
 * try, coded as row × 2, plus 1 when its dates must be looked at; -1 when the group has none.
 * `fallback[row]` is the next to try when a row is not effective: an earlier period of the same prefix, then what the
 * next shorter prefix offers. Rows are places in the columns given to the compiler.
 */
export interface CompiledTariff {
  readonly trie: DigitTrie;
  readonly prefixes: number;
  readonly heads: Int32Array;
  readonly fallback: Int32Array;
  readonly effectiveFromMs: Float64Array;
  readonly effectiveUntilMs: Float64Array;
  readonly locked: Uint8Array;
  readonly rateId: Int32Array;
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
  const rows = rates.rateId.length;
  const fallback = new Int32Array(rows).fill(-1);
  const heads = new Int32Array(rates.groups * rates.prefixes.length).fill(-1);
  linkOwnRows(rates, window, heads, fallback);
  inheritShorterPrefixes(rates, window, parents, heads, fallback);
  const terms = new Float64Array(rows * TERMS);
  for (let row = 0; row < rows; row++) {
    terms[row * TERMS + TERM_RATE] = quantise(rates.ratePerMinute[row], rounding);
    terms[row * TERMS + TERM_CONNECT] = rates.connectFee[row] * 60;
    terms[row * TERMS + TERM_FIRST] = rates.firstIncrement[row];
    terms[row * TERMS + TERM_NEXT] = rates.nextIncrement[row];
  }
  const { effectiveFromMs, effectiveUntilMs, locked, rateId } = rates;
  return {
    trie,
    prefixes: rates.prefixes.length,
    heads,
    fallback,
    effectiveFromMs,
    effectiveUntilMs,
    locked,
    rateId,
    terms,
  };
}

/** Chains the periods of each (group, prefix), latest start first; heads hold plain row numbers for now. */
function linkOwnRows(rates: RateRows, window: Window, heads: Int32Array, fallback: Int32Array): void {
  const { effectiveFromMs: from, effectiveUntilMs: until, rateId } = rates;
  for (let row = 0; row < rates.rateId.length; row++) {
    if (from[row] > window.untilMs || until[row] <= window.fromMs) continue;
    const slot = rates.group[row] * rates.prefixes.length + rates.prefix[row];
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

/** Gives each (group, prefix) what its next shorter prefix offers, after its own rows; then codes the heads. */
function inheritShorterPrefixes(
  rates: RateRows,
  window: Window,
  parents: Int32Array,
  heads: Int32Array,
  fallback: Int32Array,
): void {
  const { effectiveFromMs: from, effectiveUntilMs: until } = rates;
  const prefixes = rates.prefixes.length;
  for (let group = 0; group < rates.groups; group++) {
    // A prefix sorts after those it begins with, so a parent's row is final before its children ask for it.
    for (let prefix = 0; prefix < prefixes; prefix++) {
      const slot = group * prefixes + prefix;
      const inherited = parents[prefix] < 0 ? -1 : heads[group * prefixes + parents[prefix]];
      if (heads[slot] < 0) {
        heads[slot] = inherited;
        continue;
      }
      let last = heads[slot];
      while (fallback[last] >= 0) last = fallback[last];
      fallback[last] = inherited;
    }
  }
  for (let slot = 0; slot < heads.length; slot++) {
    const row = heads[slot];
    if (row >= 0) heads[slot] = row * 2 + (from[row] <= window.fromMs && until[row] > window.untilMs ? 0 : 1);
  }
}
