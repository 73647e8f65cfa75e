/** A running companion whose disk is full: what it says, and what is left to the next start. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { fill, smallDisk } from '../events/small-disk.ts';
import { rawUdp, until } from '../raw-peer.ts';
import { requestOf } from '../sip-text.ts';
import { freePorts, program } from './companion-process.ts';

function start(t: TestContext, folder: string) {
  const child = spawn(process.execPath, [program, 'signal', '--grace', '0'], { cwd: folder });
  t.after(() => child.kill('SIGKILL'));
  const said = { text: '' };
  child.stderr.on('data', (piece: Buffer) => {
    said.text += piece.toString();
  });
  return { child, said };
}

async function listening(said: { text: string }): Promise<void> {
  for (let waited = 0; !said.text.includes('listens on'); waited += 20) {
    assert.ok(waited < 20_000, said.text);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('it tells that the disk is full, refuses calls, stops in bounded time and says what was not written', async (t) => {
  const events = smallDisk(t);
  if (events === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [port] = freePorts(1);
  const signalling = {
    events: { folder: events },
    listen: [{ transport: 'udp', address: '127.0.0.1', port }],
    mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.1'], account: 'acme' }],
    routingGateways: [{ name: 'out-1', address: '127.0.0.1:9', prefixes: ['1'] }],
  };
  writeFileSync(join(folder, 'ratemill.json'), JSON.stringify({ signalling }));
  const first = start(t, folder);
  await listening(first.said);
  const makeRoom = fill(events);
  const peer = await rawUdp(t, port);
  const via = `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK`;
  // Calls without route, each with an event.
  const call = (nth: number) => peer.send(writeMessage(requestOf('INVITE', { via: via + nth, callId: `call-${nth}` })));
  for (let nth = 0; nth < 20; nth++) call(nth);
  await until(() => /events cannot be written, new calls get 503: ENOSPC/.test(first.said.text), 'it is told');
  assert.ok(first.said.text.includes(`Make room in ${events}`), first.said.text);
  call(100);
  assert.match(await peer.next(/^SIP\/2\.0 503 .*call-100/s), /\r\nRetry-After: 5\r\n/);
  first.child.kill('SIGTERM');
  const begun = performance.now();
  const [code] = await once(first.child, 'exit');
  assert.ok(performance.now() - begun < 8000, 'in bounded time');
  assert.equal(code, 1, 'not all was written');
  const kept = Number(/the journal keeps (\d+) events? until the next start/.exec(first.said.text)?.[1] ?? 0);
  const lines = [...first.said.text.matchAll(/^ {2}(\{"flow_no".*\})$/gm)].map(([, line]) => JSON.parse(line));
  assert.match(
    first.said.text,
    new RegExp(`${lines.length} events? could not be written in ${events}: make room there`),
  );

  const refused = spawnSync(process.execPath, [program, 'signal'], { cwd: folder, encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /events cannot be written in .* \(ENOSPC.*\): make room or name another folder/);

  makeRoom();
  const second = start(t, folder);
  await listening(second.said);
  assert.match(second.said.text, new RegExp(`${kept} calls? of a process before had no event yet`));
  second.child.kill('SIGTERM');
  assert.deepEqual(await once(second.child, 'exit'), [0, null]);
  const names = readdirSync(events);
  const written = names
    .filter((name) => name.endsWith('.arrows'))
    .flatMap((name) => readSegment(readFileSync(join(events, name))).events);
  assert.equal(written.length, kept);
  const all = [...written.map(({ flow_no }) => String(flow_no)), ...lines.map(({ flow_no }) => flow_no)];
  assert.equal(new Set(all).size, all.length, 'each call is there once');
  assert.deepEqual(
    names.filter((name) => !/\.(arrows|journal|bindings|suspended)$/.test(name)),
    [],
  );
});
