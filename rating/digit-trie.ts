const ZERO = 48;
/** Slots of a node: a child for each digit, and the place of the longest prefix that leads here. */
const SLOTS = 11;
const PREFIX = 10;

/**
 * Longest-prefix search over digits, as one array of integers.
 * A node is 11 slots: child 0 to 9 (node × 11, 0 for none, or -2 - prefix for a leaf), and the longest prefix on the way
 * to it, -1 for none.
 */
export type DigitTrie = Int32Array;

/**
 * Builds the trie of distinct digit strings in ascending order.
 *
 * @returns the trie, and for each prefix the place of the longest other one it begins with, or -1
 */
export function digitTrie(prefixes: readonly string[]): { trie: DigitTrie; parents: Int32Array } {
  const parents = new Int32Array(prefixes.length);
  // Each prefix is a leaf, or an inner node when the next one continues it; its digits before are inner nodes.
  let trie = new Int32Array(1024 * SLOTS).fill(0);
  trie[PREFIX] = -1;
  let used = SLOTS;
  for (let place = 0; place < prefixes.length; place++) {
    const prefix = prefixes[place];
    let node = 0;
    for (let at = 0; at < prefix.length - 1; at++) {
      const slot = node + prefix.charCodeAt(at) - ZERO;
      if (trie[slot] <= 0) {
        if (used + SLOTS > trie.length) trie = grown(trie);
        // A leaf that is continued becomes a node which knows the leaf's prefix.
        trie[used + PREFIX] = trie[slot] === 0 ? trie[node + PREFIX] : -2 - trie[slot];
        trie[slot] = used;
        used += SLOTS;
      }
      node = trie[slot];
    }
    parents[place] = trie[node + PREFIX];
    trie[node + prefix.charCodeAt(prefix.length - 1) - ZERO] = -2 - place;
  }
  return { trie: trie.slice(0, used), parents };
}

/** The place of the longest prefix the digits `bytes[start … end)` begin with, -1 for none. Digits only, please. */
export function longestPrefix(trie: DigitTrie, bytes: Uint8Array, start: number, end: number): number {
  let node = 0;
  for (let at = start; at < end; at++) {
    const next = trie[node + bytes[at] - ZERO];
    if (next <= 0) return next === 0 ? trie[node + PREFIX] : -2 - next;
    node = next;
  }
  return trie[node + PREFIX];
}

function grown(trie: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(trie.length * 2);
  larger.set(trie);
  return larger;
}
