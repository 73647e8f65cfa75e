import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLine } from '../../../signalling/message/start-line.ts';

const fault = (line: string) => {
  const start = startLine(line);
  return start.kind === 'fault' ? [start.status, start.isResponse] : start;
};

test('request lines: method as written, URI of any scheme', () => {
  assert.deepEqual(startLine('INVITE sip:bob@biloxi.com SIP/2.0'), {
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:bob@biloxi.com',
  });
  assert.deepEqual(startLine('RE%47IST%45R soap.beep://192.0.2.103 sip/2.0'), {
    kind: 'request',
    method: 'RE%47IST%45R',
    uri: 'soap.beep://192.0.2.103',
  });
});

test('status lines: the reason phrase may be empty, its space missing', () => {
  assert.deepEqual(startLine('SIP/2.0 486 Busy Here'), { kind: 'response', status: 486, reason: 'Busy Here' });
  assert.deepEqual(startLine('SIP/2.0 100 '), { kind: 'response', status: 100, reason: '' });
  assert.deepEqual(startLine('SIP/2.0 699'), { kind: 'response', status: 699, reason: '' });
  assert.deepEqual(startLine('SIP/2.0 200  = 2**3 * 5**2'), {
    kind: 'response',
    status: 200,
    reason: ' = 2**3 * 5**2',
  });
});

test('requests that are refused', () => {
  const others = [
    '',
    'INVITE',
    'INVITE sip:a@b',
    'INVITE SIP/2.0',
    'INVITE  SIP/2.0',
    ' INVITE sip:a@b SIP/2.0',
    'INVITE  sip:a@b SIP/2.0',
  ];
  for (const line of [
    ...others,
    'INVITE sip:a@b  SIP/2.0',
    'INVITE sip:a@b SIP/2.0 ',
    'INVITE sip:a@b; lr SIP/2.0',
    'IN(VITE sip:a@b SIP/2.0',
    'INVITE <sip:a@b> SIP/2.0',
    'INVITE sip:a@b:0 SIP/2.0',
    'INVITE sip:a@b HTTP/1.1',
    'INVITE sip:a@b 2.0',
  ]) {
    assert.deepEqual(fault(line), [400, false], line);
  }
  for (const line of ['INVITE sip:a@b SIP/7.0', 'INVITE sip:a@b SIP/2.00', 'INVITE sip:a@b SIP/']) {
    assert.deepEqual(fault(line), [505, false], line);
  }
});

test('responses that are refused', () => {
  for (const line of [
    'SIP/2.0',
    'SIP/2.0 ',
    'SIP/2.0 99 x',
    'SIP/2.0 099 x',
    'SIP/2.0 700 x',
    'SIP/2.0 2000 x',
    'SIP/2.0 4294967301 x',
    'SIP/2.0  200 x',
    'SIP/2.0 20x x',
    'SIP/2.0 200 a\rb',
  ]) {
    assert.deepEqual(fault(line), [400, true], line);
  }
  assert.deepEqual(fault('SIP/3.0 200 OK'), [505, true]);
});
