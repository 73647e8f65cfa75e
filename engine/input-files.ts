import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { FileFault } from './arrow/file-fault.ts';

/** Names of sealed event files; segments still being written end in `.open` and are never read. */
const EVENT_FILES = ['*.arrow', '*.arrows'];

export interface InputFiles {
  /** Absolute paths, each once, in ascending order. */
  readonly paths: readonly string[];
  readonly faults: readonly FileFault[];
  /** Files left aside because they are older than was asked for. */
  readonly older: number;
}

/**
 * Finds the event files that files, folders and globs of the command line stand for.
 *
 * @param sinceMs only files modified then or later
 */
export function findInputFiles(patterns: readonly string[], sinceMs = Number.NEGATIVE_INFINITY): InputFiles {
  const paths = new Set<string>();
  const faults: FileFault[] = [];
  for (const pattern of patterns) {
    const found = filesOf(pattern);
    if (typeof found === 'string') faults.push(new FileFault(pattern, found));
    else for (const path of found) paths.add(resolve(path));
  }
  const asked = [...paths].filter((path) => modifiedMs(path) >= sinceMs);
  return { paths: asked.sort(), faults, older: paths.size - asked.length };
}

/** A file that cannot be looked at is not left aside: who reads it says why. */
function modifiedMs(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function filesOf(pattern: string): readonly string[] | string {
  const stat = statSync(pattern, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const inFolder = globSync(EVENT_FILES, { cwd: pattern }).map((name) => join(pattern, name));
    return inFolder.length > 0 ? inFolder : 'is a folder without event files (.arrow, .arrows)';
  }
  if (stat !== undefined) return [pattern];
  if (!isDynamicPattern(pattern)) return 'does not exist';
  const matched = globSync(pattern, { absolute: true }).filter((path) => !path.endsWith('.open'));
  return matched.length > 0 ? matched : 'matches no file';
}
