import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, titles } from './compare.ts';

/** The offset that is told when calls to as many numbers are this many seconds apart. */
async function clockOf(apart: readonly number[], numbers = apart.map((_, i) => `4930${i}`)) {
  const noon = Date.parse('2026-03-02T12:00:00Z');
  const ours = numbers.map((number) => ({ number, at: new Date(noon).toISOString(), seconds: 60 }));
  const theirs = apart.map((seconds, i) => {
    return `${numbers[i]},${new Date(noon + seconds * 1000).toISOString()},60,0`;
  });
  return (await compare(ours, [titles, ...theirs, ''].join('\n'))).report.clock;
}

test('the median of numbers both sides have once, whatever the tolerance', async () => {
  assert.deepEqual(await clockOf([-7200, -7201, -7199, -7200, -60]), { seconds: -7200, calls: 5 });
});

test('nothing is said of few calls, of calls that disagree, and of numbers that are called twice', async () => {
  assert.equal(await clockOf([100, 100, 100, 100]), null);
  assert.equal(await clockOf([100, 200, 300, 400, 500, 600]), null);
  assert.equal(await clockOf([9, 9, 9, 9, 9], ['1', '2', '3', '4', '4']), null);
});
