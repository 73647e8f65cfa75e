/** A softphone that speaks RFC 4028, linphone, on both sides of a call: who refreshes each leg, and that it is refreshed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CompanionProcess, freePorts } from './companion-process.ts';

const withoutLinphone =
  spawnSync('linphonec', ['--version']).error === undefined ? false : 'linphonec is not installed';

/** linphonec, told what to do on its standard input. */
class Linphone {
  readonly #child: ChildProcess;
  said = '';

  constructor(t: TestContext, folder: string, name: string, port: number) {
    const home = join(folder, name);
    mkdirSync(join(home, '.local', 'share', 'linphone'), { recursive: true });
    writeFileSync(join(home, 'rc'), settings(name, port));
    this.#child = spawn('linphonec', ['-c', 'rc', '-a', '-d', '0'], { cwd: home, env: { ...process.env, HOME: home } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (piece: Buffer) => {
        this.said += piece.toString();
      });
    }
    t.after(() => this.#child.kill('SIGKILL'));
    this.tell('soundcard use files');
  }

  tell(command: string): void {
    this.#child.stdin?.write(`${command}\n`);
  }

  async hears(what: RegExp, seconds: number): Promise<void> {
    for (let waited = 0; !what.test(this.said); waited += 50) {
      assert.ok(waited < 1000 * seconds, `no ${what} in\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async quit(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.tell('quit');
    await ended;
  }
}

const settings = (name: string, port: number) => `[sip]
sip_port=${port}
guess_hostname=0
contact=<sip:${name}@127.0.0.1>
session_expires_enabled=1
session_expires_value=90
session_expires_min_value=90
[rtp]
audio_rtp_port=${port + 2}
nortp_timeout=300
[video]
enabled=0
capture=0
display=0
`;

test('linphone and the session timer: each leg has its own refresher, and the call stays up', {
  skip: withoutLinphone,
}, async (t) => {
  const [callee, , , , , caller] = freePorts(10);
  // The shortest interval there is; we ask each tenth of it.
  const companion = await CompanionProcess.start(t, [callee], {
    parameters: { SS_SIP_SESSION_TTL: 90, SS_SIP_SESSION_UPDATE_SEGMENT: 10 },
  });
  const answering = new Linphone(t, companion.folder, 'callee', callee);
  const calling = new Linphone(t, companion.folder, 'caller', caller);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  calling.tell(`call sip:4930123@127.0.0.1:${companion.port}`);
  await calling.hears(/connected/i, 10);
  await new Promise((resolve) => setTimeout(resolve, 48_000));
  calling.tell('terminate');
  await calling.hears(/ended/i, 5);
  await Promise.all([calling.quit(), answering.quit()]);
  const [event, ...more] = await companion.stop();
  assert.deepEqual([event.end_direction, event.end_reason, more.length], [0, 200, 0]);
  const seconds = (event.ended_at - (event.answered_at ?? 0)) / 1000;
  assert.ok(seconds > 47 && seconds < 52, `${seconds} s`);
  const passed = companion.trace.split('\n').map((line) => line.slice(14).replace(/[-\s]+/g, ' '));
  const count = (arrow: string) => passed.filter((line) => line.startsWith(arrow)).length;
  // The caller left it to us: a question each tenth of 90 s. The callee took it on: it asks at half of them.
  assert.deepEqual(
    {
      asked: count('|< UPDATE |'),
      answered: count('| 200 (UPDATE) >|'),
      askedByCallee: count('| |< UPDATE |'),
      answeredToCallee: count('| | 200 (UPDATE) >|'),
    },
    { asked: 5, answered: 5, askedByCallee: 1, answeredToCallee: 1 },
    companion.trace,
  );
});
