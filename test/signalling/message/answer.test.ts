import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo } from '../../../signalling/message/answer.ts';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { invite, message } from './sample-messages.ts';

const request = (bytes = invite) => {
  const parsed = parseMessage(bytes);
  assert.ok(parsed.kind === 'request');
  return parsed;
};
const text = (...parameters: Parameters<typeof answerTo>) =>
  writeMessage(answerTo(...parameters))
    .toString('latin1')
    .split('\r\n');

test('an answer copies what RFC 3261, 8.2.6 names, and Record-Route where a dialog may begin', () => {
  assert.deepEqual(text(request(), 183, undefined, { toTag: 'b1' }), [
    'SIP/2.0 183 Session Progress',
    'Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK0f3a9c2d7e;rport',
    'Via: SIP/2.0/UDP 10.11.12.13:5062;received=203.0.113.7;branch=z9hG4bK-524287-1---8d5f4c9a',
    'Record-Route: <sip:198.51.100.20;lr;ftag=as6f2e>',
    'From: "Nora Lindqvist" <sip:442071234567@198.51.100.20>;tag=as6f2e71b0',
    'To: <sip:4915112345678@192.0.2.10;user=phone>;tag=b1',
    'Call-ID: 7b1d0f3e5a9c4e21@198.51.100.20',
    'CSeq: 102 INVITE',
    'Content-Length: 0',
    '',
    '',
  ]);
});

test('Record-Route comes back from 101 to 299 only', () => {
  const has = (status: number) => answerTo(request(), status).headers.first('Record-Route') !== undefined;
  assert.deepEqual([100, 101, 180, 200, 299, 300, 404].map(has), [false, true, true, true, true, false, false]);
  const bye = { ...request(), method: 'BYE' };
  assert.equal(answerTo(bye, 200).headers.first('Record-Route'), undefined);
});

test('no tag in 100, Timestamp in 100 only, and a tag that is there stays', () => {
  const headers = new SipHeaders([
    { name: 'To', value: '<sip:a>' },
    { name: 'Timestamp', value: '54' },
  ]);
  assert.deepEqual(answerTo({ headers }, 100, undefined, { toTag: '1' }).headers.lines(), headers.lines());
  assert.deepEqual(answerTo({ headers }, 200, undefined, { toTag: '1' }).headers.lines(), [
    { name: 'To', value: '<sip:a>;tag=1' },
  ]);
  headers.set('To', '<sip:a>;tag=0');
  assert.equal(answerTo({ headers }, 200, undefined, { toTag: '1' }).headers.first('To'), '<sip:a>;tag=0');
  headers.set('To', 'sip:a;x=y');
  assert.equal(answerTo({ headers }, 200, undefined, { toTag: '1' }).headers.first('To'), 'sip:a;x=y;tag=1');
});

test('a reason of our own, or the usual one', () => {
  assert.equal(answerTo(request(), 404).reason, 'Not Found');
  assert.equal(answerTo(request(), 404, 'No Such Number').reason, 'No Such Number');
});

test('a fault is answered with what is there', () => {
  const fault = parseMessage(
    message('INVITE sip:a SIP/2.0', [
      'Via: SIP/2.0/UDP a;branch=z9hG4bK1',
      'To: "open <sip:a>',
      'CSeq: 1 INVITE',
      'X: 1',
    ]),
  );
  assert.ok(fault.kind === 'fault' && fault.answerable !== undefined);
  assert.deepEqual(text({ headers: fault.answerable }, fault.status, fault.reason, { toTag: '1' }), [
    'SIP/2.0 400 Bad Request',
    'Via: SIP/2.0/UDP a;branch=z9hG4bK1',
    'To: "open <sip:a>',
    'CSeq: 1 INVITE',
    'Content-Length: 0',
    '',
    '',
  ]);
});
