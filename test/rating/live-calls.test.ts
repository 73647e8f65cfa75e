import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LiveCalls, type PricedCall } from '../../rating/live-calls.ts';

const call = fc.record({
  endedMs: fc.integer({ min: 0, max: 5 }),
  flowNo: fc.bigInt({ min: 0n, max: 4n }),
  softswitch: fc.integer({ min: 0, max: 2 }),
});

test('calls come back by end, then flow number, then softswitch, however they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.option(call), { maxLength: 60 }), (steps) => {
      const live = new LiveCalls<PricedCall>();
      const held: PricedCall[] = [];
      // A null takes the next call out.
      for (const step of steps) {
        if (step !== null) {
          const added = { ...step, answeredMs: 0, fee: 0, reserve: 0 };
          live.add(added);
          held.push(added);
          continue;
        }
        held.sort((a, b) => a.endedMs - b.endedMs || Number(a.flowNo - b.flowNo) || a.softswitch - b.softswitch);
        const next = held.shift();
        assert.equal(live.nextEndMs, next?.endedMs ?? Number.POSITIVE_INFINITY);
        if (next !== undefined) assert.deepEqual(live.takeNext(), next);
      }
    }),
    { numRuns: 2000 },
  );
});
