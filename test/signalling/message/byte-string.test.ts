import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  byteString,
  isToken,
  latin1,
  quote,
  quotedEnd,
  skipSpace,
  textOf,
  tokenEnd,
  trimSpace,
  unquote,
} from '../../../signalling/message/byte-string.ts';

test('text travels as its UTF-8 and is text again', () => {
  assert.equal(byteString('Jürgen'), 'J\xc3\xbcrgen');
  assert.equal(textOf('J\xc3\xbcrgen'), 'Jürgen');
  assert.equal(textOf('\xff'), '\ufffd');
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(textOf(byteString(text)), text)));
});

test('a part of bytes, those of a view with an offset too', () => {
  const whole = Uint8Array.from([65, 66, 67, 200, 69]);
  assert.equal(latin1(whole.subarray(1), 1, 3), 'C\xc8');
});

test('only spaces and tabs are trimmed: the byte A0 ends letters of UTF-8', () => {
  assert.equal(trimSpace(' \t a b \t'), 'a b');
  assert.equal(trimSpace('\xc3\xa0 '), '\xc3\xa0');
  assert.equal(trimSpace('abc def', 3, 5), 'd');
  assert.equal(trimSpace(' \t '), '');
  assert.equal(skipSpace('a \tb', 1), 3);
  assert.equal(skipSpace('a  ', 1), 3);
});

test('a quoted string ends at a quote that no backslash goes before', () => {
  assert.equal(quotedEnd('"a"b', 0), 3);
  assert.equal(quotedEnd('x"a\\"b"y', 1), 7);
  assert.equal(quotedEnd('"a\\\\"b', 0), 5);
  for (const open of ['"', '"a', '"a\\"', '"a\\']) assert.equal(quotedEnd(open, 0), -1, open);
});

test('quotes come off and backslashes are read', () => {
  assert.equal(unquote('"a \\"b\\" \\\\ c"'), 'a "b" \\ c');
  assert.equal(unquote('""'), '');
  for (const other of ['a', '"a', 'a"', '"a" b', '"a\\"']) assert.equal(unquote(other), other);
  fc.assert(fc.property(fc.string(), (text) => assert.equal(unquote(quote(text)), text)));
});

test("tokens are letters, digits and -.!%*_+`'~", () => {
  assert.ok(isToken("aZ09-.!%*_+`'~"));
  for (const other of ['', 'a b', 'a,b', 'a;b', 'a=b', 'a:b', 'a@b', '"a"', 'a\u0000', '\xe4', '(a)', 'a/b', '[a]']) {
    assert.equal(isToken(other), false, other);
  }
  assert.equal(tokenEnd('x ab;c', 2), 4);
  assert.equal(tokenEnd(';', 0), 0);
});
