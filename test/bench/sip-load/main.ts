/**
 * node test/bench/sip-load/main.ts [--rates 100,300,…] [--seconds N] [--up N]: calls from sipp to sipp at rising rates, through
 * the companion with durable events, through kamailio as a stateful proxy with accounting, and directly; then many calls up
 * at once. All on this machine, so both sipp and the server share its cores.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { grouped } from '../../../engine/render/amounts.ts';
import { type TextColumn, textTable } from '../../../engine/render/text-table.ts';
import { callee, caller } from './scenarios.ts';
import { kamailio, nothing, ratemill, type Start } from './servers.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '100,300,500,700,1000,1300' },
    seconds: { type: 'string', default: '15' },
    up: { type: 'string', default: '20000' },
  },
});

interface Load {
  /** Calls a second, and calls altogether. */
  readonly rate: number;
  readonly calls: number;
  /** Seconds a call is up. */
  readonly hold: number;
}

interface Outcome {
  readonly done: number;
  readonly failed: number;
  readonly resent: number;
  /** Calls begun a second, as sipp managed. */
  readonly rate: number;
  /** Milliseconds from INVITE to 200, sorted. */
  readonly setup: readonly number[];
  readonly accounts: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly endMiB: number;
}

const WARM_UP_CALLS = 1000;
const servers: readonly (readonly [string, Start])[] = [
  ['ratemill', ratemill],
  ...(spawnSync('kamailio', ['-v']).error === undefined ? ([['kamailio', kamailio]] as const) : []),
  ['directly', nothing],
];
process.stdout.write(
  `${availableParallelism()} cores for both sipp and the server, UDP, calls of one second, after a warm-up of ${WARM_UP_CALLS}\n\n`,
);
const rows: string[][] = [];
for (const rate of values.rates.split(',').map(Number)) {
  for (const [name, start] of servers) {
    const outcome = await run(start, { rate, calls: rate * Number(values.seconds), hold: 1 });
    rows.push([String(rate), name, ...cells(outcome)]);
    process.stderr.write(`${rows[rows.length - 1].join('  ')}\n`);
  }
}
process.stdout.write(`${table('calls/s', rows)}\n`);
const up = Number(values.up);
if (up > 0) {
  const load = { rate: 400, calls: Math.round(up * 1.05), hold: Math.ceil(up / 400) + 5 };
  const held: string[][] = [];
  for (const [name, start] of servers.slice(0, -1)) {
    held.push([grouped(load.calls), name, ...cells(await run(start, load))]);
  }
  process.stdout.write(`${grouped(up)} calls and more up at once, 400 a second\n\n${table('calls', held)}`);
}

function table(first: string, lines: readonly string[][]): string {
  const titles = [
    'begun/s',
    'failed',
    'resent',
    'median ms',
    'p99 ms',
    'accounts',
    'CPU ms a call',
    'peak MiB',
    'end MiB',
  ];
  const columns: TextColumn[] = [
    { title: first, align: 'right' },
    { title: 'through' },
    ...titles.map((title) => ({ title, align: 'right' as const })),
  ];
  return textTable(columns, lines);
}

function cells({ done, failed, resent, rate, setup, accounts, cpuSeconds, peakMiB, endMiB }: Outcome): string[] {
  const at = (share: number) => (setup[Math.floor(share * (setup.length - 1))] ?? Number.NaN).toFixed(1);
  return [
    rate.toFixed(0),
    grouped(failed),
    grouped(resent),
    at(0.5),
    at(0.99),
    cpuSeconds === 0 ? '' : accounts === done ? 'all' : `${grouped(accounts)} of ${grouped(done)}`,
    ((1000 * cpuSeconds) / done).toFixed(2),
    String(peakMiB),
    String(endMiB),
  ];
}

async function run(start: Start, { rate, calls, hold }: Load): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sip-load-'));
  const [port, calleePort, callerPort] = [25_060, 25_061, 25_062];
  writeFileSync(join(folder, 'callee.xml'), callee);
  writeFileSync(join(folder, 'caller.xml'), caller(hold));
  writeFileSync(join(folder, 'warm-up.xml'), caller(1));
  try {
    const server = await start(folder, port, calleePort);
    const answering = sipp(folder, 'callee', calleePort, ['-bg']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    let peakMiB = 0;
    const watch = setInterval(() => {
      peakMiB = Math.max(peakMiB, server.use().memoryMiB);
    }, 500);
    // A server is up for months: what its first second costs, until its code is compiled, is not asked here.
    const warming = sipp(folder, 'warm-up', callerPort + 1, [
      '-r',
      '250',
      '-m',
      String(WARM_UP_CALLS),
      `127.0.0.1:${server.port}`,
    ]);
    await once(warming, 'exit');
    const { cpuSeconds: before } = server.use();
    const asked = ['-r', String(rate), '-m', String(calls), '-l', String(calls), '-trace_rtt', '-rtt_freq', '1000'];
    const began = performance.now();
    const calling = sipp(folder, 'caller', callerPort, [...asked, `127.0.0.1:${server.port}`]);
    await once(calling, 'exit');
    const seconds = (performance.now() - began) / 1000 - hold;
    clearInterval(watch);
    const { cpuSeconds, memoryMiB } = server.use();
    const accounts = (await server.stop()) - WARM_UP_CALLS;
    answering.kill('SIGKILL');
    spawnSync('pkill', ['-9', '-f', join(folder, 'callee.xml')]);
    const { done, failed, resent } = statistics(folder);
    const times = { setup: setupTimes(folder), rate: calls / seconds };
    return { done, failed, resent, ...times, accounts, cpuSeconds: cpuSeconds - before, peakMiB, endMiB: memoryMiB };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sipp(folder: string, name: string, port: number, more: readonly string[]) {
  const files = ['-sf', join(folder, `${name}.xml`), '-trace_stat', '-fd', '1', '-stf', join(folder, `${name}.csv`)];
  const place = [
    '-i',
    '127.0.0.1',
    '-p',
    String(port),
    '-s',
    '4930123',
    '-nostdin',
    '-buff_size',
    '8000000',
    '-timer_resol',
    '1',
  ];
  return spawn('sipp', [...files, ...place, ...more], { cwd: folder, stdio: 'ignore' });
}

/** The last line of what sipp counts. */
function statistics(folder: string): { done: number; failed: number; resent: number } {
  const lines = readFileSync(join(folder, 'caller.csv'), 'utf8').trim().split('\n');
  const [names, counts] = [lines[0].split(';'), lines[lines.length - 1].split(';')];
  const of = (name: string) => Number(counts[names.indexOf(name)]);
  return { done: of('SuccessfulCall(C)'), failed: of('FailedCall(C)'), resent: of('Retransmissions(C)') };
}

function setupTimes(folder: string): number[] {
  const files = readdirSync(folder).filter((name) => name.startsWith('caller_') && name.endsWith('_rtt.csv'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1));
  return lines.map((line) => Number(line.split(';')[1])).sort((a, b) => a - b);
}
