import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isSoundFooter, messageFault } from '../../../engine/arrow/check-header.ts';
import { surveyFiles } from '../../../engine/survey.ts';
import { arrowFile, writeBytes } from '../events.ts';
import { folder } from '../reference/folder.ts';
import { emptyNames, fewCalls, messagesOf } from '../tried-file.ts';

const stream = arrowFile(fewCalls, { form: 'stream' });
const file = arrowFile(fewCalls);

/** The smallest schema message: version V5, and a schema of nothing but the order of its bytes. */
function schemaMessage(version: number, endianness: number): Buffer {
  const bytes = Buffer.alloc(44);
  const words = [16, 0x000c_000a, 0x000a_0008, 4, 12, 16, 0x0001_0000 + version, 0x0006_0006, 4, 8, endianness];
  words.forEach((word, i) => {
    bytes.writeUInt32LE(word, 4 * i);
  });
  return bytes;
}

test('headers of sound files are sound', (t) => {
  const { write } = folder(t);
  for (const bytes of [stream, file]) {
    for (const { headerAt, headerLength } of messagesOf(write('a.arrow', bytes))) {
      assert.equal(messageFault(bytes.subarray(headerAt, headerAt + headerLength)), undefined);
    }
  }
  assert.ok(isSoundFooter(file.subarray(-10 - file.readInt32LE(file.length - 10), -10)));
});

test('big-endian values and old versions are refused by name', () => {
  assert.equal(messageFault(schemaMessage(4, 0)), undefined);
  assert.equal(messageFault(schemaMessage(3, 0)), undefined);
  assert.equal(messageFault(schemaMessage(4, 1)), 'a schema of big-endian values, which are not read, stands');
  assert.equal(messageFault(schemaMessage(2, 0)), 'a message of an Arrow version before 0.8 stands');
});

test('no bytes, too few, and a table that refers to itself', () => {
  for (let length = 0; length < 44; length++) {
    // The last two bytes fill up.
    const fault = length < 42 ? 'an unreadable message header stands' : undefined;
    assert.equal(messageFault(schemaMessage(4, 0).subarray(0, length)), fault, `${length} bytes`);
  }
  assert.equal(isSoundFooter(Buffer.alloc(0)), false);
  // The list of the schema's places, one byte too long: the decoder would take what follows for another place.
  const odd = schemaMessage(4, 0);
  odd[28]++;
  assert.equal(messageFault(odd), 'an unreadable message header stands');
  const { headerAt, headerLength } = { headerAt: 8, headerLength: stream.readInt32LE(4) };
  const schema = Buffer.from(stream.subarray(headerAt, headerAt + headerLength));
  let refused = 0;
  for (let at = 0; at + 4 <= schema.length; at += 4) {
    const cyclic = Buffer.from(schema);
    cyclic.writeInt32LE(-at, at);
    refused += messageFault(cyclic) === undefined ? 0 : 1;
  }
  assert.ok(refused > 100);
});

test('every word of every header at its extreme is told soon, and takes no memory', (t) => {
  const { dir } = folder(t);
  const path = writeBytes(join(dir, 'a.arrows'), stream);
  const spans = messagesOf(path).map(({ headerAt, headerLength }) => [headerAt, headerAt + headerLength]);
  for (const [from, to] of [[8, spans[0][0] - 8], spans[0], spans[spans.length - 1]]) {
    for (let at = from; at + 4 <= to; at += 4) {
      for (const extreme of [0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
        const mutant = Buffer.from(stream);
        mutant.writeUInt32LE(extreme, at);
        writeBytes(path, mutant);
        const before = process.memoryUsage().arrayBuffers;
        const started = performance.now();
        surveyFiles([path], emptyNames(), { salvage: false });
        assert.ok(performance.now() - started < 1000, `byte ${at}`);
        assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024, `byte ${at}`);
      }
    }
  }
});
