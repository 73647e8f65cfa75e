import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { FileFault } from '../arrow/file-fault.ts';
import { sha256OfFiles } from '../sha256.ts';
import { readRatedFiles } from './history.ts';

/** A file whose content is rated already, by an earlier run or as another file of this one. */
export interface SkippedFile {
  readonly path: string;
  readonly sameAs: string;
}

/**
 * Leaves out files whose content was rated before. Equal content has equal size, so only files of a size seen before,
 * in an earlier run or in this input, are read for it.
 */
export async function skipRatedFiles(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<{ fresh: readonly string[]; skipped: readonly SkippedFile[]; faults: readonly FileFault[] }> {
  const faults: FileFault[] = [];
  const sizes = new Map<string, number>();
  for (const path of paths) {
    try {
      sizes.set(path, statSync(path).size);
    } catch (error) {
      faults.push(new FileFault(path, `cannot be read: ${(error as Error).message}`));
    }
  }
  const rated = await readRatedFiles(connection, [...new Set(sizes.values())]);
  const times = new Map<number, number>();
  for (const size of [...sizes.values(), ...rated.map(({ bytes }) => bytes)])
    times.set(size, (times.get(size) ?? 0) + 1);
  const doubtful = [...sizes].filter(([, size]) => (times.get(size) as number) > 1).map(([path]) => path);
  const digests = await sha256OfFiles(doubtful);

  const known = new Map(rated.map(({ sha256, runId }) => [sha256, `rated by run ${runId}`]));
  const skipped: SkippedFile[] = [];
  doubtful.forEach((path, place) => {
    const digest = digests[place];
    if (digest === undefined) return;
    const sameAs = known.get(digest);
    if (sameAs !== undefined) skipped.push({ path, sameAs });
    else known.set(digest, `the same as ${path}`);
  });
  const left = new Set(skipped.map(({ path }) => path));
  return { fresh: [...sizes.keys()].filter((path) => !left.has(path)), skipped, faults };
}
