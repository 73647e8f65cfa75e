import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

/** A process that holds a database for a time; it is there when this returns. @returns its process number */
export async function holdDatabase(t: TestContext, path: string, seconds: number): Promise<number> {
  const source = `
    import { openDatabase } from ${JSON.stringify(new URL('../../engine/database.ts', import.meta.url).href)};
    await openDatabase(process.argv[1]);
    process.stdout.write('held');
    setTimeout(() => process.exit(), ${seconds * 1000});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source, path]);
  t.after(() => child.kill());
  await once(child.stdout, 'data');
  return child.pid as number;
}
