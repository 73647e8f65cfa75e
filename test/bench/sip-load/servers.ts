/** What stands between both sipp of the load bench: nothing, this companion, or kamailio. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSegment } from '../../../signalling/events/read-segment.ts';

export interface Server {
  /** Where the caller sends to. */
  readonly port: number;
  /** Seconds of CPU so far, and MiB of memory now, of all its processes. */
  use(): { cpuSeconds: number; memoryMiB: number };
  /** @returns calls it has an account of, answered ones */
  stop(): Promise<number>;
}

/** @param callee port of the sipp that answers */
export type Start = (folder: string, port: number, callee: number) => Promise<Server>;

const program = join(import.meta.dirname, '../../../engine/cli.ts');

/** The companion as it comes: durable events, groups of 5 ms. */
export const ratemill: Start = async (folder, port, callee) => {
  const signalling = {
    listen: [{ transport: 'udp', address: '127.0.0.1', port }],
    mappingGateways: [{ name: 'in', addresses: ['127.0.0.1'], account: 'acme' }],
    routingGateways: [{ name: 'out', address: `127.0.0.1:${callee}` }],
  };
  writeFileSync(join(folder, 'ratemill.json'), JSON.stringify({ signalling }));
  const child = spawn(process.execPath, [program, 'signal', '--grace', '1'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await said(child, 'listens on');
  return {
    port,
    use: () => useOf([child.pid as number]),
    async stop() {
      await ended(child);
      const events = join(folder, 'events');
      const segments = readdirSync(events).filter((name) => name.endsWith('.arrows'));
      return segments
        .flatMap((name) => readSegment(readFileSync(join(events, name))).events)
        .filter(({ answered_at }) => answered_at !== null).length;
    },
  };
};

/** A stateful proxy that writes an account of each INVITE that was answered, as a line of its log. */
export const kamailio: Start = async (folder, port, callee) => {
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, proxy(port, callee));
  const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-m', '1024', '-M', '16', '-Y', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let accounts = 0;
  child.stderr.on('data', (piece: Buffer) => {
    accounts += piece.toString().split('ACC: transaction answered').length - 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return {
    port,
    use: () => useOf([child.pid as number, ...childrenOf(child.pid as number)]),
    async stop() {
      await ended(child);
      return accounts;
    },
  };
};

/** Both sipp beside each other: what the measuring itself takes. */
export const nothing: Start = async (_folder, _port, callee) => ({
  port: callee,
  use: () => ({ cpuSeconds: 0, memoryMiB: 0 }),
  stop: async () => 0,
});

const proxy = (port: number, callee: number) => `#!KAMAILIO
debug=1
log_stderror=yes
children=2
listen=udp:127.0.0.1:${port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "acc.so"
modparam("acc", "log_flag", 1)
modparam("acc", "log_level", 1)
request_route {
  if (is_method("INVITE")) setflag(1);
  if (is_method("CANCEL") && !t_check_trans()) exit;
  $du = "sip:127.0.0.1:${callee}";
  t_relay();
}
`;

async function said(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  child.stderr?.on('data', (piece: Buffer) => {
    all += piece.toString();
  });
  while (!all.includes(text)) {
    if (child.exitCode !== null) throw new Error(`it has ended: ${all}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error('it has ended before it was told to');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** proc(5): ticks of 1/100 s, proportional set size in kB. */
function useOf(pids: readonly number[]): { cpuSeconds: number; memoryMiB: number } {
  let [ticks, kilobytes] = [0, 0];
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    ticks += Number(stat[11]) + Number(stat[12]);
    kilobytes += Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  }
  return { cpuSeconds: ticks / 100, memoryMiB: Math.round(kilobytes / 1024) };
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parent);
}

/** Processes end while they are looked at. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
  } catch {
    return undefined;
  }
}
