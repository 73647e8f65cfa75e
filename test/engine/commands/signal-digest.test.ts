import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const program = join(import.meta.dirname, '../../../engine/cli.ts');

function run(t: TestContext, args: readonly string[], input = '') {
  const folder = mkdtempSync(join(tmpdir(), 'digest-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ratemill.json'), '{ "signalling": { "realm": "http-auth@example.org" } }');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'signal', ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('the digests of a password for the realm of the configuration, and nothing of the password', (t) => {
  const { status, stdout, stderr } = run(t, ['digest', 'Mufasa'], 'Circle of Life\nsecond line\n');
  assert.equal(status, 0, stderr);
  // H(A1) of RFC 7616, 3.9.1.
  assert.deepEqual(JSON.parse(stdout), {
    name: 'Mufasa',
    account: 'who pays',
    digests: {
      MD5: '3d78807defe7de2157e2b0b6573a855f',
      'SHA-256': '7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232',
    },
  });
  assert.ok(!`${stdout}${stderr}`.includes('Circle'));
});

test('a user no terminal can have, and no password', (t) => {
  const wrongUser = run(t, ['digest', 'a:b'], 'x\n');
  assert.equal(wrongUser.status, 2);
  assert.match(wrongUser.stderr, /the user "a:b" is not allowed; allowed: letters, digits/);
  const noPassword = run(t, ['digest', '6001']);
  assert.equal(noPassword.status, 2);
  assert.match(noPassword.stderr, /there is no password: type one, or write it to standard input/);
});

test('a suspension is lifted at an address, of a companion that runs', (t) => {
  const half = run(t, ['suspended', '--lift', '6001']);
  assert.equal(half.status, 2);
  assert.match(half.stderr, /--lift and --address belong together/);
  const wrong = run(t, ['suspended', '--lift', '6001', '--address', 'home']);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /--address home: is no address/);
  const nobody = run(t, ['suspended']);
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /no companion answers at .*ratemill\.sock/);
});
