import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END_OF_STREAM, encodeEvents, encodeSchema } from '../../../signalling/events/encode-events.ts';
import { readSegment } from '../../../signalling/events/read-segment.ts';
import { sampleEvent } from './sample-event.ts';

const schema = encodeSchema('ss1', 7);
const events = [sampleEvent(1n), sampleEvent(2n), sampleEvent(3n)];
const segment = Buffer.concat([
  schema,
  encodeEvents(events.slice(0, 2), 0),
  encodeEvents(events.slice(2), 1),
  END_OF_STREAM,
]);

/** Of one attempt; a first one compiles, and the machine may be busy. */
const LONGEST_MS = 50;

test('a whole segment says whose it is, and gives its events', () => {
  const { softswitch, segment: number, events: found, isSealed, tail, wholeBytes } = readSegment(segment);
  assert.deepEqual([softswitch, number, isSealed, tail], ['ss1', 7, true, 'none']);
  assert.equal(wholeBytes, segment.length - END_OF_STREAM.length);
  assert.deepEqual(found, events);
});

test('whatever byte is damaged, it is told at once, no event is another one, and nothing large is allocated', (t) => {
  readSegment(segment);
  const before = process.resourceUsage().maxRSS;
  let longest = { ms: 0, at: 0 };
  const slow: number[] = [];
  for (let at = 0; at < segment.length; at++) {
    const damaged = Buffer.from(segment);
    // Another bit at each place: counts and distances become huge, small and negative.
    damaged[at] ^= 1 << (at % 8);
    const { events: found, isSealed, tail } = readSegment(damaged);
    // A busy machine may stop an attempt in the middle: the shortest of several is what it takes.
    let ms = timeOf(damaged);
    for (let nth = 0; nth < 5 && ms > LONGEST_MS; nth++) ms = Math.min(ms, timeOf(damaged));
    if (ms > longest.ms) longest = { ms, at };
    if (ms > LONGEST_MS) slow.push(at);
    assert.ok(tail !== 'none' || !isSealed, `byte ${at} is not noticed`);
    assert.deepEqual(found, events.slice(0, found.length), `events before byte ${at}`);
  }
  t.diagnostic(`the longest took ${longest.ms.toFixed(1)} ms, with byte ${longest.at} damaged`);
  assert.deepEqual(slow, [], `bytes whose damage takes more than ${LONGEST_MS} ms to be told`);
  assert.ok(process.resourceUsage().maxRSS - before < 200_000, 'less than 200 MB');
});

test('numbers in a header that are wrong are damage: counts, lengths and distances of any size', () => {
  const header = schema.length + 8;
  const words = [0, 1, 0x7f, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];
  for (let at = header; at < header + 200; at += 4) {
    for (const word of words) {
      const damaged = Buffer.from(segment);
      if (damaged.readUInt32LE(at) === word) continue;
      damaged.writeUInt32LE(word, at);
      const { events: found, tail } = readSegment(damaged);
      assert.deepEqual([found, tail], [[], 'damaged'], `byte ${at} has ${word}`);
    }
  }
});

function timeOf(damaged: Buffer): number {
  const begun = performance.now();
  readSegment(damaged);
  return performance.now() - begun;
}
