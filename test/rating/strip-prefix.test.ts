import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ratedColumns } from '../../rating/columns.ts';
import { stripPrefix } from '../../rating/strip-prefix.ts';
import { billingNumber } from '../oracle/rules.ts';
import { calls } from './calls.ts';

/** The billing number by its place in the bytes, and by the characters to be dropped. */
function strip(callee: string, digits: number): [string, string] {
  const batch = calls({ callee: 'before' }, { callee }, { callee: 'after' });
  const out = ratedColumns(3);
  stripPrefix(batch, digits, out);
  const { bytes, ends } = batch.calleeE164;
  return [
    Buffer.from(bytes.subarray(out.billingStart[1], ends[1])).toString(),
    Array.from(callee).slice(out.strippedCharacters[1]).join(''),
  ];
}

test('one plus sign, then the first characters', () => {
  const cases: [string, number, string][] = [
    ['0044123', 2, '44123'],
    ['+0044123', 2, '44123'],
    ['+44123', 0, '44123'],
    ['++44', 0, '+44'],
    ['00', 2, ''],
    ['0', 2, ''],
    ['+', 0, ''],
    ['', 3, ''],
    ['44+1', 2, '+1'],
  ];
  for (const [callee, digits, left] of cases) assert.deepEqual(strip(callee, digits), [left, left], callee);
});

test('characters are dropped, not bytes of them', () => {
  assert.deepEqual(strip('é44', 1), ['44', '44']);
  assert.deepEqual(strip('+📞44', 1), ['44', '44']);
  assert.deepEqual(strip('٠٠44', 2), ['44', '44']);
});

test('any number under any prefix, as the oracle has it', () => {
  const unit = fc.constantFrom('+', '0', '4', '9', 'é', '📞', 'x');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 8 }), fc.integer({ min: 0, max: 6 }), (callee, digits) => {
      const left = billingNumber(callee, digits);
      assert.deepEqual(strip(callee, digits), [left, left]);
    }),
  );
});
