const ZERO = 48;
const TEN = 10;
/** Digits looked up at once: of a large deck five, in a table of 10^5 entries that stays in the cache. */
const HEAD_DIGITS = { large: 5, small: 2 };
const LARGE = 10_000;
/** A node is one word: the place of its first child above ten bits for its children. */
const MOST_NODES = 2 ** 22;

const CHILDREN = (1 << TEN) - 1;

/** Number of ones in each pattern of ten bits. */
const ONES = Uint8Array.from({ length: 1 << TEN }, (_, bits) => bits.toString(2).replaceAll('0', '').length);

/**
 * Longest-prefix search over digits. The children of a node lie side by side: `nodes[n]` has a bit for each digit that
 * goes on, and above them the first child; the child of digit d is that plus the number of lower bits set. So a deck of
 * 100,000 prefixes takes a megabyte. `longest[n]` is the place of the longest prefix on the way to node n, -1 for none;
 * a node without children, where most walks end, has it in its own word instead of a first child. Node 0 is the root. `heads` has for any `headDigits` digits the node they lead to, or -1 - the node where the
 * way ends before.
 */
export interface DigitTrie {
  readonly nodes: Uint32Array;
  readonly longest: Int32Array;
  readonly heads: Int32Array;
  readonly headDigits: number;
}

/**
 * Builds the trie of distinct digit strings in ascending order.
 *
 * @returns the trie, and for each prefix the place of the longest other one it begins with, or -1
 * @throws RangeError for decks of several million prefixes
 */
export function digitTrie(prefixes: readonly string[]): { trie: DigitTrie; parents: Int32Array } {
  const count = countNodes(prefixes);
  if (count > MOST_NODES)
    throw new RangeError(`the prefixes of the decks have ${count} nodes, ${MOST_NODES} are possible`);
  const nodes = new Uint32Array(count);
  const longest = new Int32Array(count);
  const parents = new Int32Array(prefixes.length);
  // A node is the range of prefixes that share its digits; ranges are taken in order, so children come out side by side.
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const depth = new Uint8Array(count);
  to[0] = prefixes.length;
  longest[0] = -1;
  let used = 1;
  for (let node = 0; node < used; node++) {
    const firstChild = used;
    let children = 0;
    for (let place = from[node]; place < to[node]; ) {
      const prefix = prefixes[place];
      if (prefix.length === depth[node]) {
        // The first of the range: all others go on from here.
        parents[place] = longest[node];
        longest[node] = place++;
        continue;
      }
      const digit = prefix.charCodeAt(depth[node]);
      const first = place;
      while (place < to[node] && prefixes[place].charCodeAt(depth[node]) === digit) place++;
      children |= 1 << (digit - ZERO);
      from[used] = first;
      to[used] = place;
      depth[used] = depth[node] + 1;
      longest[used++] = longest[node];
    }
    nodes[node] = (children === 0 ? Math.max(longest[node], 0) : firstChild) * (1 << TEN) + children;
  }
  const headDigits = count > LARGE ? HEAD_DIGITS.large : HEAD_DIGITS.small;
  return { trie: { nodes, longest, heads: headsOf(nodes, headDigits), headDigits }, parents };
}

/**
 * The place of the longest prefix of many numbers. All numbers go down the trie a digit at a time, side by side: while
 * one waits for memory the others go on, which makes it several times as fast as one number after the other.
 *
 * @param starts @param ends where the digits of a row begin and end in `bytes`; digits only, one at least
 * @param rows the rows to look up, the first `count` of the array
 * @param scratch as long as `rows`
 * @param found receives for each of the rows the place of its prefix, -1 for none; filled with -1 before
 */
export function longestPrefixes(
  { nodes, longest, heads, headDigits }: DigitTrie,
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  rows: Int32Array,
  count: number,
  scratch: Int32Array,
  found: Int32Array,
): void {
  // The root alone: there is no deck, and nothing to find.
  if (nodes.length === 1) return;
  let left = 0;
  for (let k = 0; k < count; k++) {
    const row = rows[k];
    const at = starts[row];
    if (ends[row] - at < headDigits) {
      found[row] = shortNumber(nodes, bytes, at, ends[row]);
      continue;
    }
    let head = 0;
    for (let digit = at; digit < at + headDigits; digit++) head = head * 10 + bytes[digit] - ZERO;
    const node = heads[head];
    // Where the way ends already (-1 - node), nothing is left to walk.
    found[row] = node ^ (node >> 31);
    scratch[left] = row;
    left += 1 + (node >> 31);
  }
  for (let depth = headDigits; left > 0; depth++) {
    const active = left;
    left = 0;
    for (let k = 0; k < active; k++) {
      const row = scratch[k];
      const at = starts[row] + depth;
      if (at >= ends[row]) continue;
      const digit = bytes[at] - ZERO;
      const place = found[row];
      const node = nodes[place];
      // No branch on what comes from memory: a wrong guess would wait for it, and keep the others waiting.
      const goesOn = (node >>> digit) & 1;
      const child = (node >>> TEN) + ONES[node & ((1 << digit) - 1)];
      found[row] = place + ((child - place) & -goesOn);
      scratch[left] = row;
      left += goesOn;
    }
  }
  for (let k = 0; k < count; k++) {
    const node = nodes[found[rows[k]]];
    found[rows[k]] = (node & CHILDREN) === 0 ? node >>> TEN : longest[found[rows[k]]];
  }
}

function shortNumber(nodes: Uint32Array, bytes: Uint8Array, start: number, end: number): number {
  let node = 0;
  for (let at = start; at < end; at++) {
    const bit = 1 << (bytes[at] - ZERO);
    if ((nodes[node] & bit) === 0) break;
    node = (nodes[node] >>> TEN) + ONES[nodes[node] & (bit - 1)];
  }
  return node;
}

function headsOf(nodes: Uint32Array, headDigits: number): Int32Array {
  const heads = new Int32Array(10 ** headDigits);
  const digits = new Uint8Array(headDigits);
  for (let head = 0; head < heads.length; head++) {
    for (let at = headDigits - 1, rest = head; at >= 0; at--, rest = Math.floor(rest / 10))
      digits[at] = ZERO + (rest % 10);
    let node = 0;
    let at = 0;
    for (; at < headDigits; at++) {
      const bit = 1 << (digits[at] - ZERO);
      if ((nodes[node] & bit) === 0) break;
      node = (nodes[node] >>> TEN) + ONES[nodes[node] & (bit - 1)];
    }
    heads[head] = at === headDigits ? node : -1 - node;
  }
  return heads;
}

/** The root, and a node for each digit of a prefix beyond what it shares with the one before. */
function countNodes(prefixes: readonly string[]): number {
  let nodes = 1;
  let before = '';
  for (const prefix of prefixes) {
    let shared = 0;
    while (shared < before.length && before[shared] === prefix[shared]) shared++;
    nodes += prefix.length - shared;
    before = prefix;
  }
  return nodes;
}
