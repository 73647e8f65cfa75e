import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from './virtual-clock.ts';

test('timers fire at their time, in order of time and then of setting, those set meanwhile too', () => {
  const clock = new VirtualClock(1_000_000);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name} ${clock.now() - 1_000_000}`);
  clock.after(500, note('second'));
  clock.after(500, note('third'));
  clock.after(200, () => {
    note('first')();
    clock.after(300, note('fourth'));
    clock.after(301, note('after the end'));
  });
  clock.after(100, note('cancelled')).cancel();
  clock.advance(500);
  assert.deepEqual(fired, ['first 200', 'second 500', 'third 500', 'fourth 500']);
  assert.equal(clock.waiting, 1);
});

test('setting the clock moves the time of day, not what timers wait for', () => {
  const clock = new VirtualClock(0);
  let fired = 0;
  clock.after(1000, () => fired++);
  clock.step(3_600_000);
  clock.advance(999);
  assert.deepEqual([fired, clock.now(), clock.elapsed()], [0, 3_600_999, 999]);
  clock.advance(1);
  assert.equal(fired, 1);
});
