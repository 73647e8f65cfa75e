import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratedColumns } from '../../rating/columns.ts';
import { endZeroHold, freeTime } from '../../rating/free-time.ts';
import { codes, named } from './calls.ts';

test('calls without hold time end as zero_hold, if no rule before has ended them', () => {
  const out = ratedColumns(4);
  out.holdSeconds.set([0, 1, 0, 3600]);
  out.status.set(codes('-', '-', 'toll_free', 'illegal'));
  endZeroHold(4, out);
  assert.deepEqual(named(out.status), ['zero_hold', '-', 'toll_free', 'illegal']);
});

test('free time comes off the hold time; what is left of nothing is within_free_time', () => {
  const out = ratedColumns(4);
  out.holdSeconds.set([5, 6, 7, 6]);
  out.connected.set([0, 1, 2, 3]);
  out.status.set(codes('-', '-', '-', 'toll_free'));
  freeTime(4, 6, out);
  assert.deepEqual([...out.basisSeconds], [0, 0, 1, 0]);
  assert.deepEqual(named(out.status), ['within_free_time', 'within_free_time', '-', 'toll_free']);
});

test('without free time the basis is the hold time; rows not connected have none, whatever was there before', () => {
  const out = ratedColumns(3);
  out.holdSeconds.set([9, 0, 7]);
  out.basisSeconds.fill(99);
  out.connected.set([0, 2]);
  freeTime(2, 0, out);
  assert.deepEqual([...out.basisSeconds], [9, 0, 7]);
  assert.deepEqual(named(out.status), ['-', '-', '-']);
});
