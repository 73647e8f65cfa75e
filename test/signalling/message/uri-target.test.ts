import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUri } from '../../../signalling/message/uri.ts';
import { uriTarget } from '../../../signalling/message/uri-target.ts';

const target = (text: string) => {
  const found = uriTarget(parseUri(text) ?? assert.fail(text));
  return found && [found.host, found.port, found.transport];
};

test('host, port and transport as the URI says, or their defaults', () => {
  assert.deepEqual(target('sip:a@192.0.2.1'), ['192.0.2.1', 5060, 'UDP']);
  assert.deepEqual(target('sip:a@b.example:5070;transport=tcp'), ['b.example', 5070, 'TCP']);
  assert.deepEqual(target('sip:a@b;transport=tls'), ['b', 5061, 'TLS']);
  assert.deepEqual(target('sips:a@b'), ['b', 5061, 'TLS']);
  assert.deepEqual(target('sips:a@b:5062;transport=tcp'), ['b', 5062, 'TLS']);
});

test('IPv6 without brackets, maddr before host', () => {
  assert.deepEqual(target('sip:[2001:db8::1]:5070'), ['2001:db8::1', 5070, 'UDP']);
  assert.deepEqual(target('sip:a@b:5070;maddr=192.0.2.9'), ['192.0.2.9', 5070, 'UDP']);
  assert.deepEqual(target('sip:a@b;maddr=[::1]'), ['::1', 5060, 'UDP']);
});

test('nowhere to send for tel, other transports, sips over UDP, a maddr that is no host', () => {
  for (const text of [
    'tel:+1',
    'sip:a@b;transport=sctp',
    'sips:a@b;transport=udp',
    'sip:a@b;maddr=',
    'sip:a@b;maddr',
    'sip:a@b;maddr=[::',
  ]) {
    assert.equal(target(text), undefined, text);
  }
});
