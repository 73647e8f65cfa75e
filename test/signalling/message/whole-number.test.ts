import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cappedNumber, wholeNumber } from '../../../signalling/message/whole-number.ts';

test('digits up to a largest number, leading zeros allowed', () => {
  assert.equal(wholeNumber('0', 10), 0);
  assert.equal(wholeNumber('0010', 10), 10);
  assert.equal(wholeNumber('11', 10), undefined);
  assert.equal(wholeNumber('9'.repeat(1000), Number.MAX_VALUE), undefined);
});

test('a number beyond the cap is the cap', () => {
  assert.equal(cappedNumber('69', 70), 69);
  assert.equal(cappedNumber('71', 70), 70);
  assert.equal(cappedNumber('9'.repeat(1000), 70), 70);
});

test('anything but digits is no number', () => {
  for (const text of ['', ' 1', '1 ', '-1', '+1', '1.0', '1e3', '0x1', '\u0661', '\xb2']) {
    assert.equal(wholeNumber(text, 1000), undefined, text);
    assert.equal(cappedNumber(text, 1000), undefined, text);
  }
});
