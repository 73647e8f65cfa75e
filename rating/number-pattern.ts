/**
 * Number lists such as `SERVER_BILLING_FREE_E164S` (rating.md, "Lists"): comma separated, an entry is a number or a
 * prefix with one trailing `*`, which stands for zero or more digits.
 */
export interface PatternError {
  /** The entry as typed, without the spaces around it. */
  readonly entry: string;
  /** Place of the offending character in the whole text, counted from 1. */
  readonly position: number;
  readonly expected: string;
}

/** Splits a list into its entries, or returns every entry that is not one. Spaces are trimmed, empty entries ignored. */
export function parsePatterns(text: string): { patterns: string[] } | { errors: PatternError[] } {
  const patterns: string[] = [];
  const errors: PatternError[] = [];
  let start = 0;
  for (const piece of text.split(',')) {
    const entry = piece.trim();
    if (/^\d+\*?$/.test(entry)) patterns.push(entry);
    else if (entry !== '') errors.push(patternError(entry, start + piece.indexOf(entry)));
    start += piece.length + 1;
  }
  return errors.length > 0 ? { errors } : { patterns };
}

/** Pairs of entries, one of each list, that some number matches both of. */
export function overlaps(noCdr: readonly string[], free: readonly string[]): { noCdr: string; free: string }[] {
  return noCdr.flatMap((a) => free.filter((b) => overlap(a, b)).map((b) => ({ noCdr: a, free: b })));
}

/** Entries that stand for whole countries: a prefix of one or two digits. */
export function tooBroad(patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => pattern.endsWith('*') && pattern.length - 1 <= 2);
}

/**
 * A list compiled to a digit trie: node n is `nodes[n * 11 … n * 11 + 10]`, first its ten children (0 for none; the root
 * is no one's child), then its flags. An empty list is the root alone.
 */
export interface NumberPatterns {
  /** A bit for each digit an entry begins with; 0 for an empty list. */
  readonly firstDigits: number;
  readonly nodes: Int32Array;
}

const STRIDE = 11;
const FLAGS = 10;
const EXACT = 1;
const PREFIX = 2;
const ZERO = 0x30;

/** Compiles entries that `parsePatterns` returned. */
export function compilePatterns(patterns: readonly string[]): NumberPatterns {
  const nodes: number[] = new Array(STRIDE).fill(0);
  for (const pattern of patterns) {
    const digits = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
    let node = 0;
    for (const digit of digits) {
      const child = node * STRIDE + Number(digit);
      if (nodes[child] === 0) {
        nodes[child] = nodes.length / STRIDE;
        for (let i = 0; i < STRIDE; i++) nodes.push(0);
      }
      node = nodes[child];
    }
    nodes[node * STRIDE + FLAGS] |= digits === pattern ? EXACT : PREFIX;
  }
  const firstDigits = patterns.reduce((bits, pattern) => bits | (1 << Number(pattern[0])), 0);
  return { firstDigits, nodes: Int32Array.from(nodes) };
}

/** Whether the number `bytes[start … end)`, ASCII, is on the list. Text that is not all digits is on no list. */
export function matchesPattern(patterns: NumberPatterns, bytes: Uint8Array, start: number, end: number): boolean {
  const { nodes } = patterns;
  let base = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return false;
    base = nodes[base + digit] * STRIDE;
    if (base === 0) return false;
    if ((nodes[base + FLAGS] & PREFIX) !== 0) return onlyDigits(bytes, i + 1, end);
  }
  return (nodes[base + FLAGS] & EXACT) !== 0;
}

function onlyDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

function patternError(entry: string, offset: number): PatternError {
  if (entry === '*') return { entry, position: offset + 1, expected: 'at least one digit before the *' };
  const bad = /^\d*\*./.test(entry) ? entry.indexOf('*') : entry.search(/[^\d*]/);
  return { entry, position: offset + bad + 1, expected: 'digits, or digits and one * at the end' };
}

function overlap(a: string, b: string): boolean {
  const [digitsA, digitsB] = [a.replace('*', ''), b.replace('*', '')];
  if (digitsA === digitsB) return true;
  return (a.endsWith('*') && digitsB.startsWith(digitsA)) || (b.endsWith('*') && digitsA.startsWith(digitsB));
}
