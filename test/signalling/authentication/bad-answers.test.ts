import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadAnswers } from '../../../signalling/authentication/bad-answers.ts';
import { VirtualClock } from '../virtual-clock.ts';

test('each key has its count, which begins anew when its window is over', () => {
  const clock = new VirtualClock();
  const answers = new BadAnswers(clock, 10);
  assert.deepEqual([answers.add('a', 1000), answers.add('a', 1000), answers.add('b', 1000)], [1, 2, 1]);
  clock.advance(999);
  assert.equal(answers.add('a', 1000), 3);
  clock.advance(1);
  assert.equal(answers.add('a', 1000), 1);
  answers.forget('a');
  assert.equal(answers.of('a'), undefined);
});

test('a key may have begun before its first bad answer', () => {
  const clock = new VirtualClock();
  clock.advance(500);
  const answers = new BadAnswers(clock, 10);
  answers.add('a', 1000, 0);
  assert.equal(answers.of('a')?.sinceMs, 0);
});

test('the table stays small: what is over goes first, then what began first', () => {
  const clock = new VirtualClock();
  const answers = new BadAnswers(clock, 100);
  for (let nth = 0; nth < 1000; nth++) answers.add(`key-${nth}`, 1000);
  assert.equal(answers.size, 100);
  assert.equal(answers.of('key-899'), undefined);
  assert.equal(answers.add('key-900', 1000), 2);
  clock.advance(1000);
  answers.add('later', 1000);
  assert.equal(answers.size, 1);
});
