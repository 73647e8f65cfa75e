import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { initFolder } from '../engine/commands/init.ts';
import { loadFiles } from '../engine/commands/load.ts';
import { exitStatus } from '../engine/errors.ts';
import { arrowFile, event } from './engine/events.ts';

/** The section of the README, with what its examples name put into a temporary folder. */
const dir = mkdtempSync(join(tmpdir(), 'ratemill-nightly-'));
after(() => rmSync(dir, { recursive: true }));
const [bin, billing, spool] = ['bin', 'billing', 'events'].map((name) => join(dir, name));
const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const section = /^## Every night\n(.*?)^## /ms.exec(readme)?.[1] ?? '';
const lines = section
  .replaceAll('/srv/billing', billing)
  .replaceAll('/var/spool/events', spool)
  .replaceAll('/usr/bin/ratemill', join(bin, 'ratemill'))
  .split('\n')
  .filter((line) => line.startsWith('    '))
  .map((line) => line.slice(4));

mkdirSync(bin);
mkdirSync(billing);
mkdirSync(spool);
const program = join(import.meta.dirname, '../engine/cli.ts');
writeFileSync(join(bin, 'ratemill'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
chmodSync(join(bin, 'ratemill'), 0o755);
initFolder(billing);
const options = { db: join(billing, 'ratemill.duckdb'), set: [], json: true };
await loadFiles('rates', [join(billing, 'rates.csv')], options);
await loadFiles('accounts', [join(billing, 'accounts.csv')], options);

/** What a line of a shell prints, with `ratemill` on its path. */
function shell(line: string) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

/** Commands of the crontab, as cron hands them to the shell. */
const crontab = lines
  .map((line) => /^(?:[\d*/,-]+ ){5}(.*)$/.exec(line)?.[1])
  .filter((command) => command !== undefined);
const [rate, prune] = crontab;

test('the crontab rates a folder, prints a line, and has the statuses documented', () => {
  assert.deepEqual(
    crontab.map((command) => /ratemill (\w+)/.exec(command)?.[1]),
    ['rate', 'prune'],
  );
  assert.doesNotMatch(crontab.join(), /(?<!\\)%/, 'cron takes a % for the end of the line');
  writeFileSync(join(spool, 'a.arrow'), arrowFile([event(1, { account: 'alder', callee_e164: '00442071234567' })]));
  const first = shell(rate);
  assert.deepEqual([first.status, first.stderr], [exitStatus.done, '']);
  assert.match(first.stdout, /^ratemill: run 1 done: 1 call of 1 file, charged [^\n]*, 0 files left out\n$/);
  const again = shell(rate);
  assert.deepEqual(
    [again.status, again.stdout],
    [exitStatus.done, 'ratemill: nothing new: 1 file rated before; 0 wait, 0 files left out\n'],
  );
  writeFileSync(join(spool, 'b.arrow'), 'no Arrow');
  const broken = shell(rate);
  assert.equal(broken.status, exitStatus.incomplete);
  assert.match(broken.stdout, /^ratemill: nothing new: [^\n]*, 1 file left out\n$/);
  const failed = shell(rate.replace('--since 7d', '--since 7w'));
  assert.deepEqual([failed.status, failed.stdout], [exitStatus.usage, '']);
  assert.match(failed.stderr, /^ratemill: failed: [^\n]*\n$/);
});

test('the crontab prunes, and a second time finds nothing', () => {
  const before = (command: string) => command.replace('--before 400d', '--before 0d');
  assert.notEqual(before(prune), prune);
  assert.equal(shell(prune).status, exitStatus.done);
  assert.match(shell(before(prune)).stdout, /^prune 1: removed 1 call, /);
  assert.match(shell(before(prune)).stdout, /^nothing to prune: /);
});

/** The units of the section by name: from the comment that names the file to the next one, or the end of the block. */
const units = new Map(
  lines
    .join('\n')
    .split(/^# \/etc\/systemd\/system\/(?=ratemill\.)/m)
    .slice(1)
    .map((unit) => [unit.split('\n')[0], (/^\[.*?(?=^\$ |(?![\s\S]))/ms.exec(unit) as RegExpExecArray)[0]]),
);
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip = hasSystemd ? false : 'systemd-analyze is not installed: units are not verified';

test('the service runs its command, and takes for success what the README says', () => {
  writeFileSync(join(spool, 'b.arrow'), 'no Arrow');
  const service = units.get('ratemill.service') ?? '';
  const { status, stderr } = shell(`cd ${billing} && ${/^ExecStart=(.*)$/m.exec(service)?.[1]}`);
  assert.equal(status, exitStatus.incomplete, 'b.arrow is broken');
  assert.match(stderr, /^(\S+Z (info|warn) {1,2}rate [^\n]*\n)+$/);
  assert.match(stderr, new RegExp(`leftOut path=${spool}/b\\.arrow `));
  const success = /^SuccessExitStatus=(.*)$/m.exec(service)?.[1].split(' ').map(Number);
  assert.deepEqual(success, [exitStatus.incomplete], 'exitStatus.unrated is the alarm');
});

test('systemd finds nothing wrong with the units', { skip }, () => {
  assert.deepEqual([...units.keys()], ['ratemill.service', 'ratemill.timer']);
  const files = [...units].map(([name, text]) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  });
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('systemd finds nothing wrong with the unit of the companion', { skip }, () => {
  const [, text] = /# \/etc\/systemd\/system\/ratemill-signal\.service\n((?: {4}.*\n|\n)*)/.exec(readme) ?? [];
  assert.match(text, /ExecStart=\S+ signal /);
  const file = join(dir, 'ratemill-signal.service');
  const here = text.replaceAll('/srv/billing', billing).replaceAll('/var/spool/events', spool);
  writeFileSync(file, here.replaceAll('/usr/bin/ratemill', join(bin, 'ratemill')).replaceAll(/^ {4}/gm, ''));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('systemd knows when the timer elapses', { skip }, () => {
  const [, calendar] = /^OnCalendar=(.*)$/m.exec(units.get('ratemill.timer') ?? '') as RegExpExecArray;
  const { status, stdout } = spawnSync('systemd-analyze', ['calendar', calendar], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /Next elapse: \w+ \d{4}-\d\d-\d\d 02:40:00/);
});
