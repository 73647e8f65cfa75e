import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A file system of one MiB; undefined, and the test skipped, where there may be none. */
export function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  t.after(() => {
    if (isMounted) assert.equal(spawnSync('umount', ['-l', folder]).status, 0);
    rmSync(folder, { recursive: true });
  });
  if (!isMounted) t.skip('a file system may not be mounted here');
  return isMounted ? folder : undefined;
}

/** Takes all the room there is on a disk. @returns gives it back */
export function fill(folder: string): () => void {
  const path = join(folder, 'filler');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(path, Buffer.alloc(bavail * bsize));
  return () => rmSync(path);
}
