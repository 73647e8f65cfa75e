import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digitBytes, isDialable, sameDigits } from '../../rating/digits.ts';

const around = (text: string) => digitBytes(new TextEncoder().encode(`7${text}7777`));

test('one digit or more, and nothing else, whatever stands around it', () => {
  const dialable = (text: string) => isDialable(around(text), 1, 1 + Buffer.byteLength(text));
  const unit = fc.constantFrom('0', '5', '9', '/', ':', '+', ' ', 'é', '\0');
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit, maxLength: 12 }), fc.stringMatching(/^\d{0,12}.?\d{0,3}$/)), (text) => {
      assert.equal(dialable(text), /^[0-9]+$/.test(text), JSON.stringify(text));
    }),
    { numRuns: 2000 },
  );
});

test('every byte that is no digit is told at every place of a number', () => {
  for (let length = 1; length <= 9; length++) {
    for (let place = 0; place < length; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const bytes = new Uint8Array(length).fill(0x35);
        bytes[place] = byte;
        assert.equal(isDialable(digitBytes(bytes), 0, length), byte >= 0x30 && byte <= 0x39, `${byte} at ${place}`);
      }
    }
  }
});

test('two numbers are the same when their digits are', () => {
  const number = fc.string({ unit: fc.constantFrom('0', '1'), maxLength: 9 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [left, right] = [around(a), digitBytes(Buffer.from(b))];
      assert.equal(sameDigits(left, 1, 1 + a.length, right, 0, b.length), a === b, `${a} ${b}`);
      assert.equal(sameDigits(left, 1, 1 + a.length, around(a), 1, 1 + a.length), true);
    }),
  );
});
