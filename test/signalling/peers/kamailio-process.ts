import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const withoutKamailio = spawnSync('kamailio', ['-v']).error === undefined ? false : 'kamailio is not installed';

/** kamailio with that configuration, until the test is over. */
export async function startKamailio(t: TestContext, configuration: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kamailio-'));
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, configuration);
  const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-m', '32', '-M', '4', '-Y', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise((resolve) => setTimeout(resolve, 800));
  assert.equal(child.exitCode, null, `kamailio has ended: ${said}`);
}
