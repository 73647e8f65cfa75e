import { join } from 'node:path';
import { defaultDatabase } from '../command.ts';

/**
 * A command line of ratemill as a shell takes it, every word quoted that needs it. Under `npm start` and `npm run` no
 * `ratemill` is on the path of the shell it will be pasted into, so it goes through npm as well.
 */
export function pasteable(...words: string[]): string {
  const program = process.env.npm_lifecycle_event === undefined ? 'ratemill' : 'npm run --silent ratemill --';
  return [program, ...words.map(shellWord)].join(' ');
}

/** A file of a working folder, and the words that name its database, seen from the current folder. */
export function insideFolder(dir: string): { path: (name: string) => string; db: string[] } {
  return { path: (name) => join(dir, name), db: join(dir) === '.' ? [] : ['--db', join(dir, defaultDatabase)] };
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
