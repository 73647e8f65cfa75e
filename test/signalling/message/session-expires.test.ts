import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_SECONDS,
  minSe,
  sessionExpires,
  writeSessionExpires,
} from '../../../signalling/message/session-expires.ts';

test('seconds, and who refreshes', () => {
  assert.deepEqual(sessionExpires('4000'), { seconds: 4000, refresher: undefined });
  assert.deepEqual(sessionExpires('1800;refresher=uac'), { seconds: 1800, refresher: 'uac' });
  assert.deepEqual(sessionExpires('1800 ; Refresher = UAS ; other=1'), { seconds: 1800, refresher: 'uas' });
});

test('seconds beyond what the header field can hold count as the largest', () => {
  assert.equal(sessionExpires('99999999999')?.seconds, MAX_SECONDS);
  assert.equal(minSe('99999999999'), MAX_SECONDS);
});

test('Min-SE has parameters, too, that mean nothing yet', () => {
  assert.equal(minSe('90'), 90);
  assert.equal(minSe('90;x=y'), 90);
});

test('what is malformed is nothing', () => {
  for (const value of ['', ';', 'x', '-1', '1800;refresher=both', '1800;;', '1800 s']) {
    assert.equal(sessionExpires(value), undefined, value);
  }
  assert.equal(minSe('90 s'), undefined);
});

test('what is written is read again as it was', () => {
  for (const value of ['1800;refresher=uas', '90']) {
    assert.equal(writeSessionExpires(sessionExpires(value) ?? assert.fail()), value);
  }
});
