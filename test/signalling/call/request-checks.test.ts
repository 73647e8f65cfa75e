import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, withCapabilities } from '../../../signalling/call/request-checks.ts';
import { answerTo } from '../../../signalling/message/answer.ts';
import type { SipRequest } from '../../../signalling/message/message.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';

function request(method: string, lines: readonly string[] = [], body = '', uri = 'sip:49301@192.0.2.1'): SipRequest {
  const head = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1',
    'From: <sip:1@192.0.2.9>;tag=a',
    'To: <sip:2@192.0.2.1>',
    'Call-ID: c',
    `CSeq: 1 ${method}`,
    ...lines,
  ];
  const parsed = parseMessage(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
  assert.equal(parsed.kind, 'request');
  return parsed as SipRequest;
}

const sdp = 'v=0\r\n';
const typed = (type: string) => [`Content-Type: ${type}`];

test('what nothing speaks against is worked on', () => {
  assert.equal(
    refusalOf(request('INVITE', [...typed('application/SDP;charset=utf-8'), 'Require: timer'], sdp)),
    undefined,
  );
  assert.equal(refusalOf(request('INVITE', ['Max-Forwards: 1'])), undefined);
  assert.equal(refusalOf(request('INVITE', typed('multipart/mixed;boundary=x'), 'x')), undefined);
  assert.equal(refusalOf(request('INFO', typed('application/dtmf-relay'), 'Signal=1')), undefined);
  assert.equal(refusalOf(request('OPTIONS', ['Max-Forwards: 0'], '', 'tel:+4930')), undefined);
  assert.equal(refusalOf(request('CANCEL', ['Require: 100rel'])), undefined);
});

test('405, 501, 416, 483, 420 and 415, each with what would be allowed', () => {
  const refused = (asked: SipRequest, header: string) => {
    const answer = refusalOf(asked);
    return [answer?.status, answer?.headers.first(header)];
  };
  const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REGISTER, PUBLISH';
  assert.deepEqual(refused(request('REFER'), 'Allow'), [405, allow]);
  assert.deepEqual(refused(request('NEWMETHOD'), 'Allow'), [501, allow]);
  assert.deepEqual(refused(request('INVITE', [], '', 'http://192.0.2.1/'), 'Allow'), [416, undefined]);
  assert.deepEqual(refused(request('INVITE', ['Max-Forwards: 0']), 'Allow'), [483, undefined]);
  assert.deepEqual(refused(request('INVITE', ['Require: 100rel, timer', 'Require: x']), 'Unsupported'), [
    420,
    '100rel, x',
  ]);
  assert.deepEqual(refused(request('INVITE', typed('text/plain'), 'x'), 'Accept'), [
    415,
    'application/sdp, multipart/mixed',
  ]);
  assert.deepEqual(refused(request('UPDATE', [], 'x'), 'Accept'), [415, 'application/sdp, multipart/mixed']);
  const packed = [...typed('application/sdp'), 'Content-Encoding: gzip'];
  assert.deepEqual(refused(request('INVITE', packed, 'x'), 'Accept-Encoding'), [415, 'identity']);
});

test('an answer to OPTIONS says what is allowed, accepted and supported', () => {
  const { headers } = withCapabilities(answerTo(request('OPTIONS'), 200));
  assert.deepEqual(
    ['Allow', 'Accept', 'Supported'].map((name) => headers.first(name)),
    ['INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REGISTER, PUBLISH', 'application/sdp, multipart/mixed', 'timer'],
  );
});
