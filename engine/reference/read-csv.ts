import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import type { Mistake } from './mistake.ts';

/** The records of a CSV file; `line` gives the line a record begins on, counted from 1. */
export interface CsvRecords {
  readonly records: readonly (readonly string[])[];
  readonly line: (record: number) => number;
  /** A quote without end, and bytes that are not UTF-8. With the latter there are no records. */
  readonly mistakes: readonly Mistake[];
}

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** Lines may end in any way; a quote inside a value that has none around it is text. */
const layout = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};

/**
 * Reads comma-separated text, with or without a byte order mark; a blank line is a record of one empty value.
 *
 * Where values hold line ends, line numbers cost as much as parsing: they are worked out when someone asks for one.
 */
export function readCsv(bytes: Buffer): CsvRecords {
  if (!isUtf8(bytes)) return { records: [], line: () => 1, mistakes: notUtf8(bytes) };
  if (!bytes.includes(QUOTE)) return { records: unquotedRecords(bytes), line: (record) => record + 1, mistakes: [] };
  try {
    const records = parse(bytes, layout);
    const oneLineEach = lineCount(bytes) === records.length;
    let lines: number[] | undefined;
    return {
      records,
      line: (record) => {
        if (oneLineEach) return record + 1;
        lines ??= readWithLines(bytes).lines;
        return lines[record];
      },
      mistakes: [],
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { records, lines, mistakes } = readWithLines(bytes);
    return { records, line: (record) => lines[record], mistakes };
  }
}

/** Without quotes CSV is no more than lines and commas, and a deck is read in a third of the time. */
function unquotedRecords(bytes: Buffer): string[][] {
  const text = bytes.toString('utf8').replace(/^\u{feff}/u, '');
  const lines = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines.map((line) => line.split(','));
}

/** Lines, however they end: as many as records, unless one goes over several. */
function lineCount(bytes: Buffer): number {
  const last = bytes[bytes.length - 1];
  return lineEnds(bytes, 0, bytes.length) + (bytes.length === 0 || last === LF || last === CR ? 0 : 1);
}

function lineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) count++;
  return count;
}

function readWithLines(bytes: Buffer): { records: string[][]; lines: number[]; mistakes: Mistake[] } {
  const lines: number[] = [];
  const mistakes: Mistake[] = [];
  // The parser tells at which byte a record ended. Its own count of lines goes wrong behind a quote out of place.
  let next = 1;
  let ended = 0;
  const records = parse(bytes, {
    ...layout,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error === undefined) return undefined;
      mistakes.push({
        line: next,
        column: '',
        value: '"',
        expected: 'a closing quote before the end of the file',
      });
      return undefined;
    },
    on_record: (record: string[], context) => {
      lines.push(next);
      next += lineEnds(bytes, ended, context.bytes);
      ended = context.bytes;
      return record;
    },
  }) as unknown as string[][];
  return { records, lines, mistakes };
}

function notUtf8(bytes: Buffer): Mistake[] {
  const mistakes: Mistake[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    const text = bytes.subarray(start, end);
    if (!isUtf8(text)) {
      mistakes.push({ line, column: '', value: text.toString('latin1'), expected: 'UTF-8; save the file as UTF-8' });
    }
    start = end + 1;
  }
  return mistakes;
}
