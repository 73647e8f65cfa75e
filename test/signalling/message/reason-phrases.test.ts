import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonPhrase } from '../../../signalling/message/reason-phrases.ts';

test('phrases of RFC 3261 and of later ones; that of the class for others', () => {
  assert.deepEqual([100, 180, 200, 404, 422, 486, 503, 603].map(reasonPhrase), [
    'Trying',
    'Ringing',
    'OK',
    'Not Found',
    'Session Interval Too Small',
    'Busy Here',
    'Service Unavailable',
    'Decline',
  ]);
  assert.equal(reasonPhrase(499), reasonPhrase(400));
  assert.equal(reasonPhrase(299), 'OK');
  assert.equal(reasonPhrase(900), 'Unknown');
});
