import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Builds dist/, which is what the package holds: JavaScript of the rooms, and beside it the files they read at run time.
 * Run by `npm run build` and before `npm pack`; dist/ keeps the folders of the sources, so relative paths stay true.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** What is read at run time: everything in the rooms but sources, settings of the compiler and papers. */
const READ_AT_RUN_TIME = ['{engine,rating,signalling,datasets}/**/*.*'];
const NOT_READ = /\.(ts|md)$|[\\/]tsconfig\.build\.json$/;

rmSync(dist, { recursive: true, force: true });
compile();
for (const path of globSync(READ_AT_RUN_TIME, { cwd: root }).filter((file) => !NOT_READ.test(file))) {
  cpSync(join(root, path), join(dist, path));
}
const program = join(dist, 'engine/cli.js');
if (!readFileSync(program, 'utf8').startsWith('#!/usr/bin/env node\n')) throw new Error(`${program} has no first line`);
chmodSync(program, 0o755);

function compile(): void {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } };
  const compiler = join(dirname(manifest), bin.tsc);
  const settings = join(root, 'engine/tsconfig.build.json');
  const { status } = spawnSync(process.execPath, [compiler, '-p', settings], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the sources do not compile: dist/ is not complete');
}
