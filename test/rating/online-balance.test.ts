import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PricedCall } from '../../rating/live-calls.ts';
import { OnlineBalance } from '../../rating/online-balance.ts';
import { OverdraftReplay } from '../../rating/overdraft.ts';

const stored = (spendable: number, payments: { paidMs: number; amount: number }[] = []) => ({ spendable, payments });

test('what calls hold is not there for others, and what they were charged until they are rated', () => {
  const balance = new OnlineBalance(stored(100));
  assert.deepEqual([balance.hold(1n, 60), balance.hold(2n, 60), balance.hold(2n, 40)], [true, false, true]);
  assert.equal(balance.available, 0);
  assert.equal(balance.settle(1n, 25), 25);
  assert.deepEqual([balance.available, [...balance.unrated]], [35, [1n]]);
  assert.equal(balance.hold(2n, 10), true);
  assert.equal(balance.held(2n), 50);
});

test('a run that has rated a call takes its charge over: it counts once', () => {
  const balance = new OnlineBalance(stored(100));
  for (const [call, fee] of [
    [1n, 30],
    [2n, 20],
  ] as const) {
    balance.hold(call, 40);
    balance.settle(call, fee);
  }
  balance.hold(3n, 40);
  balance.restate(stored(70), (call) => call === 1n);
  assert.deepEqual([balance.available, [...balance.unrated]], [10, [2n]]);
  balance.charge(2n, 20);
  assert.equal(balance.available, 10, 'told again, it counts no second time');
});

test('payments count from their time on, and money that was paid back is gone at once', () => {
  const balance = new OnlineBalance(stored(10, [{ paidMs: 1000, amount: 5 }]));
  balance.advance(999);
  assert.equal(balance.available, 10);
  balance.advance(1000);
  balance.advance(2000);
  assert.equal(balance.available, 15);
  balance.hold(1n, 15);
  balance.restate(stored(3), () => false);
  assert.deepEqual([balance.available, balance.hold(2n, 0), balance.settle(1n, 2)], [-12, false, 2]);
  assert.equal(balance.available, 1);
});

test('the replay of the night refuses and caps no call that was held for', () => {
  const call = fc.record({
    answeredMs: fc.integer({ min: 0, max: 50 }),
    lengthMs: fc.integer({ min: 0, max: 30 }),
    reserve: fc.integer({ min: 0, max: 40 }),
    perMs: fc.integer({ min: 0, max: 5 }),
  });
  const property = fc.property(fc.array(call, { maxLength: 12 }), fc.integer({ min: 0, max: 150 }), (wanted, money) => {
    const balance = new OnlineBalance(stored(money));
    const carried: PricedCall[] = [];
    const live = new Map<bigint, (typeof wanted)[number]>();
    for (let now = 0; now <= 100; now++) {
      for (const [flowNo, { answeredMs, lengthMs, perMs, reserve }] of live) {
        const fee = perMs * (now - answeredMs);
        // Each millisecond it asks for the next, and is hung up when there is nothing to be had.
        const more = perMs * (now + 1 - answeredMs) - balance.held(flowNo);
        if (now - answeredMs < lengthMs && (more <= 0 || balance.hold(flowNo, more))) continue;
        live.delete(flowNo);
        assert.equal(balance.settle(flowNo, fee), fee);
        carried.push({ flowNo, softswitch: 0, answeredMs, endedMs: now, fee, reserve });
      }
      for (const [place, one] of wanted.entries()) {
        const flowNo = BigInt(place);
        if (one.answeredMs !== now || !balance.hold(flowNo, Math.max(one.reserve, one.perMs))) continue;
        live.set(flowNo, one);
      }
    }
    const replay = new OverdraftReplay(money, [], {
      decided: (one, verdict) => assert.fail(`${one.flowNo} ${verdict.status}`),
    });
    const byAnswer = carried.sort((a, b) => a.answeredMs - b.answeredMs || Number(a.flowNo - b.flowNo));
    for (const one of byAnswer) replay.answer(one);
    replay.finish();
  });
  fc.assert(property, { numRuns: 500 });
});
