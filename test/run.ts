import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * The command behind `npm test`: format and lint, types, then all tests. Words pick tests, and then only these run:
 *
 *     npm test -- test/rating                                a folder
 *     npm test -- test/engine/database.test.ts               a file
 *     npm test -- --test-name-pattern=increment              options of node's test runner
 */
const root = join(import.meta.dirname, '..');
/** Compiled sources of this checkout: the tests start hundreds of processes, which else spend half of their start on it. */
const compiled = join(root, 'node_modules/.cache/compiled');
/** Files at a time. Node would leave one processor idle, of two that is half of the machine. */
const lanes = availableParallelism();
const words = process.argv.slice(2);
const picked = words.filter((word) => !word.startsWith('-'));
const options = words.filter((word) => word.startsWith('-'));

const failed: string[] = [];
if (words.length === 0) {
  step('format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '.');
  step('types', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json');
}
const files = testFiles(picked.length === 0 ? ['test'] : picked);
if (files.length === 0) failed.push(`no test is named by ${picked.join(' ')}`);
else step('tests', '--test', '--test-reporter=spec', `--test-concurrency=${lanes}`, ...options, ...files);

if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join('; ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function step(name: string, ...command: string[]): void {
  process.stdout.write(`\n== ${name}\n`);
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  const { status, error } = spawnSync(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) failed.push(error ? `${name} (${error.message})` : name);
}

/** Test files a word stands for: a file, all below a folder, or a glob. */
function testFiles(picks: readonly string[]): string[] {
  const globs = picks.map((pick) => {
    const folder = statSync(join(root, pick), { throwIfNoEntry: false })?.isDirectory();
    return folder ? `${pick.replace(/\/+$/, '')}/**/*.test.ts` : pick;
  });
  return globSync(globs, { cwd: root }).sort();
}
