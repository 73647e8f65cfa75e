import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const withoutBaresip = spawnSync('baresip', ['-h']).error === undefined ? false : 'baresip is not installed';

/** A softphone that picks up at once, without sound; told what to do by its TCP control module. */
export class Baresip {
  readonly #events: { readonly type?: string; readonly param?: string }[] = [];
  readonly #send: (command: string, params?: string) => void;

  private constructor(send: (command: string, params?: string) => void) {
    this.#send = send;
  }

  /** @param port of its SIP sockets, the next one of TLS; two more up is its control module, and media are above 10 */
  static async start(
    t: TestContext,
    port: number,
    account: { readonly name: string; readonly password: string; readonly registrar: number },
  ): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'baresip-'));
    const { name, password, registrar } = account;
    writeFileSync(join(folder, 'config'), settings(port));
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:${name}@127.0.0.1:${registrar}>;auth_user=${name};auth_pass=${password};regint=120;answermode=auto\n`,
    );
    const child = spawn('baresip', ['-4', '-f', folder], { stdio: 'ignore' });
    t.after(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const socket = connect(port + 3, '127.0.0.1');
    await once(socket, 'connect');
    t.after(() => socket.destroy());
    const phone = new Baresip((command, params) => {
      const text = JSON.stringify({ command, ...(params === undefined ? {} : { params }), token: '1' });
      // Netstrings.
      socket.write(`${text.length}:${text},`);
    });
    let text = '';
    socket.on('data', (piece: Buffer) => {
      text += piece.toString();
      for (let at = text.indexOf(':'); at > 0; at = text.indexOf(':')) {
        const length = Number(text.slice(0, at));
        if (text.length < at + length + 2) break;
        phone.#events.push(JSON.parse(text.slice(at + 1, at + 1 + length)));
        text = text.slice(at + length + 2);
      }
    });
    return phone;
  }

  tell(command: string, params?: string): void {
    this.#send(command, params);
  }

  /** Waits for an event of that type, and takes it and those before. */
  async hears(type: string, seconds = 10): Promise<string> {
    for (let waited = 0; ; waited += 50) {
      const at = this.#events.findIndex((event) => event.type === type);
      if (at >= 0) return this.#events.splice(0, at + 1)[at].param ?? '';
      assert.ok(waited < 1000 * seconds, `no ${type} in ${JSON.stringify(this.#events)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const settings = (port: number) => `poll_method epoll
sip_listen 127.0.0.1:${port}
call_max_calls 4
audio_player aubridge,loop
audio_source aubridge,loop
audio_alert aubridge,loop
audio_channels 1
rtp_ports ${port + 10}-${port + 30}
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp account.so
module_app menu.so
module ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${port + 3}
`;
