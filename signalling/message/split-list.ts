import { quotedEnd, trimSpace } from './byte-string.ts';

/**
 * Elements of a comma list (RFC 3261, 7.3.1), trimmed, appended to `elements`. Commas within quoted strings and within <>
 * belong to their element; empty elements are left out. What begins a quoted string or a < and does not end it reaches to
 * the end.
 */
export function splitList(value: string, elements: string[] = []): string[] {
  if (!value.includes(',')) {
    push(value, 0, value.length, elements);
    return elements;
  }
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === COMMA) {
      push(value, from, at, elements);
      from = at + 1;
    } else if (code === QUOTE || code === LESS) {
      const end = code === QUOTE ? quotedEnd(value, at) : value.indexOf('>', at) + 1;
      if (end <= 0) break;
      at = end - 1;
    }
  }
  push(value, from, value.length, elements);
  return elements;
}

function push(value: string, from: number, to: number, elements: string[]): void {
  const element = trimSpace(value, from, to);
  if (element !== '') elements.push(element);
}

const QUOTE = 34;
const COMMA = 44;
const LESS = 60;
