import { printable } from './text-table.ts';

/** Text as it may stand in HTML and SVG, in an element or in a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Text in a page, as one line. */
export function textHtml(text: string): string {
  return escaped(printable(text).replace(NONCHARACTERS, '\u{fffd}'));
}

/** HTML has no way to write them. */
const NONCHARACTERS = /\p{Noncharacter_Code_Point}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
