import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { pcapHeader } from '../../../signalling/trace/pcap.ts';

export const program = join(import.meta.dirname, '../../../engine/cli.ts');

/** Whether sipp is here; tests that need it are skipped where it is not. */
export const withoutSipp = spawnSync('sipp', ['-v']).error === undefined ? false : 'sipp is not installed';

export const withoutTshark = spawnSync('tshark', ['-v']).error === undefined ? false : 'tshark is not installed';

const PCAP = 'traffic.pcap';

/** Ports of this process's tests: of each hundred one test has ten. */
let nextPort = 20_000 + (process.pid % 300) * 100;
export function freePorts(count: number): number[] {
  return Array.from({ length: count }, () => nextPort++);
}

/** `ratemill signal` as a process of its own. */
export class CompanionProcess {
  readonly folder: string;
  readonly port: number;
  readonly #child: ChildProcess;
  #stderr = '';
  /** The ladder of all messages. */
  trace = '';

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
    this.#child = spawn(process.execPath, [program, 'signal', '--grace', '1', '--trace', '--pcap', PCAP], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (piece: Buffer) => {
      this.trace += piece.toString();
    });
    this.#child.stderr?.on('data', (piece: Buffer) => {
      this.#stderr += piece.toString();
    });
  }

  /**
   * @param gateways ports of the routing gateways on this machine, in the order in which they are tried
   * @param settings more keys of the section, and of each gateway
   */
  static async start(
    t: TestContext,
    gateways: readonly number[],
    settings: {
      parameters?: object;
      transport?: 'udp' | 'tcp';
      mapping?: object;
      routing?: object;
      section?: object;
      /** Where it runs, when there is something there that it needs. */
      folder?: string;
      prepaid?: object;
    } = {},
  ): Promise<CompanionProcess> {
    const folder = settings.folder ?? mkdtempSync(join(tmpdir(), 'companion-'));
    const [port] = freePorts(1);
    const signalling = {
      softswitch: 'ss1',
      listen: ['udp', 'tcp'].map((transport) => ({ transport, address: '127.0.0.1', port })),
      mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.1'], account: 'acme', ...settings.mapping }],
      routingGateways: gateways.map((gateway, priority) => ({
        name: `out-${priority + 1}`,
        address: `127.0.0.1:${gateway}`,
        transport: settings.transport ?? 'udp',
        priority,
        ...settings.routing,
      })),
      parameters: settings.parameters ?? {},
      ...settings.section,
      ...(settings.prepaid && { prepaid: settings.prepaid }),
    };
    writeFileSync(join(folder, 'ratemill.json'), JSON.stringify({ signalling }));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return CompanionProcess.#open(t, folder, port);
  }

  /** Ends it by SIGKILL, and starts another one in its place. */
  async replace(t: TestContext): Promise<CompanionProcess> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    return CompanionProcess.#open(t, this.folder, this.port);
  }

  static async #open(t: TestContext, folder: string, port: number): Promise<CompanionProcess> {
    const companion = new CompanionProcess(folder, port);
    t.after(() => companion.#child.kill('SIGKILL'));
    for (let waited = 0; !companion.#stderr.includes('listens on'); waited += 20) {
      assert.ok(waited < 20_000 && companion.#child.exitCode === null, `it does not listen: ${companion.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return companion;
  }

  /** What `ratemill signal status` says. */
  status() {
    const asked = spawnSync(process.execPath, [program, 'signal', 'status', '--json'], { cwd: this.folder });
    assert.equal(asked.status, 0, asked.stderr.toString());
    return JSON.parse(asked.stdout.toString());
  }

  /** Sends it a signal, and waits until it has said something. */
  async told(signal: NodeJS.Signals, answer: RegExp): Promise<void> {
    const before = this.#stderr.length;
    this.#child.kill(signal);
    for (let waited = 0; !answer.test(this.#stderr.slice(before)); waited += 20) {
      assert.ok(waited < 10_000, `no ${answer} in ${this.#stderr.slice(before)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** All that passed its sockets, once it has stopped; without the header of the file. */
  packets(): Buffer {
    return readFileSync(join(this.folder, PCAP)).subarray(pcapHeader().length);
  }

  /** What a command says of it. */
  ask(...args: readonly string[]): string {
    const asked = spawnSync(process.execPath, [program, ...args], { cwd: this.folder, encoding: 'utf8' });
    assert.equal(asked.status, 0, asked.stderr);
    return asked.stdout;
  }

  /** Stops it by SIGTERM. @returns the events it has written */
  async stop(): Promise<CallEvent[]> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code] = await exited;
    assert.equal(code, 0, this.#stderr);
    const events = join(this.folder, 'events');
    const names = readdirSync(events);
    assert.deepEqual(
      names.filter((name) => name.endsWith('.open')),
      [],
    );
    return names
      .filter((name) => name.endsWith('.arrows'))
      .sort()
      .flatMap((name) => readSegment(readFileSync(join(events, name))).events);
  }
}

export interface SippSettings {
  readonly port: number;
  /** Port of the companion; without it sipp waits for a call. */
  readonly target?: number;
  readonly calls?: number;
  readonly transport?: string;
  /** Its own address. */
  readonly address?: string;
  readonly args?: readonly string[];
}

/** Runs a scenario of sipp to its end. @returns what it says when something was not as written, empty when all was */
export async function sipp(
  folder: string,
  name: string,
  xml: string,
  { port, target, calls = 1, transport = 'u1', address = '127.0.0.1', args = [] }: SippSettings,
): Promise<string> {
  const file = join(folder, `${name}.xml`);
  writeFileSync(file, xml);
  const child = spawn(
    'sipp',
    [
      ...(target === undefined ? [] : [`127.0.0.1:${target}`]),
      ...['-sf', file, '-i', address, '-p', String(port), '-m', String(calls), '-t', transport, '-s', '4930123'],
      ...['-timeout', '15', '-timeout_error', '-recv_timeout', '12000', '-nostdin', '-r', '20'],
      ...args,
      ...['-trace_err', '-error_file', join(folder, `${name}.err`)],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  const [code] = await once(child, 'close');
  if (code === 0) return '';
  const errors = readdirSync(folder).includes(`${name}.err`) ? readFileSync(join(folder, `${name}.err`), 'utf8') : '';
  return `${name}: sipp ended with ${code}\n${errors}\n${output.slice(-1500)}`;
}
