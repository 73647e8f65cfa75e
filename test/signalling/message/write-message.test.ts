import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import type { SipMessage } from '../../../signalling/message/message.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { samples } from './sample-messages.ts';

const options = (over: Partial<Record<'method' | 'uri', string>> = {}, name = 'X-Own', value = '1'): SipMessage => ({
  kind: 'request',
  method: 'OPTIONS',
  uri: 'sip:a',
  headers: new SipHeaders([{ name, value }]),
  body: Buffer.from('body'),
  ...over,
});

test('start line, header lines in their order, Content-Length last, body', () => {
  assert.equal(
    writeMessage(options()).toString(),
    'OPTIONS sip:a SIP/2.0\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\nbody',
  );
  const answer: SipMessage = {
    kind: 'response',
    status: 200,
    reason: '',
    headers: new SipHeaders(),
    body: new Uint8Array(0),
  };
  assert.equal(writeMessage(answer).toString(), 'SIP/2.0 200 \r\nContent-Length: 0\r\n\r\n');
});

test('a Content-Length among the headers, in any case, does not count', () => {
  for (const name of ['Content-Length', 'content-length']) {
    assert.equal(
      writeMessage(options({}, name, '99')).toString(),
      'OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nbody',
    );
  }
});

test('byte strings leave as they came', () => {
  assert.ok(writeMessage(options({}, 'X', 'J\xc3\xbcrgen')).includes(Buffer.from('Jürgen', 'utf8')));
});

test('a line break in any part, or a character that is no byte, is refused', () => {
  const parts = ['a\r\nX: 1', 'a\nb', 'a\rb', '\u0100', '\ud83d\ude00'];
  for (const part of parts) {
    assert.throws(() => writeMessage(options({ method: part })), assert.AssertionError);
    assert.throws(() => writeMessage(options({ uri: part })), assert.AssertionError);
    assert.throws(() => writeMessage(options({}, part)), assert.AssertionError);
    assert.throws(() => writeMessage(options({}, 'X', part)), assert.AssertionError);
    const answer: SipMessage = {
      kind: 'response',
      status: 200,
      reason: part,
      headers: new SipHeaders(),
      body: new Uint8Array(0),
    };
    assert.throws(() => writeMessage(answer), assert.AssertionError);
  }
});

test('samples that are parsed and written mean the same, and are written the same again', () => {
  for (const bytes of samples) {
    const parsed = parseMessage(bytes);
    assert.ok(parsed.kind !== 'fault');
    const written = writeMessage(parsed);
    const again = parseMessage(written);
    assert.ok(again.kind !== 'fault');
    const lines = (message: SipMessage) => message.headers.lines().filter(({ name }) => name !== 'Content-Length');
    assert.deepEqual(lines(again), lines(parsed));
    assert.deepEqual(Buffer.from(again.body), Buffer.from(parsed.body));
    assert.deepEqual(writeMessage(again), written);
  }
});
