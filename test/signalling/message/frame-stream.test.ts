import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, FrameStream } from '../../../signalling/message/frame-stream.ts';
import { MAX_MESSAGE_BYTES } from '../../../signalling/message/scan-headers.ts';
import { invite, message, samples } from './sample-messages.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const kinds = (frames: readonly Frame[]) => frames.map(({ kind }) => kind);
const messages = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => (frame.kind === 'message' ? [Buffer.from(frame.bytes)] : []));
const faultOf = (frames: readonly Frame[]) => {
  const last = frames.at(-1);
  assert.ok(last?.kind === 'lost');
  return last.fault;
};
const HEAD =
  'OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n';

test('messages one behind the other, by their Content-Length', () => {
  const frames = new FrameStream().push(Buffer.concat(samples));
  assert.deepEqual(messages(frames), samples);
  assert.equal(frames.length, samples.length);
});

test('the same messages however the stream is cut', () => {
  const whole = Buffer.concat([...samples, ...samples]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 40 }), (cuts) => {
      const places = [0, ...cuts.sort((one, other) => one - other), whole.length];
      const stream = new FrameStream();
      const frames = places.slice(1).flatMap((end, at) => stream.push(whole.subarray(places[at], end)));
      assert.deepEqual(messages(frames), [...samples, ...samples]);
    }),
    { numRuns: 200 },
  );
  const stream = new FrameStream();
  assert.deepEqual(messages([...whole].flatMap((byte) => stream.push(Uint8Array.of(byte)))), [...samples, ...samples]);
});

test('the frames are copies: the piece may be used again', () => {
  const piece = Buffer.from(invite);
  const frames = new FrameStream().push(piece);
  piece.fill(0);
  assert.deepEqual(messages(frames), [invite]);
});

test('keep-alives between messages: two line breaks are a ping, one is a pong (RFC 5626, 3.5.1)', () => {
  const stream = new FrameStream();
  assert.deepEqual(kinds(stream.push(bytes('\r\n\r\n'))), ['ping']);
  assert.deepEqual(kinds(stream.push(bytes('\r\n\r\n\r\n\r\n'))), ['ping', 'ping']);
  assert.deepEqual(kinds(stream.push(bytes('\r\n'))), ['pong']);
  assert.deepEqual(kinds(stream.push(invite)), ['message']);
  assert.deepEqual(kinds(stream.push(Buffer.concat([bytes('\r\n\r\n'), invite, bytes('\r\n'), invite]))), [
    'ping',
    'message',
    'pong',
    'message',
  ]);
});

test('a line break that comes in two pieces is waited for', () => {
  const stream = new FrameStream();
  assert.deepEqual(kinds(stream.push(bytes('\r'))), []);
  assert.deepEqual(kinds(stream.push(bytes('\n\r\n'))), ['ping']);
});

test('line breaks within a body are of the body', () => {
  const body = bytes(`${HEAD}Content-Length: 8\r\n\r\n\r\n\r\n\r\n\r\n`);
  assert.deepEqual(messages(new FrameStream().push(body)), [body]);
});

test('without one Content-Length that can be read the stream is lost, and the message answered', () => {
  for (const lines of ['', 'Content-Length: -1\r\n', 'l: x\r\n', 'Content-Length: 0\r\nl: 5\r\n']) {
    const stream = new FrameStream();
    const fault = faultOf(stream.push(Buffer.concat([invite, bytes(`${HEAD}${lines}\r\n`), invite])));
    assert.deepEqual([fault.status, fault.answerable?.lines().length], [400, 5], lines);
    assert.deepEqual(stream.push(invite), [], 'nothing comes behind it');
  }
});

test('a message that is too large loses the stream, whether it says so or goes on', () => {
  for (const length of [MAX_MESSAGE_BYTES - 100, MAX_MESSAGE_BYTES, Number.MAX_SAFE_INTEGER]) {
    const fault = faultOf(new FrameStream().push(bytes(`${HEAD}Content-Length: ${length}\r\n\r\n`)));
    assert.deepEqual([fault.status, fault.reason, fault.answerable?.lines().length], [513, 'Message Too Large', 5]);
  }
  const stream = new FrameStream();
  const frames: Frame[] = [];
  for (let piece = 0; piece < 70 && frames.length === 0; piece++) frames.push(...stream.push(Buffer.alloc(1000, 'x')));
  assert.deepEqual([faultOf(frames).status, faultOf(frames).answerable], [513, undefined]);
});

test('65,535 bytes pass', () => {
  const head = `${HEAD}Content-Length: `;
  const large = bytes(`${head}${MAX_MESSAGE_BYTES - head.length - 9}\r\n\r\n`.padEnd(MAX_MESSAGE_BYTES, 'x'));
  assert.deepEqual(messages(new FrameStream().push(large)), [large]);
});

test('what is no SIP at all is lost with the first empty line', () => {
  const fault = faultOf(new FrameStream().push(bytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n')));
  assert.deepEqual([fault.status, fault.answerable], [400, undefined]);
});

test('thousands of messages in one stream, one a piece', () => {
  const stream = new FrameStream();
  const small = message('OPTIONS sip:b SIP/2.0', HEAD.trimEnd().split('\r\n').slice(1));
  let count = 0;
  for (let round = 0; round < 2000; round++) count += stream.push(small).length;
  assert.equal(count, 2000);
});
