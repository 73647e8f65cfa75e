import assert from 'node:assert/strict';
import { test } from 'node:test';
import { via, writeVia } from '../../../signalling/message/via.ts';

test('transport, sent-by and the parameters an answer needs', () => {
  const { parameters, ...rest } =
    via('SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7') ?? assert.fail();
  assert.deepEqual(rest, {
    transport: 'UDP',
    host: 'erlang.bell-telephone.com',
    port: 5060,
    branch: 'z9hG4bK87asdks7',
    received: undefined,
    rport: undefined,
  });
  assert.deepEqual([...parameters], [['branch', 'z9hG4bK87asdks7']]);
});

test('rport is absent, asked for, or a port (RFC 3581)', () => {
  assert.equal(via('SIP/2.0/UDP a;branch=1')?.rport, undefined);
  assert.equal(via('SIP/2.0/UDP a;rport;branch=1')?.rport, '');
  assert.equal(via('SIP/2.0/UDP a;rport=5070;received=192.0.2.1')?.rport, '5070');
  assert.equal(via('SIP/2.0/UDP a;rport=5070;received=192.0.2.1')?.received, '192.0.2.1');
});

test('spaces stand between all parts, transports may be unknown, IPv6 is in brackets', () => {
  const spaced = via('SIP / 2.0 / udp first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1');
  assert.deepEqual([spaced?.transport, spaced?.host, spaced?.port], ['UDP', 'first.example.com', 4000]);
  assert.deepEqual([...(spaced?.parameters.keys() ?? [])], ['ttl', 'maddr', 'branch']);
  assert.equal(via('SIP/2.0/UNKNOWN t5.example.com;branch=1')?.transport, 'UNKNOWN');
  assert.deepEqual(
    [via('SIP/2.0/TLS [2001:DB8::1]:5061')?.host, via('SIP/2.0/TLS [::1]')?.port],
    ['[2001:db8::1]', undefined],
  );
});

test('what is malformed is nothing', () => {
  const others = [
    '',
    'SIP/2.0',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0/ a',
    'SIP/7.0/UDP a',
    'HTTP/2.0/UDP a',
    'SIP/2.0/UDP;branch=1',
  ];
  for (const value of [...others, 'SIP/2.0/UDP a b', 'SIP/2.0/UDP a:0', 'SIP/2.0/UDP a;;', 'SIP/2.0/UDP a;x=']) {
    assert.equal(via(value), undefined, value);
  }
});

test('what is written is read again as it was', () => {
  for (const value of ['SIP/2.0/UDP a.example:5060;branch=z9hG4bK1;rport', 'SIP/2.0/TCP [::1];received=::2']) {
    assert.equal(writeVia(via(value) ?? assert.fail()), value);
  }
});
