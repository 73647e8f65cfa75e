import { rmSync, statSync, writeFileSync } from 'node:fs';

/** Longer than any reading takes: a mark that is older is of a process that was killed. */
const STALE_MS = 10_000;

/**
 * Says to those who write that the database is held for reading, and only for a moment: a signalling companion does so, and
 * nobody who writes is to fail for that.
 *
 * @returns takes it back
 */
export function announceReading(path: string): () => void {
  const mark = markOf(path);
  try {
    writeFileSync(mark, '');
  } catch {
    // Where it may not write, who writes the database at that moment has to try again.
  }
  return () => {
    try {
      rmSync(mark, { force: true });
    } catch {
      // It counts for nothing soon.
    }
  };
}

export function isReadBriefly(path: string): boolean {
  const mark = statSync(markOf(path), { throwIfNoEntry: false });
  return mark !== undefined && Math.abs(Date.now() - mark.mtimeMs) < STALE_MS;
}

function markOf(path: string): string {
  return `${path}.reading`;
}
