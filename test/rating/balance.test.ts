import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Balance } from '../../rating/balance.ts';

test('what is reserved cannot be reserved again, and is free again at the end', () => {
  const account = new Balance(50);
  assert.deepEqual([account.reserve(30), account.reserve(21), account.reserve(20)], [true, false, true]);
  assert.equal(account.settle(30, 10), 10);
  assert.deepEqual(
    [account.spendable, account.reserved, account.reserve(20), account.reserve(1)],
    [40, 20, true, false],
  );
});

test('a fee takes what is left at most, whatever others have reserved; never below 0', () => {
  const account = new Balance(50);
  account.reserve(20);
  account.reserve(20);
  assert.deepEqual([account.settle(20, 70), account.settle(20, 5), account.spendable], [50, 0, 0]);
  const beyond = new Balance(-10);
  assert.deepEqual([beyond.reserve(0), beyond.settle(0, 5), beyond.spendable], [false, 0, -10]);
  beyond.pay(25);
  assert.deepEqual([beyond.reserve(15), beyond.spendable], [true, 15]);
});
