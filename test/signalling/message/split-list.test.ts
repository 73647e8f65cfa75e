import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitList } from '../../../signalling/message/split-list.ts';

test('elements between commas, trimmed, empty ones left out', () => {
  assert.deepEqual(splitList('INVITE, ACK ,\tBYE'), ['INVITE', 'ACK', 'BYE']);
  assert.deepEqual(splitList(' , a,, b, '), ['a', 'b']);
  assert.deepEqual(splitList(' one '), ['one']);
  assert.deepEqual(splitList(''), []);
});

test('commas in quoted strings and in <> are of the element', () => {
  assert.deepEqual(splitList('"Watson, T" <sip:a,b@c>;q=0.7, sip:d@e'), ['"Watson, T" <sip:a,b@c>;q=0.7', 'sip:d@e']);
  assert.deepEqual(splitList('"a\\", b" <sip:x>, c'), ['"a\\", b" <sip:x>', 'c']);
  assert.deepEqual(splitList('"<" <sip:x>, "b" <sip:y>'), ['"<" <sip:x>', '"b" <sip:y>']);
});

test('what does not end reaches to the end', () => {
  assert.deepEqual(splitList('a, "b, c'), ['a', '"b, c']);
  assert.deepEqual(splitList('a, <b, c'), ['a', '<b, c']);
});

test('elements are appended to a list that is there', () => {
  assert.deepEqual(splitList('b, c', ['a']), ['a', 'b', 'c']);
});
