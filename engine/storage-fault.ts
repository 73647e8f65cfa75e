import { OperatorError } from './errors.ts';

/**
 * What a failure of disk, file system or rights means for the operator; undefined when an error is none of these. DuckDB
 * tells which file it was and what the system said of it in its message alone.
 *
 * @param kept what has become of the database
 */
export function storageFault(error: unknown, kept = 'nothing was changed'): OperatorError | undefined {
  if (!(error instanceof Error)) return undefined;
  const fault = faultOf(error.message);
  return fault && new OperatorError(`${fault.what}; ${kept}. ${fault.advice}`, { cause: error });
}

interface Fault {
  readonly what: string;
  readonly advice: string;
}

function faultOf(message: string): Fault | undefined {
  // A full disk below its temporary files is lack of memory to DuckDB.
  if (/failed to offload data block/.test(message)) {
    return { what: 'no space is left for the temporary files of DuckDB (folder .tmp beside the database)', ...space };
  }
  const [, verb, path, reason] = FAILED.exec(message) ?? [];
  if (path === undefined) return undefined;
  if (NO_SPACE.test(reason)) return { what: `no space is left for ${path} (${reason})`, ...space };
  const what = `${path} cannot be ${PARTICIPLES[verb] ?? 'written'}: ${reason}`;
  if (NO_RIGHT.test(reason)) return { what, ...rights };
  if (BROKEN.test(reason)) return { what, ...disk };
  return undefined;
}

/** As in `IO Error: Could not write file "/a/b.wal": No space left on device`, by itself or within another error. */
const FAILED = /\b(open|read|write|create|truncate|remove|move)\b[^"\n]*"([^"\n]+)"[^:"\n]*: ([^:"\n]+)/i;
const PARTICIPLES: Readonly<Record<string, string>> = { open: 'opened', read: 'read' };

const NO_SPACE = /no space left on device|disk quota exceeded|file too large/i;
const NO_RIGHT = /permission denied|operation not permitted|read-only file system/i;
const BROKEN = /input\/output error|stale file handle|no such device/i;

const space = { advice: 'Free some there, or put the database elsewhere (--db), then run the same command again' };
const rights = {
  advice: 'Ratemill writes the database and files beside it: run it as a user who may, or name another (--db)',
};
const disk = { advice: 'Check the disk and its file system, then run the same command again' };
