import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPort } from '../../../signalling/message/host-port.ts';

test('names and addresses in lower case, with a port or without', () => {
  assert.deepEqual(hostPort('Atlanta.EXAMPLE.com'), { host: 'atlanta.example.com', port: undefined });
  assert.deepEqual(hostPort('192.0.2.1:5060'), { host: '192.0.2.1', port: 5060 });
  assert.deepEqual(hostPort('my_gw-1 : 65535'), { host: 'my_gw-1', port: 65_535 });
  assert.deepEqual(hostPort('host:0005060'), { host: 'host', port: 5060 });
});

test('IPv6 addresses stay in brackets', () => {
  assert.deepEqual(hostPort('[2001:DB8::9:1]'), { host: '[2001:db8::9:1]', port: undefined });
  assert.deepEqual(hostPort('[::ffff:192.0.2.1]:5061'), { host: '[::ffff:192.0.2.1]', port: 5061 });
});

test('anything else is nothing', () => {
  const others = [
    '',
    ':5060',
    'a:',
    'a:0',
    'a:65536',
    'a:x',
    'a:-1',
    'a b',
    'a@b',
    '2001:db8::1',
    '[',
    '[]',
    '[::1',
    '::1]',
  ];
  for (const text of [...others, '[::1]5060', '[::g]', '[::1%eth0]', 'ex\xe4mple', 'a\u0000', 'a:5060:1', 'a:5060 x']) {
    assert.equal(hostPort(text), undefined, text);
  }
});
