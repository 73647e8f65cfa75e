/** Dozens of the nastiest files through the program itself: it ends by itself, and blames nothing on itself. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CompressionType } from 'apache-arrow';
import { arrowFile, event, writeBytes } from '../events.ts';
import { mutantOf, mutantSeed } from '../mutants.ts';
import { folder } from '../reference/folder.ts';
import { fewCalls } from '../tried-file.ts';
import { ratemill } from './ratemill.ts';

const FILES = 12;

const broken = Uint8Array.of(0x34, 0xff, ...Buffer.from(' and more than twelve bytes'));
const bases = [
  arrowFile([...fewCalls, event(7, { flow_no: null, sip_call_id: broken })], { batchRows: 3 }),
  arrowFile(fewCalls, { form: 'stream', text: 'dictionary', delta: true, batchRows: 2 }),
  arrowFile(fewCalls, { form: 'stream', compression: CompressionType.ZSTD }),
];

test('folders of damaged files', (t) => {
  const { dir } = folder(t);
  assert.equal(ratemill(dir, ['init', '.']).status, 0);
  const told = new Set<string>();
  for (const [place, base] of bases.entries()) {
    const spool = join(dir, `spool-${place}`);
    mkdirSync(spool);
    writeBytes(join(spool, 'sound.arrow'), base);
    for (let i = 0; i < FILES; i++) {
      const seed = mutantSeed + FILES * place + i;
      writeBytes(join(spool, `${seed}.arrow`), mutantOf(base, seed, [[0, Math.floor(base.length / 2)]]));
    }
    const salvage = place === 1 ? ['--salvage'] : [];
    const { status, stdout, stderr } = ratemill(dir, ['rate', spool, ...salvage]);
    assert.ok(status === 0 || status === 3, `${status} ${stderr}`);
    assert.doesNotMatch(stderr, /mistake of the program/);
    for (const [, name] of `${stdout}${stderr}`.matchAll(/left out: .*?(\d+)\.arrow /g)) told.add(name);
  }
  assert.ok(told.size >= FILES, `${told.size} files are left out by name`);
  const { status, stdout } = ratemill(dir, ['verify']);
  assert.equal(status, 0, stdout);
});
