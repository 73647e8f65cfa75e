/** What a value is to a spreadsheet: a number of the database can be summed up, and is no text of other people's. */
export type CellKind = 'number' | 'text';

/**
 * A cell of CSV, quoted where it must be. An empty text is `""`; null is left to the caller, as nothing at all.
 *
 * Text which a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV Injection; CWE-1236). What a
 * column is decides, not how a value looks: a called number such as +49301234 is a formula too, which shows 49301234,
 * while the -0.5 of an amount stays a number.
 */
export function csvCell(text: string, kind: CellKind): string {
  const harmless = kind === 'number' && NUMBER.test(text) ? text : disarmed(text);
  return harmless === '' || NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of CSV (RFC 4180) of cells with its end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

/**
 * `csvCell` and `csvLine` as a script for a page, from their own source: a table downloaded from a page is the CSV file,
 * byte for byte.
 */
export function csvScript(): string {
  return [
    `const NUMBER = ${NUMBER}`,
    `const NEEDS_QUOTES = ${NEEDS_QUOTES}`,
    `const FORMULA = ${FORMULA}`,
    `const HIDES = ${HIDES}`,
    `const BEGINS_A_CELL = ${BEGINS_A_CELL}`,
    ...[csvCell, csvLine, disarmed].map(String),
  ].join(';\n');
}

/** Infinity and the like are words, and -Infinity a formula. */
const NUMBER = /^-?\d/;

/** Spaces at the ends, because some programs drop them; semicolons and tabs, because some take them for the separator. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/**
 * Signs that begin a formula, also in the full width of East Asian keyboards, and also behind spaces, control characters
 * and quotes, which programs drop.
 */
const FORMULA = /^[\s\p{Cc}\ufeff"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** A tab, line end or NUL in front can hide a formula from those who look for one. */
const HIDES = /^[\t\r\n\0]/;

/** Where a spreadsheet takes the semicolon or tab for the separator, a cell begins behind it, whatever was quoted. */
const BEGINS_A_CELL = /([;\t\r\n])/;

function disarmed(text: string): string {
  const pieces = text.split(BEGINS_A_CELL).map((piece) => (FORMULA.test(piece) ? `'${piece}` : piece));
  return `${HIDES.test(text) ? "'" : ''}${pieces.join('')}`;
}
