/**
 * node --expose-gc nat-keep-alive.ts [devices]: 180,000 bindings behind NAT, restored as after a restart, and one round of heartbeats to
 * them over UDP on loopback, beside the same time without heartbeats. Calls are asked for meanwhile (OPTIONS, 100 a second, by
 * another process): how long they wait for an answer is what a round costs them.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { serverClock } from '../../signalling/clock.ts';
import { Companion } from '../../signalling/companion.ts';
import { defaultSignallingParameters } from '../../signalling/parameters.ts';
import type { StoredTerminal } from '../../signalling/registrar/binding.ts';
import { TransportLayer } from '../../signalling/transport/transport-layer.ts';
import { terminal } from '../signalling/registrar/terminal.ts';

interface Counted {
  readonly heartbeats: number;
  /** Milliseconds each OPTIONS waited, and how many had no answer. */
  readonly waits: readonly number[];
  readonly unanswered: number;
}

/** Addresses of 127.0.0.0/8 that one socket on each of these ports stands for. */
const PORTS = [41_001, 41_002, 41_003];
const PERIOD_MS = 1000 * defaultSignallingParameters.SS_SIP_NAT_KEEP_ALIVE_PERIOD;

if (process.argv[2] === 'devices') await beDevices(Number(process.argv[3]));
else await bench(Number(process.argv[2] ?? 180_000));

async function bench(devices: number): Promise<void> {
  let companion: Companion | undefined;
  const transport = await TransportLayer.open({
    clock: serverClock,
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    limits: { connections: 10, perSource: 10, idleMs: 1000, halfMessageMs: 1000 },
    onMessage: (message, source) => companion?.receive(message, source),
  });
  const child = fork(import.meta.filename, ['devices', String(transport.listening[0].port)]);
  await once(child, 'message');
  // Without heartbeats at first.
  const quiet = { ...defaultSignallingParameters, SS_SIP_NAT_KEEP_ALIVE_MESSAGE: '' };
  const terminals = Array.from({ length: devices }, (_, nth) => terminal(String(nth)));
  const configuration = {
    softswitch: 'bench',
    realm: 'bench',
    digestAlgorithms: ['SHA-256', 'MD5'] as const,
    listen: [],
    events: { folder: '', commitMs: 5, durable: true, segmentBytes: 1e6, segmentSeconds: 60 },
    mappingGateways: [],
    routingGateways: [],
    terminals,
    maxCalls: 1,
    prepaid: null,
    parameters: quiet,
  };
  companion = new Companion({
    configuration,
    clock: serverClock,
    sender: transport,
    log: { problem: undefined, nextFlowNo: () => 1n, note: () => undefined, end: () => undefined },
    bindings: { load: () => (companion === undefined ? [] : stored(devices)), changed: () => undefined },
    suspensions: { load: () => [], note: () => undefined, replace: () => undefined },
    warn: (line) => process.stdout.write(`${line}\n`),
  });
  const heap = heapUsed();
  companion.phones.bindings.restore(() => true);
  assert.equal(companion.phones.bindings.counts.behindNat, devices);
  const bytes = heapUsed() - heap;
  process.stdout.write(
    `${devices} bindings behind NAT: ${(bytes / 2 ** 20).toFixed(0)} MiB, ${(bytes / devices).toFixed(0)} bytes each; ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB resident, terminals and all\n\n`,
  );
  process.stdout.write(
    `${'30 s'.padEnd(12)}${['loop p50 ms', 'p99', 'max', 'OPTIONS p50 ms', 'p99', 'max', 'lost', 'heartbeats', 'cpu s'].map((title) => title.padStart(15)).join('')}\n`,
  );
  await measured('without', child, devices, 0);
  companion.phones.keepAlive.stop();
  companion.reload({ ...configuration, parameters: defaultSignallingParameters });
  await measured('one round', child, devices, devices);
  assert.equal(companion.phones.keepAlive.state.missed, 0);
  await companion.stop();
  child.disconnect();
  await transport.close();
}

function heapUsed(): number {
  assert.ok(globalThis.gc, 'run it with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function measured(
  what: string,
  child: ReturnType<typeof fork>,
  devices: number,
  expected: number,
): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  child.send('begin');
  loop.enable();
  // The last batch of a full round is half a second before its end, and the next round must not begin.
  await wait(PERIOD_MS - 200);
  loop.disable();
  child.send('count');
  const [{ heartbeats, waits, unanswered }] = (await once(child, 'message')) as [Counted];
  const { user, system } = process.cpuUsage(cpu);
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const figures = [
    ...[loop.percentile(50), loop.percentile(99), loop.max].map((ns) => (ns / 1e6).toFixed(2)),
    ...[at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(2)),
    unanswered,
    heartbeats,
    ((user + system) / 1e6).toFixed(1),
  ];
  process.stdout.write(`${what.padEnd(12)}${figures.map((figure) => String(figure).padStart(15)).join('')}\n`);
  // Datagrams may be lost where the receiver is short of time, and their sender cannot know.
  assert.ok(heartbeats <= expected && heartbeats >= 0.999 * expected, `${heartbeats} of ${expected} for ${devices}`);
}

/** 127.1.0.0 and the addresses after it, on each port. */
function stored(devices: number): StoredTerminal[] {
  const expiresAtMs = serverClock.now() + 86_400_000;
  return Array.from({ length: devices }, (_, nth) => {
    const place = Math.floor(nth / PORTS.length) + 65_536;
    const address = `127.${place >> 16}.${(place >> 8) & 255}.${place & 255}`;
    const peer = { transport: 'udp' as const, address, port: PORTS[nth % PORTS.length] };
    const contact = `sip:${nth}@192.168.1.${nth % 250}:5060;line=${nth}`;
    const common = { contact, source: peer, peer, isBehindNat: true, callId: `${nth}@192.168.1.1`, sequence: 1 };
    return { terminal: String(nth), bindings: [{ ...common, expiresAtMs }] };
  });
}

/** The other side: counts heartbeats, and asks with OPTIONS for how long an answer takes. */
async function beDevices(port: number): Promise<void> {
  let heartbeats = 0;
  for (const own of PORTS) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 8 * 1024 * 1024 });
    socket.on('message', () => heartbeats++);
    socket.bind(own, '0.0.0.0');
    await once(socket, 'listening');
  }
  const asking = createSocket('udp4');
  asking.bind(0, '127.0.0.1');
  await once(asking, 'listening');
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  asking.on('message', (bytes) => {
    const id = /Call-ID: (\d+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
    waits.push(performance.now() - (sentAt.get(id) ?? 0));
    sentAt.delete(id);
  });
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  process.on('message', async (told) => {
    if (told === 'begin') {
      heartbeats = 0;
      timer = setInterval(() => {
        const id = String(asked++);
        sentAt.set(id, performance.now());
        asking.send(options(id, asking.address().port), port, '127.0.0.1');
      }, 10);
      return;
    }
    clearInterval(timer);
    await wait(100);
    process.send?.({ heartbeats, waits: waits.splice(0), unanswered: sentAt.size } satisfies Counted);
    sentAt.clear();
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

function options(id: string, port: number): string {
  return [
    'OPTIONS sip:127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${id}`,
    'From: <sip:bench@127.0.0.1>;tag=1',
    'To: <sip:127.0.0.1>',
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
