/** A line of CSV (RFC 4180) with its end. Null is empty; a text that is empty is written as "". */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => (cell === null ? '' : quotedCell(cell))).join(',')}\r\n`;
}

/** Spreadsheets run a cell that begins like a formula; names and numbers come from other people's systems. */
export function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

function quotedCell(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
