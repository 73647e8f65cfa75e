import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Suspension, SuspensionStore } from '../../signalling/authentication/suspensions.ts';

/**
 * Suspensions of terminals in a file, a line of JSON each; later lines replace earlier ones. What is noted has survived
 * `kill -9` when `note` returns.
 *
 * @param tell told once when the file cannot be written: suspensions hold then until the process ends
 */
export function openSuspensionFile(path: string, tell: (problem: string) => void): SuspensionStore {
  let isBroken = false;
  const guarded = (write: () => void) => {
    try {
      write();
      isBroken = false;
    } catch (error) {
      if (!isBroken)
        tell(`suspensions will not survive a restart: ${path} cannot be written: ${(error as Error).message}`);
      isBroken = true;
    }
  };
  return {
    load: () => (existsSync(path) ? read(path) : []),
    note: (suspension) => guarded(() => appendFileSync(path, lineOf(suspension))),
    replace: (suspensions) =>
      guarded(() => {
        const fresh = `${path}.new`;
        writeFileSync(fresh, suspensions.map(lineOf).join(''));
        renameSync(fresh, path);
      }),
  };
}

function lineOf({ terminal, address, untilMs }: Suspension): string {
  return `${JSON.stringify({ terminal, address, untilMs })}\n`;
}

/** A line that was cut off by a kill, or damaged, is left out. */
function read(path: string): Suspension[] {
  const found = new Map<string, Suspension>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const suspension = parsed(line);
    if (suspension !== undefined) found.set(`${suspension.terminal} ${suspension.address}`, suspension);
  }
  return [...found.values()];
}

function parsed(line: string): Suspension | undefined {
  try {
    const { terminal, address, untilMs } = JSON.parse(line) as Partial<Suspension>;
    const isWhole = typeof terminal === 'string' && typeof address === 'string' && typeof untilMs === 'number';
    return isWhole ? { terminal, address, untilMs } : undefined;
  } catch {
    return undefined;
  }
}
