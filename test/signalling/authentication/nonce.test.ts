import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nonces } from '../../../signalling/authentication/nonce.ts';
import { VirtualClock } from '../virtual-clock.ts';

const HERE = '192.0.2.9';

function opened(nonces: Nonces, callId = 'a') {
  const found = nonces.open(nonces.issue(HERE, callId), HERE);
  assert.ok(found);
  return found;
}

test('a nonce is good for the address it was given to, and any change to it is noticed', () => {
  const nonces = new Nonces(new VirtualClock(), 10);
  const text = nonces.issue(HERE, 'a');
  assert.ok(nonces.open(text, HERE));
  assert.equal(nonces.open(text, '192.0.2.10'), undefined);
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
    assert.equal(nonces.open(changed, HERE), undefined, `place ${at}`);
  }
  for (const other of ['', 'x', text.slice(1), `${text}0`, 'ü'.repeat(text.length)]) {
    assert.equal(nonces.open(other, HERE), undefined);
  }
  assert.equal(new Nonces(new VirtualClock(), 10).open(text, HERE), undefined, 'another secret');
});

test('no two are alike', () => {
  const nonces = new Nonces(new VirtualClock(), 10);
  assert.equal(new Set(Array.from({ length: 1000 }, () => nonces.issue(HERE, 'a'))).size, 1000);
});

test('a count is taken once, and only a higher one after it', () => {
  const nonces = new Nonces(new VirtualClock(), 10);
  const nonce = opened(nonces);
  const taken = [1, 1, 2, 5, 4, 5, 6].map((count) => nonces.use(nonce, count));
  assert.deepEqual(taken, [true, false, true, true, false, false, true]);
  assert.equal(nonces.use(nonce, 0), false);
});

test('it is good for five minutes', () => {
  const clock = new VirtualClock();
  const nonces = new Nonces(clock, 10);
  const nonce = opened(nonces);
  clock.advance(299_999);
  assert.ok(nonces.isLive(nonce));
  assert.equal(nonces.use(nonce, 1), true);
  clock.advance(1);
  assert.equal(nonces.isLive(nonce), false);
  assert.equal(nonces.use(nonce, 2), false);
});

test('it began a session until it was used well', () => {
  const nonces = new Nonces(new VirtualClock(), 10);
  const nonce = opened(nonces, 'a');
  assert.deepEqual([nonces.isFirstOf(nonce, 'a'), nonces.isFirstOf(nonce, 'b')], [true, false]);
  nonces.use(nonce, 1);
  assert.equal(nonces.isFirstOf(nonce, 'a'), false);
});

test('a nonce whose count had to be forgotten cannot be played again', () => {
  const clock = new VirtualClock();
  const nonces = new Nonces(clock, 100);
  const first = opened(nonces);
  assert.ok(nonces.use(first, 1));
  clock.advance(1);
  for (let nth = 0; nth < 1000; nth++) {
    clock.advance(1);
    assert.ok(nonces.use(opened(nonces), 1));
    assert.ok(nonces.size <= 100);
  }
  assert.equal(nonces.use(first, 1), false);
  assert.equal(nonces.use(first, 2), false);
});
