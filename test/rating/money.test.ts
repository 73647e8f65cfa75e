import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMoney, MONEY_LIMIT, parseMoney } from '../../rating/money.ts';

test('amounts are read exactly, to the millionth', () => {
  assert.equal(parseMoney('0.000001'), 1n);
  assert.equal(parseMoney('0.1'), 100_000n);
  assert.equal(parseMoney('-12.50'), -12_500_000n);
  assert.equal(parseMoney('1.1000000000'), 1_100_000n);
  assert.equal(parseMoney('999999999999.999999'), MONEY_LIMIT - 1n);
});

test('what is no plain decimal, or too fine or large for the database, is refused with what was expected', () => {
  const decimal = { expected: 'a decimal with a point, such as 0.0125' };
  for (const text of ['', ' 1', '1,5', '1.', '.5', '1e3', '+1', '0x10', '1 000', '--1', 'NaN', '٣']) {
    assert.deepEqual(parseMoney(text), decimal, text);
  }
  assert.deepEqual(parseMoney('0.0000001'), { expected: 'at most 6 decimals' });
  assert.deepEqual(parseMoney('1000000000000'), { expected: 'an amount below 1,000,000,000,000' });
});

test('amounts are written without needless zeros', () => {
  assert.equal(formatMoney(1_500_000n), '1.50');
  assert.equal(formatMoney(1_500_000n, 0), '1.5');
  assert.equal(formatMoney(-1n), '-0.000001');
  assert.equal(formatMoney(0, 0), '0');
  assert.equal(formatMoney(7_000_000, 6), '7.000000');
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.bigInt(1n - MONEY_LIMIT, MONEY_LIMIT - 1n), fc.integer({ min: 0, max: 6 }), (micros, decimals) => {
      assert.equal(parseMoney(formatMoney(micros, decimals)), micros);
    }),
  );
});
