import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const withoutLinphone =
  spawnSync('linphonec', ['--version']).error === undefined ? false : 'linphonec is not installed';

/** By what it registers. */
export interface LinphoneAccount {
  readonly name: string;
  readonly realm: string;
  readonly password: string;
  /** Port of the registrar on this machine. */
  readonly registrar: number;
}

/** linphone's console, which picks up at once, without sound; told what to do on its standard input. */
export class Linphone {
  readonly #child: ChildProcess;
  #said = '';

  /** @param port of its SIP socket; its media are two and three ports above */
  constructor(t: TestContext, port: number, account?: LinphoneAccount) {
    const folder = mkdtempSync(join(tmpdir(), 'linphone-'));
    // Without its database it does nothing.
    mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
    const file = join(folder, 'linphonerc');
    writeFileSync(file, settings(port, account));
    this.#child = spawn('linphonec', ['-a', '-d', '0', '-c', file], { env: { ...process.env, HOME: folder } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (piece: Buffer) => {
        this.#said += piece.toString();
      });
    }
    t.after(async () => {
      if (this.#child.exitCode === null && this.#child.signalCode === null) {
        this.#child.kill('SIGKILL');
        await once(this.#child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    });
    this.tell('soundcard use files');
  }

  tell(command: string): void {
    this.#child.stdin?.write(`${command}\n`);
  }

  /** Waits until it says something that fits, after what was heard of it before. */
  async hears(what: RegExp, seconds = 10): Promise<void> {
    for (let waited = 0; !what.test(this.#said); waited += 50) {
      assert.ok(waited < 1000 * seconds, `no ${what} in\n${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#said = '';
  }

  /** Takes its registration back, and ends. */
  async quit(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.tell('quit');
    await ended;
  }
}

const settings = (port: number, account: LinphoneAccount | undefined) => `[sip]
sip_port=${port}
guess_hostname=0
contact=<sip:${account?.name ?? 'linphone'}@127.0.0.1>
session_expires_enabled=1
session_expires_value=90
session_expires_min_value=90
${account === undefined ? '' : 'default_proxy=0\n'}[rtp]
audio_rtp_port=${port + 2}
nortp_timeout=300
[video]
enabled=0
capture=0
display=0
${account === undefined ? '' : accountSettings(account)}`;

const accountSettings = ({ name, realm, password, registrar }: LinphoneAccount) => `[proxy_0]
reg_proxy=<sip:127.0.0.1:${registrar}>
reg_identity=<sip:${name}@127.0.0.1:${registrar}>
reg_expires=120
reg_sendregister=1
[auth_info_0]
username=${name}
userid=${name}
passwd=${password}
realm=${realm}
`;
