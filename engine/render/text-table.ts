export interface TextColumn {
  readonly title: string;
  /** Without it a column is right aligned when all its cells are numbers or empty. */
  readonly align?: 'left' | 'right';
}

/**
 * Rows as aligned text: a line of titles, a line a row, two spaces between columns, a line end after the last.
 *
 * Names in a table come from other people's systems, so control characters are shown as � and cannot move the cursor.
 */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((_, i) => printable(row[i] ?? '')));
  const widths = columns.map(({ title }, i) =>
    cells.reduce((most, row) => Math.max(most, width(row[i])), width(title)),
  );
  const right = columns.map(({ align }, i) => (align ? align === 'right' : cells.length > 0 && numeric(cells, i)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => {
        const padding = ' '.repeat(widths[i] - width(cell));
        return right[i] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [columns.map(({ title }) => title), ...cells].map((row) => `${line(row)}\n`).join('');
}

/** Text with its control characters made visible. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{fffd}');
}

function width(text: string): number {
  return [...text].length;
}

const NUMBER = /^[+-]?\d[\d,]*(\.\d+)?( ?%)?$/;

function numeric(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.some((row) => row[column] !== '') && rows.every((row) => row[column] === '' || NUMBER.test(row[column]));
}
