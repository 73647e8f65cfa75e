import { quoted } from '../parameters/parameter-value.ts';

/** A mistake of a reference file: where, what stands there, and what was expected. Line 1 is the header. */
export interface Mistake {
  readonly line: number;
  /** Name of the column; empty when the line as a whole is wrong. */
  readonly column: string;
  readonly value: string;
  readonly expected: string;
}

/** Most mistakes of one file that are printed; --json has all of them. */
const PRINTED = 50;
const LONGEST_VALUE = 80;

/** A line for each mistake, `deck.csv:12: rate "0,01": expected …`, and one that counts those left out. */
export function mistakeLines(file: string, mistakes: readonly Mistake[]): string[] {
  const lines = mistakes.slice(0, PRINTED).map(({ line, column, value, expected }) => {
    const shown = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
    return `${file}:${line}: ${column === '' ? '' : `${column} `}${quoted(shown)}: expected ${expected}`;
  });
  const rest = mistakes.length - PRINTED;
  return rest > 0 ? [...lines, `${file}: and ${rest} more mistakes; --json lists all`] : lines;
}
