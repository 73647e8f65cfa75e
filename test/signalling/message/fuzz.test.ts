import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerTo } from '../../../signalling/message/answer.ts';
import { FrameStream } from '../../../signalling/message/frame-stream.ts';
import { keepAlive } from '../../../signalling/message/keep-alive.ts';
import type { SipMessage } from '../../../signalling/message/message.ts';
import { type MessageFault, parseMessage } from '../../../signalling/message/parse-message.ts';
import { MAX_HEADER_LINES, MAX_LINE_BYTES, MAX_MESSAGE_BYTES } from '../../../signalling/message/scan-headers.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { randomSource } from '../../engine/random-source.ts';
import { decodeAll } from './decode-all.ts';
import { mutant } from './message-mutants.ts';

const count = Number(process.env.SIP_MUTANTS ?? 200_000);
const seed = Number(process.env.SIP_SEED ?? 1);
/** What a datagram may take at most. */
const MAX_MS = 5;

test(`${count} mutants of messages, SIP_SEED=${seed}: nothing throws, is slow, or stays in memory`, (context) => {
  const seen = { accepted: 0, refused: 0, slow: 0, bytes: 0, longestMs: 0 };
  const warm = Math.min(count >> 1, 50_000);
  let before = 0;
  for (let at = 0; at < count; at++) {
    if (at === warm) before = usedBytes();
    const bytes = mutant(randomSource(seed * 1_000_003 + at));
    try {
      const { result, ms } = timed(bytes);
      seen[result.kind === 'fault' ? 'refused' : 'accepted']++;
      seen.bytes += bytes.length;
      seen.longestMs = Math.max(seen.longestMs, ms);
      if (ms > MAX_MS) seen.slow++;
      // A slow one is slow each time; one that met a collection of garbage or a busy machine is not.
      if (ms > MAX_MS) assert.ok(Math.min(...[1, 2, 3].map(() => timed(bytes).ms)) < MAX_MS, `${ms} ms`);
      goesOn(bytes, result);
    } catch (error) {
      throw new Error(`mutant ${at} of SIP_SEED=${seed}: ${JSON.stringify(bytes.toString('latin1'))}`, {
        cause: error,
      });
    }
  }
  const grown = usedBytes() - before;
  context.diagnostic(JSON.stringify({ ...seen, grown, cpuSeconds: process.cpuUsage().user / 1e6 }));
  assert.ok(seen.accepted > count / 50 && seen.refused > count / 50, 'both happen');
  assert.ok(grown < 4e6, `${grown} bytes stayed in memory`);
});

function timed(bytes: Buffer): { result: SipMessage | MessageFault; ms: number } {
  const started = performance.now();
  const result = parseMessage(bytes);
  const headers = result.kind === 'fault' ? result.answerable : result.headers;
  if (headers !== undefined) decodeAll(headers);
  return { result, ms: performance.now() - started };
}

/** What is made of it can be written, and what was understood is understood again. */
function goesOn(bytes: Buffer, result: SipMessage | MessageFault): void {
  keepAlive(bytes);
  streamed(bytes);
  if (result.kind === 'fault') {
    assert.ok(/^[\x20-\x7e]+$/.test(result.problem), 'one line of printable characters');
    if (result.answerable)
      writeMessage(answerTo({ headers: result.answerable }, result.status, result.reason, { toTag: '1' }));
    return;
  }
  const written = writeMessage(result);
  const again = parseMessage(written);
  if (again.kind === 'fault') assert.ok(atLimits(result, written), again.problem);
  else assert.deepEqual(writeMessage(again), written);
}

/** Lines and bytes that writing adds can be those too many. */
function atLimits(message: SipMessage, written: Buffer): boolean {
  const lines = message.headers.lines();
  const longest = Math.max(...lines.map(({ name, value }) => name.length + value.length));
  return written.length > MAX_MESSAGE_BYTES || lines.length >= MAX_HEADER_LINES || longest > MAX_LINE_BYTES - 3;
}

function streamed(bytes: Buffer): void {
  const stream = new FrameStream();
  const half = bytes.length >> 1;
  for (const frame of [...stream.push(bytes.subarray(0, half)), ...stream.push(bytes.subarray(half))]) {
    if (frame.kind === 'message') assert.ok(frame.bytes.length <= bytes.length);
  }
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
