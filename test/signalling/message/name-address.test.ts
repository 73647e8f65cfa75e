import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type NameAddress, nameAddress, writeNameAddress } from '../../../signalling/message/name-address.ts';

const decoded = (value: string) => {
  const address = nameAddress(value);
  return address && [address.display, address.uri, Object.fromEntries(address.parameters)];
};

test('the examples of RFC 3261, 20.10, 20.20 and 20.39', () => {
  assert.deepEqual(decoded('"Mr. Watson" <sip:watson@worcester.bell-telephone.com>;q=0.7; expires=3600'), [
    'Mr. Watson',
    'sip:watson@worcester.bell-telephone.com',
    { q: '0.7', expires: '3600' },
  ]);
  assert.deepEqual(decoded('"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s'), [
    'A. G. Bell',
    'sip:agb@bell-telephone.com',
    { tag: 'a48s' },
  ]);
  assert.deepEqual(decoded('sip:+12125551212@server.phone2net.com;tag=887s'), [
    '',
    'sip:+12125551212@server.phone2net.com',
    { tag: '887s' },
  ]);
  assert.deepEqual(decoded('Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8'), [
    'Anonymous',
    'sip:c8oqz84zk7z@privacy.org',
    { tag: 'hyh8' },
  ]);
  assert.deepEqual(decoded('The Operator <sip:operator@cs.columbia.edu>;tag=287447'), [
    'The Operator',
    'sip:operator@cs.columbia.edu',
    { tag: '287447' },
  ]);
});

test('parameters within <> are of the URI, those of a bare URI of the header field', () => {
  assert.deepEqual(decoded('<sip:a@b;lr;x=1?y=2>;z'), ['', 'sip:a@b;lr;x=1?y=2', { z: undefined }]);
  assert.deepEqual(decoded('sip:a@b;lr;x=1'), ['', 'sip:a@b', { lr: undefined, x: '1' }]);
});

test('quotes of the display name are read, and no space is needed before <', () => {
  assert.deepEqual(decoded('"a \\"b\\" <c>"<tel:+1>'), ['a "b" <c>', 'tel:+1', {}]);
  assert.deepEqual(decoded('caller<sip:a@b>'), ['caller', 'sip:a@b', {}]);
  assert.deepEqual(decoded('Bell, Alexander <sip:a@b>'), ['Bell, Alexander', 'sip:a@b', {}]);
  assert.deepEqual(decoded('< sip:a@b >'), ['', 'sip:a@b', {}]);
});

test('URIs of any scheme are addresses', () => {
  assert.deepEqual(decoded('<isbn:2983792873>'), ['', 'isbn:2983792873', {}]);
});

test('what is malformed is nothing', () => {
  const others = [
    '',
    '<>',
    '<sip:>',
    'sip',
    '"a" sip:a@b',
    '"a <sip:a@b>',
    '<sip:a@b',
    'a "b" <sip:a@b>',
    '<sip:a@b> x',
  ];
  for (const value of [
    ...others,
    '<sip:a@b>;;',
    '<sip:a@b>;tag=',
    '<sip:a b>',
    'sip:a@b?x=y',
    'sip:a,b@c',
    '<a@b>',
    '<<sip:a@b>>',
  ]) {
    assert.equal(nameAddress(value), undefined, value);
  }
});

test('what is written is read again as it was', () => {
  const address: fc.Arbitrary<NameAddress> = fc.record(
    {
      display: fc.string().filter((text) => text.trim() === text),
      uri: fc.constantFrom('sip:a@b', 'sip:a@b;lr?x=y', 'tel:+1;x=y', 'sips:[::1]:5061'),
      parameters: fc.constantFrom(
        new Map(),
        new Map([['tag', '1']]),
        new Map([
          ['lr', undefined],
          ['q', '"a;b"'],
        ]),
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(address, (value) => assert.deepEqual(nameAddress(writeNameAddress(value)), value)));
});
