import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseUri, unescapeUri, uriScheme, writeUri } from '../../../signalling/message/uri.ts';

const decoded = (text: string) => {
  const uri = parseUri(text);
  if (uri === undefined) return undefined;
  const { scheme, user, password, host, port } = uri;
  return [scheme, user, password, host, port, Object.fromEntries(uri.parameters), Object.fromEntries(uri.headers)];
};

test('the examples of RFC 3261, 19.1.3', () => {
  assert.deepEqual(decoded('sip:alice@atlanta.com'), ['sip', 'alice', undefined, 'atlanta.com', undefined, {}, {}]);
  assert.deepEqual(decoded('sip:alice:secretword@atlanta.com;transport=tcp'), [
    'sip',
    'alice',
    'secretword',
    'atlanta.com',
    undefined,
    { transport: 'tcp' },
    {},
  ]);
  assert.deepEqual(decoded('sips:alice@atlanta.com?subject=project%20x&priority=urgent'), [
    'sips',
    'alice',
    undefined,
    'atlanta.com',
    undefined,
    {},
    { subject: 'project%20x', priority: 'urgent' },
  ]);
  assert.deepEqual(decoded('sip:+1-212-555-1212:1234@gateway.com;user=phone')?.slice(1, 4), [
    '+1-212-555-1212',
    '1234',
    'gateway.com',
  ]);
  assert.deepEqual(decoded('sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com'), [
    'sip',
    undefined,
    undefined,
    'atlanta.com',
    undefined,
    { method: 'REGISTER' },
    { to: 'alice%40atlanta.com' },
  ]);
  assert.deepEqual(decoded('sip:alice;day=tuesday@atlanta.com')?.slice(1, 4), [
    'alice;day=tuesday',
    undefined,
    'atlanta.com',
  ]);
});

test('IPv6, ports, and a user part with marks of its own', () => {
  assert.deepEqual(decoded('SIP:a@[2001:DB8::1]:5061;LR')?.slice(0, 6), [
    'sip',
    'a',
    undefined,
    '[2001:db8::1]',
    5061,
    { lr: undefined },
  ]);
  assert.deepEqual(decoded('sip:[::1]:5060')?.slice(1, 5), [undefined, undefined, '[::1]', 5060]);
  assert.deepEqual(decoded('sip:user;par=u%40example.net@example.com')?.slice(1, 4), [
    'user;par=u%40example.net',
    undefined,
    'example.com',
  ]);
  assert.deepEqual(decoded('sip:a?b@c?d=')?.slice(1), ['a?b', undefined, 'c', undefined, {}, { d: '' }]);
  assert.deepEqual(decoded('sip:a:@b')?.slice(1, 4), ['a', '', 'b']);
});

test('tel URIs: number and parameters (RFC 3966)', () => {
  assert.deepEqual(decoded('tel:7042;phone-context=example.com'), [
    'tel',
    '7042',
    undefined,
    '',
    undefined,
    { 'phone-context': 'example.com' },
    {},
  ]);
});

test('what is malformed, or of another scheme, is nothing', () => {
  const others = [
    '',
    'sip',
    'sip:',
    'sip:@b',
    'sip::x@b',
    'sip:a@',
    'sip:a@b@c',
    'sip:a@b:0',
    'sip:a@b:x',
    'sip:a b@c',
    'sip:a@b;',
  ];
  for (const text of [
    ...others,
    'sip:a@b;=1',
    'sip:a@b;x;X',
    'sip:a@b?',
    'sip:a@b?x',
    'sip:a@b?=x',
    'sip:[::1',
    'tel:',
    'tel:;x',
    'http://a',
    '<sip:a@b>',
  ]) {
    assert.equal(parseUri(text), undefined, text);
  }
});

test('schemes of any URI in lower case', () => {
  assert.equal(uriScheme('soap.beep://192.0.2.103:3002'), 'soap.beep');
  assert.equal(uriScheme('H323:a'), 'h323');
  for (const text of [
    ':a',
    'a:',
    '1a:b',
    'a_b:c',
    'a b:c',
    'a:b c',
    'a:"b"',
    'a:<b>',
    'a:b\u0000',
    'a:b\r\n',
    'a:\u007f',
  ]) {
    assert.equal(uriScheme(text), undefined, text);
  }
});

test('escapes are read, broken ones stay', () => {
  assert.equal(unescapeUri('%61lice%40b'), 'alice@b');
  assert.equal(unescapeUri('null-%00@%C3%a4'), 'null-\u0000@\xc3\xa4');
  assert.equal(unescapeUri('100%,%4,%zz%41'), '100%,%4,%zzA');
  assert.equal(unescapeUri('%2541'), '%41');
});

test('what is written is read again as it was', () => {
  const part = fc.constantFrom('a', 'a;b=c', '%40', '+49-151', 'x?y');
  const sip = fc
    .tuple(
      fc.constantFrom('sip', 'sips'),
      fc.option(part),
      fc.constantFrom('h.example', '[::1]'),
      fc.constantFrom('', ':5060'),
    )
    .map(([scheme, user, host, port]) => `${scheme}:${user === null ? '' : `${user}:pw@`}${host}${port}`);
  const tail = fc.constantFrom('', ';lr', ';transport=tcp;x=1', '?a=b&c=', ';lr?a=b');
  fc.assert(
    fc.property(sip, tail, (head, rest) => {
      assert.equal(writeUri(parseUri(head + rest) ?? assert.fail(head + rest)), head + rest);
    }),
  );
  assert.equal(writeUri(parseUri('tel:+1-201;ext=5') ?? assert.fail()), 'tel:+1-201;ext=5');
});
