import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, inHours, inMinutes } from '../../signalling/duration-text.ts';
import { testVectors } from './vectors.ts';

testVectors(['duration-conversion'], ({ given, expect }) => {
  assert.deepEqual([String(inMinutes(given.seconds)), String(inHours(given.seconds))], [expect.minutes, expect.hours]);
});

test('minutes below an hour, hours from one on, two decimals at most', () => {
  assert.deepEqual([60, 100, 3599, 3600, 5400, 604_800].map(durationText), [
    '60 s (1 minute)',
    '100 s (1.67 minutes)',
    '3599 s (59.98 minutes)',
    '3600 s (1 hour)',
    '5400 s (1.5 hours)',
    '604800 s (168 hours)',
  ]);
});
