import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Database, openDatabase } from '../../../engine/database.ts';
import type { Kind } from '../../../engine/reference/kinds.ts';
import { loadFile } from '../../../engine/reference/load-file.ts';
import type { LoadReport } from '../../../engine/reference/load-report.ts';
import { mistakeLines } from '../../../engine/reference/mistake.ts';

/** A folder that is gone after the test; `write` puts a file there and returns its path. */
export function folder(t: TestContext): { dir: string; write: (name: string, content: string | Buffer) => string } {
  const dir = mkdtempSync(join(tmpdir(), 'ratemill-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return {
    dir,
    write: (name, content) => {
      const path = join(dir, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

export interface Loading {
  readonly connection: Database['connection'];
  /** Loads a file of this content. */
  readonly load: (kind: Kind['kind'], content: string | Buffer, replace?: boolean) => Promise<LoadReport>;
  /** All rows of a query, values as text. */
  readonly rows: (sql: string) => Promise<(string | null)[][]>;
}

/** A database in memory, and files to load into it. */
export async function loading(t: TestContext): Promise<Loading> {
  const { write } = folder(t);
  const { connection, close } = await openDatabase(':memory:');
  t.after(close);
  return {
    connection,
    load: (kind, content, replace = false) =>
      loadFile(connection, kind, write(`${kind}.csv`, content), { replace, precision: 2, quantiseRates: true }),
    rows: async (sql) => {
      const result = await connection.runAndReadAll(sql);
      return result.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
  };
}

/** The mistakes of a refused file, as they are printed. */
export function mistakesOf({ outcome, kind, mistakes }: LoadReport): string[] {
  assert.equal(outcome, 'refused');
  return mistakeLines(`${kind}.csv`, mistakes);
}
