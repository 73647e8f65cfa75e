import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatorError } from '../../engine/errors.ts';
import { readMoment, readPast } from '../../engine/when.ts';

const now = Date.UTC(2026, 2, 2, 12);
const past = (text: string) => new Date(readPast('--since', text, 'no', now)).toISOString();

test('dates, moments and ages', () => {
  assert.equal(past('2026-03-02'), '2026-03-02T00:00:00.000Z');
  assert.equal(past('2026-03-02T08:00:00+01:00'), '2026-03-02T07:00:00.000Z');
  assert.equal(past('2026-03-02T12:00:00Z'), '2026-03-02T12:00:00.000Z');
  assert.equal(past('90m'), '2026-03-02T10:30:00.000Z');
  assert.equal(past('36h'), '2026-03-01T00:00:00.000Z');
  assert.equal(past(' 2 d '), '2026-02-28T12:00:00.000Z');
  assert.equal(past('0d'), '2026-03-02T12:00:00.000Z');
  assert.equal(readMoment('--to', '2100-01-01'), Date.UTC(2100, 0, 1));
});

test('anything else is refused with what is allowed', () => {
  for (const [text, said] of [
    ['2w', '--since 2w: expected minutes, hours or days such as 90m, 36h or 2d, or a date'],
    ['36', '--since 36: expected minutes, hours or days such as 90m, 36h or 2d, or a date'],
    ['1234567d', '--since 1234567d: expected minutes, hours or days such as 90m, 36h or 2d, or a date'],
    ['-2d', '--since -2d: expected a date such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z'],
    [
      '2026-03-02T08:00',
      '--since 2026-03-02T08:00: expected a time zone after the time: Z, or an offset such as +01:00',
    ],
    ['', '--since is empty: expected a date such as 2026-01-31, or leave it out'],
    ['2026-03-03', '--since 2026-03-03 is yet to come (now it is 2026-03-02T12:00:00.000Z): no'],
  ]) {
    assert.throws(
      () => past(text),
      (error) => error instanceof OperatorError && error.exitStatus === 2 && error.message === said,
      text,
    );
  }
});
