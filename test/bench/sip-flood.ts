/**
 * node sip-flood.ts [--seconds N] [--flood N]: calls of a known source beside a flood of INVITEs of unknown ones, which
 * are refused, or challenged where there are terminals: setup time, failures, and what the flood leaves on the disk.
 */
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { textTable } from '../../engine/render/text-table.ts';
import { askStatus, controlPath } from '../../engine/signal/control-socket.ts';
import { terminalOf } from '../signalling/authentication/digest-client.ts';
import { answerOf, parsed, sipText } from '../signalling/sip-text.ts';

const CALLS_PER_SECOND = 50;
const PORT = 25_060;
const [COMPANION, CALLER, GATEWAY] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n';

interface Round {
  readonly title: string;
  readonly perSecond: number;
  readonly hasTerminals: boolean;
}

if (isMainThread) await main();
else await flood(workerData as { perSecond: number; seconds: number });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '20' }, flood: { type: 'string', default: '10000' } },
  });
  const perSecond = Number(values.flood);
  const rounds: Round[] = [
    { title: 'no flood', perSecond: 0, hasTerminals: false },
    { title: `${perSecond} INVITEs/s, refused`, perSecond, hasTerminals: false },
    { title: `${perSecond} INVITEs/s, challenged`, perSecond, hasTerminals: true },
  ];
  const rows: string[][] = [];
  for (const round of rounds) rows.push(await measured(round, Number(values.seconds)));
  const right = (title: string) => ({ title, align: 'right' as const });
  process.stdout.write(
    `${CALLS_PER_SECOND} calls a second of a known source, ${values.seconds} s; times from INVITE to 200\n\n${textTable(
      [
        { title: '' },
        ...['calls', 'failed', 'p50 ms', 'p99 ms', 'worst ms', 'flood seen', 'events', 'disk KiB', 'MiB'].map(right),
      ],
      rows,
    )}`,
  );
}

