import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { OperatorError } from '../errors.ts';
import type { Kind } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import { type Columns, readTable, type Table } from './read-table.ts';

/** The bytes of a reference file, and the SHA-256 of them by which a second load is known. */
export interface ReferenceFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** @throws OperatorError when the file cannot be read */
export function openReference(path: string): ReferenceFile {
  try {
    const bytes = readFileSync(path);
    return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`;
    throw new OperatorError(`${path} ${problem}; nothing was loaded`, { cause });
  }
}

/**
 * Reads and checks a file of a kind as far as that goes without the database: each value, each row by itself, and keys
 * that occur twice. A table with mistakes is not to be used.
 */
export function readReference<C extends Columns>(
  { bytes }: ReferenceFile,
  kind: Kind<C>,
): { table: Table<C>; mistakes: Mistake[] } {
  const { table, mistakes } = readTable(bytes, kind.columns);
  const all = [...mistakes, ...repeatedKeys(table, kind)];
  if (mistakes.length === 0) all.push(...(kind.check?.(table) ?? []));
  all.sort((a, b) => a.line - b.line);
  return { table, mistakes: all };
}

/** The second and later rows of a key, each with the line of the first. */
function repeatedKeys<C extends Columns>(table: Table<C>, { key }: Kind<C>): Mistake[] {
  const parts = key.map((column) => table.columns[column] as unknown[]);
  const first = new Map<string, number>();
  const mistakes: Mistake[] = [];
  for (let row = 0; row < table.rows; row++) {
    // A value that could not be read is a mistake already, and equal to nothing.
    if (parts.some((values) => typeof values[row] === 'object' && values[row] !== null)) continue;
    const text = rowKey(parts, row);
    const earlier = first.get(text);
    if (earlier === undefined) first.set(text, row);
    else {
      mistakes.push({
        line: table.line(row),
        column: key.join(', '),
        value: parts.map((values) => shown(values[row])).join(', '),
        expected: `a row that is not there yet; line ${table.line(earlier)} has the same ${key.join(', ')}`,
      });
    }
  }
  return mistakes;
}

function rowKey(parts: readonly (readonly unknown[])[], row: number): string {
  let key = '';
  for (const [i, values] of parts.entries()) key += i === 0 ? values[row] : `\0${values[row] ?? ''}`;
  return key;
}

/** The only numbers of a key are times. */
function shown(value: unknown): string {
  return typeof value === 'number' ? new Date(value).toISOString() : String(value ?? '');
}
