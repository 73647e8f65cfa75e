import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cseq } from '../../../signalling/message/cseq.ts';

test('number and method, any space between them', () => {
  assert.deepEqual(cseq('4711 INVITE'), { number: 4711, method: 'INVITE' });
  assert.deepEqual(cseq('0009 \t INVITE'), { number: 9, method: 'INVITE' });
});

test('numbers from 0 to 2^31 - 1', () => {
  assert.equal(cseq('0 ACK')?.number, 0);
  assert.equal(cseq('2147483647 ACK')?.number, 2_147_483_647);
  assert.equal(cseq('2147483648 ACK'), undefined);
  assert.equal(cseq(`${'9'.repeat(400)} ACK`), undefined);
});

test('what is no number and method is nothing', () => {
  for (const value of [
    '',
    '1',
    '1 ',
    'INVITE',
    'INVITE 1',
    '-1 INVITE',
    '+1 INVITE',
    '1.5 INVITE',
    '1INVITE',
    '1 A B',
    '1 A,B',
  ]) {
    assert.equal(cseq(value), undefined, value);
  }
});