async function measured({ title, perSecond, hasTerminals }: Round, seconds: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sip-flood-'));
  const gateway = await answeringGateway();
  const signalling = {
    softswitch: 'bench',
    listen: [{ transport: 'udp', address: COMPANION, port: PORT }],
    mappingGateways: [{ name: 'known', addresses: [CALLER], account: 'acme' }],
    routingGateways: [{ name: 'out', address: `${GATEWAY}:${gateway.address().port}` }],
    terminals: hasTerminals ? [terminalOf('6001', 'bench')] : [],
  };
  writeFileSync(join(folder, 'ratemill.json'), JSON.stringify({ signalling }));
  const program = new URL('../../engine/cli.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, 'signal', '--grace', '1'], { cwd: folder, stdio: 'pipe' });
  await once(child.stderr, 'data');
  const attack =
    perSecond === 0 ? undefined : new Worker(new URL(import.meta.url), { workerData: { perSecond, seconds } });
  // The code is compiled while it is first used.
  await calls(2);
  const times = await calls(seconds);
  const status = await askStatus(controlPath(join(folder, 'events'), 'bench'));
  await attack?.terminate();
  child.kill('SIGTERM');
  await once(child, 'exit');
  gateway.close();
  const events = join(folder, 'events');
  const bytes = readdirSync(events).reduce((sum, name) => sum + statSync(join(events, name)).size, 0);
  rmSync(folder, { recursive: true });
  const done = times.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const at = (share: number) => done[Math.min(done.length - 1, Math.floor(share * done.length))].toFixed(1);
  return [
    title,
    String(times.length),
    String(times.length - done.length),
    at(0.5),
    at(0.99),
    at(1),
    String(status.illegalCalls.seen),
    String(status.events.written),
    (bytes / 1024).toFixed(0),
    String(status.memoryMiB),
  ];
}

/** Makes calls for a while. @returns milliseconds to the answer of each, undefined for one that got none within 5 s */
async function calls(seconds: number): Promise<(number | undefined)[]> {
  const socket = createSocket('udp4');
  socket.bind(0, CALLER);
  await once(socket, 'listening');
  const { port } = socket.address();
  const begun = new Map<string, { readonly nth: number; readonly startedMs: number; readonly again: NodeJS.Timeout }>();
  const times: (number | undefined)[] = [];
  const id = Math.random().toString(36).slice(2);
  const lines = (method: string, nth: number, cseq: number, to = '<sip:4930123@127.0.0.1>') => [
    `${method} sip:4930123@${COMPANION} SIP/2.0`,
    `Via: SIP/2.0/UDP ${CALLER}:${port};branch=z9hG4bK${id}${nth}${method}`,
    'Max-Forwards: 70',
    `From: <sip:4420@${CALLER}>;tag=${id}${nth}`,
    `To: ${to}`,
    `Call-ID: ${id}${nth}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:4420@${CALLER}:${port}>`,
  ];
  const send = (bytes: Uint8Array) => socket.send(bytes, PORT, COMPANION);
  socket.on('message', (bytes) => {
    const message = parsed(bytes);
    const call = begun.get(message.headers.first('Call-ID') ?? '');
    if (message.kind !== 'response' || call === undefined) return;
    if (message.status < 200 || message.headers.first('CSeq') !== '1 INVITE') return;
    clearInterval(call.again);
    const to = message.headers.first('To');
    if (message.status === 200) times[call.nth] ??= performance.now() - call.startedMs;
    send(sipText(lines('ACK', call.nth, 1, to)));
    send(sipText(lines('BYE', call.nth, 2, to)));
  });
  const startMs = performance.now();
  const all = seconds * CALLS_PER_SECOND;
  for (let nth = 0; nth < all; nth++) {
    await wait(Math.max(startMs + (1000 * nth) / CALLS_PER_SECOND - performance.now(), 0));
    const invite = sipText([...lines('INVITE', nth, 1), 'Content-Type: application/sdp'], SDP);
    times[nth] = undefined;
    begun.set(`${id}${nth}`, { nth, startedMs: performance.now(), again: setInterval(() => send(invite), 500) });
    send(invite);
  }
  await wait(5000);
  for (const { again } of begun.values()) clearInterval(again);
  socket.close();
  return times;
}

async function answeringGateway(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, GATEWAY);
  await once(socket, 'listening');
  const contact = `Contact: <sip:out@${GATEWAY}:${socket.address().port}>`;
  socket.on('message', (bytes, from) => {
    const message = parsed(bytes);
    if (message.kind !== 'request' || message.method === 'ACK') return;
    const lines = message.method === 'INVITE' ? [contact, 'Content-Type: application/sdp'] : [];
    const answer = answerOf(message, 200, { lines, body: message.method === 'INVITE' ? SDP : '' });
    const text = [`SIP/2.0 200 OK`, ...answer.headers.lines().map(({ name, value }) => `${name}: ${value}`)];
    const head = text.filter((line) => !line.startsWith('Content-Length'));
    socket.send(sipText(head, Buffer.from(answer.body).toString()), from.port, from.address);
  });
  return socket;
}

/** INVITEs of many addresses, in bundles of ten milliseconds; answers are not read. */
async function flood({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async (_, nth) => {
      const socket = createSocket('udp4');
      socket.bind(0, `127.1.0.${nth + 1}`);
      await once(socket, 'listening');
      return { socket, from: `127.1.0.${nth + 1}:${socket.address().port}` };
    }),
  );
  const startMs = performance.now();
  // Also while the last calls are waited for.
  for (let sent = 0; performance.now() - startMs < 1000 * (seconds + 12); ) {
    const due = (perSecond * (performance.now() - startMs)) / 1000;
    for (; sent < due; sent++) {
      const { socket, from } = sockets[sent % sockets.length];
      const invite = sipText(
        [
          `INVITE sip:00${sent}@${COMPANION} SIP/2.0`,
          `Via: SIP/2.0/UDP ${from};branch=z9hG4bKflood${sent}`,
          'Max-Forwards: 70',
          `From: <sip:${sent}@${from}>;tag=${sent}`,
          `To: <sip:00${sent}@${COMPANION}>`,
          `Call-ID: flood-${sent}`,
          'CSeq: 1 INVITE',
          `Contact: <sip:${from}>`,
          'Content-Type: application/sdp',
        ],
        SDP,
      );
      socket.send(invite, PORT, COMPANION);
    }
    await wait(10);
  }
}
