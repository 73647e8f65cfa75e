import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePorts, program, withoutSipp } from '../../signalling/peers/companion-process.ts';

/** The commands that the demo says to try, as they stand, but for the port. */
function ratemill(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

async function start(t: TestContext, folder: string, port: number) {
  const child = spawn(process.execPath, [program, 'signal', 'demo', 'calls', '--port', String(port)], { cwd: folder });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  t.after(() => child.kill('SIGKILL'));
  for (let waited = 0; !said.includes('listens on'); waited += 20) {
    assert.ok(waited < 20_000 && child.exitCode === null, said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    said,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [0, null], said);
    },
  };
}

test('signal demo: one command, a call by sipp, rate, the fee', { skip: withoutSipp }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signal-demo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [port, caller] = freePorts(2);
  const first = await start(t, folder, port);
  assert.match(first.said, new RegExp(`sipp -sn uac 127.0.0.1:${port} -i 127.0.0.2 -p 5090 -s 4930123`));
  assert.doesNotMatch(first.said, /warning/);
  const answering = spawn('sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', '5080', '-nostdin'], { stdio: 'ignore' });
  t.after(() => answering.kill('SIGKILL'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const calling = spawn(
    'sipp',
    [
      ...[
        '-sn',
        'uac',
        `127.0.0.1:${port}`,
        '-i',
        '127.0.0.2',
        '-p',
        String(caller),
        '-s',
        '4930123',
        '-m',
        '2',
        '-r',
        '2',
      ],
      ...['-d', '1500', '-nostdin', '-timeout', '15'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  assert.deepEqual(await once(calling, 'exit'), [0, null]);
  assert.match(
    ratemill(folder, 'signal', 'status', '--config', 'calls/ratemill.json'),
    /since the start 2 seen, 2 answered/,
  );
  await first.stop();
  assert.match(
    ratemill(folder, 'rate', 'calls/events', '--db', 'calls/ratemill.duckdb'),
    /^charged 0\.\d+ for 2 calls/m,
  );
  const fees = ratemill(
    folder,
    'sql',
    '--db',
    'calls/ratemill.duckdb',
    'SELECT account, hold_time, rate, fee FROM rated_calls',
  );
  // A second, or two, at 0.0056 a minute.
  assert.match(fees, /^alder +[12] +0\.005600 +0\.000[12]00$/m);

  const again = await start(t, folder, port);
  await again.stop();
  const kept = ratemill(folder, 'sql', '--db', 'calls/ratemill.duckdb', 'SELECT count(*) FROM rated_calls');
  assert.match(kept, /\b2\b/);
});

test('signal demo leaves a folder alone that it has not made', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signal-demo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'letter.txt'), 'mine');
  const { status, stderr } = spawnSync(process.execPath, [program, 'signal', 'demo', 'mine'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /mine is there already and was not made by "ratemill signal demo"; nothing was changed/);
  assert.deepEqual(readdirSync(join(folder, 'mine')), ['letter.txt']);
});
