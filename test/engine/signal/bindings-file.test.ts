import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BindingsFile } from '../../../engine/signal/bindings-file.ts';
import type { StoredTerminal } from '../../../signalling/registrar/binding.ts';
import { VirtualClock } from '../../signalling/virtual-clock.ts';

test('what was written last of each terminal is there in the next process', async (t) => {
  const { file, path } = opened(t);
  file.load(() => []);
  for (const port of [5060, 5061]) file.changed(stored('1001', port));
  file.changed(stored('1002', 5062));
  file.changed({ terminal: '1002', bindings: [] });
  await file.close();
  const next = opened(t, path);
  assert.deepEqual(next.file.load(none), [stored('1001', 5061), { terminal: '1002', bindings: [] }]);
  assert.deepEqual(next.said, []);
});

test('a file that is torn or damaged costs the lines that are, and is said', async (t) => {
  const { file, path } = opened(t);
  file.load(none);
  for (const name of ['1001', '1002', '1003']) file.changed(stored(name, 5060));
  await file.close();
  const whole = readFileSync(path, 'utf8');
  for (let end = whole.length - 1; end > 0; end -= 41) {
    writeFileSync(path, whole.slice(0, end));
    const lines = whole.slice(0, end).split('\n').length - 1;
    assert.equal(opened(t, path).file.load(none).length, lines + (whole[end] === '\n' ? 1 : 0), `cut at ${end}`);
  }
  writeFileSync(path, whole.replace('1002', '1992'));
  appendFileSync(path, `\0\0{}\n${'x'.repeat(100)}\n`);
  const next = opened(t, path);
  assert.deepEqual(
    next.file.load(none).map(({ terminal }) => terminal),
    ['1001', '1003'],
  );
  assert.match(next.said.join(), /^3 lines of .* cannot be read: those phones are back when they register$/);
});

test('a file that has grown is written anew with what there is, and what changes meanwhile is not lost', async (t) => {
  const { file, path, clock } = opened(t);
  const all = new Map<string, StoredTerminal>();
  const change = (name: string, port: number) => {
    all.set(name, stored(name, port));
    file.changed(stored(name, port));
  };
  file.load(() => all.values());
  for (let nth = 0; nth < 12_000; nth++) change(`t${nth % 2000}`, nth);
  clock.advance(1000);
  await written(path, 1_500_000);
  change('t7', 7);
  clock.advance(1000);
  await new Promise(setImmediate);
  change('t8', 8);
  await file.close();
  const next = opened(t, path).file.load(none);
  assert.deepEqual([next.length, next[7], next[8]], [2000, stored('t7', 7), stored('t8', 8)]);
  assert.ok(statSync(path).size < 1_000_000, String(statSync(path).size));
});

test('a disk that refuses is said once, and when it takes it again, all is written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bindings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'missing', 'ss1.bindings');
  const { file, said, clock } = opened(t, path);
  file.load(() => [stored('1001', 5060)]);
  for (let nth = 0; nth < 2; nth++) {
    file.changed(stored('1001', 5060));
    clock.advance(1000);
    await until(() => said.length > 0);
  }
  assert.match(said.join('|'), /^registrations cannot be written, a restart would forget them: ENOENT[^|]*$/);
  mkdirSync(join(folder, 'missing'));
  file.changed(stored('1001', 5060));
  await file.close();
  assert.equal(said[1], 'registrations are written again');
  assert.deepEqual(opened(t, path).file.load(none), [stored('1001', 5060)]);
});

const none = () => [];

function stored(terminal: string, port: number): StoredTerminal {
  const peer = { transport: 'udp', address: '203.0.113.5', port } as const;
  const contact = `sip:${terminal}@10.0.0.7:5060`;
  const common = { contact, peer, source: peer, isBehindNat: true, callId: 'a', sequence: 1 };
  return { terminal, bindings: [{ ...common, expiresAtMs: 1_790_000_000_000 }] };
}

function opened(t: TestContext, path?: string) {
  const clock = new VirtualClock();
  const said: string[] = [];
  const folder = path === undefined ? mkdtempSync(join(tmpdir(), 'bindings-')) : undefined;
  if (folder !== undefined) t.after(() => rmSync(folder, { recursive: true }));
  const place = path ?? join(folder as string, 'ss1.bindings');
  return { path: place, clock, said, file: new BindingsFile(place, clock, (line) => said.push(line)) };
}

function written(path: string, bytes: number): Promise<void> {
  return until(() => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > bytes);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 2) {
    assert.ok(waited < 5000, 'in 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
