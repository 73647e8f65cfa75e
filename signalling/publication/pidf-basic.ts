import { latin1 } from '../message/byte-string.ts';

/**
 * The one basic status of a presence document (RFC 3863, 4.1.4); undefined when there is none or more than one, or when the
 * text is no such document. Looks at each byte once. Declarations of types and entities are refused, and nothing is expanded.
 */
export function pidfBasic(body: Uint8Array): 'open' | 'closed' | undefined {
  const text = latin1(body, 0, body.length);
  const found: string[] = [];
  const open: string[] = [];
  let isBegun = false;
  let at = 0;
  for (;;) {
    const less = text.indexOf('<', at);
    if (isBasic(open)) found[found.length - 1] += text.slice(at, less < 0 ? text.length : less);
    if (less < 0) break;
    const skipped = skippedEnd(text, less);
    if (skipped !== undefined) {
      if (skipped < 0) return undefined;
      at = skipped;
      continue;
    }
    const end = tagEnd(text, less);
    if (end < 0) return undefined;
    at = end + 1;
    const isClosing = text.charCodeAt(less + 1) === SLASH;
    const name = tagName(text, isClosing ? less + 2 : less + 1, end);
    if (isClosing) {
      if (open.pop() !== name) return undefined;
      continue;
    }
    // There is one root.
    if (name === '' || open.length === MOST_DEPTH || (open.length === 0 && isBegun)) return undefined;
    isBegun = true;
    open.push(name);
    if (isBasic(open)) found.push('');
    if (text.charCodeAt(end - 1) === SLASH) open.pop();
  }
  const value = found.length === 1 && open.length === 0 ? withoutSpace(found[0]) : undefined;
  return value === 'open' || value === 'closed' ? value : undefined;
}

/** By local names: a document may have any prefix. */
function isBasic(open: readonly string[]): boolean {
  return open.length === PATH.length && PATH.every((name, at) => localName(open[at]) === name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Place behind a comment, an instruction, a CDATA section; -1 when it has no end, or is a declaration; undefined for a tag. */
function skippedEnd(text: string, at: number): number | undefined {
  for (const [beginning, ending] of SKIPPED) {
    if (!text.startsWith(beginning, at)) continue;
    const end = text.indexOf(ending, at + beginning.length);
    return end < 0 ? -1 : end + ending.length;
  }
  return text.startsWith('<!', at) ? -1 : undefined;
}

/** Place of the > of a tag: one within an attribute's value is none. */
function tagEnd(text: string, less: number): number {
  for (let at = less + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '>') return at;
    if (character === '<') return -1;
    if (character === '"' || character === "'") {
      at = text.indexOf(character, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

function tagName(text: string, from: number, end: number): string {
  let to = from;
  while (to < end && text.charCodeAt(to) > SPACE && text.charCodeAt(to) !== SLASH) to++;
  return text.slice(from, to);
}

/** Without white space of XML at both ends. */
function withoutSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && SPACES.includes(text[from])) from++;
  while (to > from && SPACES.includes(text[to - 1])) to--;
  return text.slice(from, to);
}

const PATH = ['presence', 'tuple', 'status', 'basic'];
const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
] as const;
const MOST_DEPTH = 32;
const SPACE = 32;
const SLASH = 47;
const SPACES = ' \t\r\n';
