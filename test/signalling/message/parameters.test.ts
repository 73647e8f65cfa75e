import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerParameters, writeParameters } from '../../../signalling/message/parameters.ts';

const decoded = (value: string) => {
  const parameters = headerParameters(value, 0);
  return parameters && [...parameters];
};

test('names in lower case and in their order, values as written', () => {
  assert.deepEqual(decoded(';Branch=z9hG4bK1;rport;TTL=16'), [
    ['branch', 'z9hG4bK1'],
    ['rport', undefined],
    ['ttl', '16'],
  ]);
  assert.deepEqual(decoded(''), []);
  assert.deepEqual(decoded('  '), []);
});

test('space is allowed around every part', () => {
  assert.deepEqual(decoded(' ; a\t= 1 ; b ; c = "x ; y" '), [
    ['a', '1'],
    ['b', undefined],
    ['c', '"x ; y"'],
  ]);
});

test('values may be quoted, IPv6 addresses, or hold an equals sign', () => {
  assert.deepEqual(decoded(';text="a\\";b";received=2001:db8::1;key=a=b==;maddr=[::1]'), [
    ['text', '"a\\";b"'],
    ['received', '2001:db8::1'],
    ['key', 'a=b=='],
    ['maddr', '[::1]'],
  ]);
});

test('empty parameters, those that come twice, and anything between them are refused', () => {
  const others = [
    ';',
    ';;',
    ';a;',
    ';;a',
    ';a=',
    ';a= ',
    ';=1',
    'a',
    ';a b',
    ';a=1 2',
    ';a="1',
    ';a="1"2',
    ';a=x"y"',
    ';a;A',
    ';a/b',
    ',',
  ];
  for (const value of others) assert.equal(headerParameters(value, 0), undefined, value);
});

test('decoding begins at the place that is named, and writing gives it back', () => {
  assert.equal(writeParameters(headerParameters('<sip:a>;x=1;y;z="q"', 7) ?? new Map()), ';x=1;y;z="q"');
});
