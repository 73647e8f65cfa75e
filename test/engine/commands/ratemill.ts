import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The program as a process of its own, as a shell starts it. */
export const program = join(import.meta.dirname, '../../../engine/cli.ts');

/** Runs `ratemill` in a folder, outside of npm unless `env` says otherwise; `uid` is a user other than that of the test. */
export function ratemill(
  cwd: string,
  words: readonly string[],
  { input, env, uid }: { input?: string; env?: Record<string, string>; uid?: number } = {},
): { status: number | null; stdout: string; stderr: string } {
  const outside = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('npm_') && name !== 'NODE_TEST_CONTEXT',
  );
  return spawnSync(process.execPath, [program, ...words], {
    cwd,
    input: input ?? '',
    uid,
    gid: uid,
    env: { ...Object.fromEntries(outside), ...env },
    encoding: 'utf8',
  });
}

/** The words of a printed command line, which begins with `ratemill`, as a shell would split it. */
export function wordsOf(line: string): string[] {
  return [...line.trim().matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word).slice(1);
}
