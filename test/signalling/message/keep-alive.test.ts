import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepAlive } from '../../../signalling/message/keep-alive.ts';
import { samples } from './sample-messages.ts';

const kind = (text: string) => keepAlive(Buffer.from(text, 'latin1'));
const stun = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');

test('each kind is told', () => {
  assert.equal(kind(''), 'empty');
  for (const text of ['\r\n', '\n', '\r']) assert.equal(kind(text), 'crlf');
  for (const text of ['\r\n\r\n', '\n\n', '\r\n\r\n\r\n']) assert.equal(kind(text), 'ping');
  for (const text of ['\0', '\0\0\0\0']) assert.equal(kind(text), 'zeros');
  assert.equal(keepAlive(stun), 'stun');
  for (const text of ['HELLO', 'jaK', 'keep alive', 'SIP/2.0']) assert.equal(kind(text), 'text');
});

test('what may be a message, or is none of these, is not', () => {
  for (const bytes of samples) assert.equal(keepAlive(bytes), undefined);
  assert.equal(kind(`\r\n${samples[0].toString('latin1')}`), undefined);
  assert.equal(kind('HELLO\r\n'), undefined, 'a line, so it may be a damaged message');
  assert.equal(kind('x'.repeat(65)), undefined);
  assert.equal(kind('\r\n'.repeat(5)), undefined);
  assert.equal(kind('\0'.repeat(9)), undefined);
  assert.equal(kind('\0\x01'), undefined);
  assert.equal(keepAlive(stun.subarray(0, 19)), undefined);
  assert.equal(keepAlive(Buffer.concat([stun.subarray(0, 7), Buffer.from([0]), stun.subarray(8)])), undefined);
});
