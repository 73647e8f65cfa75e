import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** The oldest Node the package promises to run on, as near as one can get it today. */
const OLDEST_NODE = 'node@22.23.3';

test('the package, installed elsewhere, does a night of work on the oldest Node and on this one', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'ratemill-package-'));
  t.after(() => rmSync(home, { recursive: true }));
  const program = installPackage(t, home);
  if (program === undefined) return;
  const nodes = [join(home, 'node_modules/.bin/node'), process.execPath];
  const versions = nodes.map((node) => run(node, ['--version'], home).stdout.trim());
  assert.deepEqual(versions, ['v22.23.3', process.version]);
  for (const [i, node] of nodes.entries()) {
    await t.test(`on Node ${versions[i]}`, () => workOneNight(node, program, join(home, `night-${i}`)));
  }
});

/** Packs and installs; undefined when there is no registry to install the dependencies from. */
function installPackage(t: TestContext, home: string): string | undefined {
  const packed = run('npm', ['pack', '--pack-destination', home], root);
  assert.equal(packed.status, 0, packed.stderr);
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz'));
  assert.equal(tarball, `ratemill-${version}.tgz`);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-timeout=30000'];
  const installed = run('npm', ['install', ...options, `./${tarball}`, OLDEST_NODE], home);
  if (installed.status !== 0 && /ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|E5\d\d/.test(installed.stderr)) {
    t.skip('no registry can be reached to install the dependencies of the package from');
    return undefined;
  }
  assert.equal(installed.status, 0, installed.stderr);
  return join(home, 'node_modules/ratemill/dist/engine/cli.js');
}

function workOneNight(node: string, program: string, cwd: string): void {
  mkdirSync(cwd);
  const ratemill = (...words: string[]) => {
    const { status, stdout, stderr } = run(node, [program, ...words], cwd);
    assert.equal(status, 0, `ratemill ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  assert.equal(ratemill('--version'), `${version}\n`);
  ratemill('init');
  for (const kind of ['rates', 'accounts', 'gateways']) ratemill('load', kind, `${kind}.csv`);
  ratemill('simulate', '--calls', '2000', '--deck', '.', '--out', 'events');
  const report = JSON.parse(ratemill('rate', '--json'));
  assert.equal(report.calls.read, 2000);
  const query = 'SELECT count(*) AS calls, sum(c.fee) AS fee, any_value(version) AS version FROM rated_calls c, runs';
  const [sums] = JSON.parse(ratemill('sql', query, '--json'));
  const [{ unrated }] = JSON.parse(ratemill('sql', 'SELECT count(*) AS unrated FROM unrated_calls', '--json'));
  assert.equal(sums.calls, report.calls.stored - unrated);
  assert.equal(Number(sums.fee), Number(report.fee));
  assert.equal(sums.version, version);
  const quality = JSON.parse(ratemill('sql', 'gateway-hours', '--json'));
  assert.ok(quality.length > 0, 'the audits are in the package');
}

/** A command on its own: what npm tells the tests of itself is not for the npm and ratemill they start. */
function run(command: string, words: readonly string[], cwd: string) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST)/.test(name)));
  return spawnSync(command, words, { cwd, env, encoding: 'utf8' });
}
