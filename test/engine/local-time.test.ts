import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTime } from '../../engine/local-time.ts';

/** When a day begins in a zone. */
function startOf(day: string, zone: string): string {
  return new Date(localTime(zone).startOfDay(Date.parse(day))).toISOString().replace('.000Z', 'Z');
}

test('times carry the offset that holds then', () => {
  const berlin = localTime('Europe/Berlin').iso;
  assert.equal(berlin(Date.UTC(2026, 2, 29, 0, 59, 59, 999)), '2026-03-29T01:59:59.999+01:00');
  assert.equal(berlin(Date.UTC(2026, 2, 29, 1)), '2026-03-29T03:00:00.000+02:00');
  assert.equal(berlin(Date.UTC(2026, 9, 25, 0, 30)), '2026-10-25T02:30:00.000+02:00');
  assert.equal(berlin(Date.UTC(2026, 9, 25, 1, 30)), '2026-10-25T02:30:00.000+01:00');
  assert.equal(localTime('UTC').iso(Date.UTC(2026, 0, 1)), '2026-01-01T00:00:00.000+00:00');
  assert.equal(localTime('Asia/Kolkata').iso(Date.UTC(2026, 0, 1)), '2026-01-01T05:30:00.000+05:30');
  assert.equal(localTime('America/St_Johns').iso(Date.UTC(2026, 0, 1)), '2025-12-31T20:30:00.000-03:30');
});

test('a day begins at midnight of the zone, whatever its length', () => {
  assert.equal(startOf('2026-03-29', 'Europe/Berlin'), '2026-03-28T23:00:00Z');
  assert.equal(startOf('2026-03-30', 'Europe/Berlin'), '2026-03-29T22:00:00Z');
  assert.equal(startOf('2026-10-25', 'Europe/Berlin'), '2026-10-24T22:00:00Z');
  assert.equal(startOf('2026-10-26', 'Europe/Berlin'), '2026-10-25T23:00:00Z');
  assert.equal(startOf('2026-11-01', 'America/New_York'), '2026-11-01T04:00:00Z');
  assert.equal(startOf('2026-11-02', 'America/New_York'), '2026-11-02T05:00:00Z');
  assert.equal(startOf('2026-01-01', 'Pacific/Kiritimati'), '2025-12-31T10:00:00Z');
  assert.equal(startOf('2026-01-01', 'UTC'), '2026-01-01T00:00:00Z');
});

test('where the clock skips midnight the day begins after; where midnight comes twice, with the first', () => {
  assert.equal(
    localTime('Asia/Beirut').iso(Date.parse(startOf('2026-03-29', 'Asia/Beirut'))),
    '2026-03-29T01:00:00.000+03:00',
  );
  assert.equal(startOf('2026-03-29', 'Asia/Beirut'), '2026-03-28T22:00:00Z');
  assert.equal(startOf('2026-11-01', 'America/Havana'), '2026-11-01T04:00:00Z');
  // Clocks went back from 24:00 to 23:00: midnight came once, an hour later.
  assert.equal(startOf('2018-02-18', 'America/Sao_Paulo'), '2018-02-18T03:00:00Z');
});

test('offsets of old times have seconds', () => {
  assert.equal(localTime('Africa/Monrovia').iso(0), '1969-12-31T23:15:30.000-00:44:30');
  assert.equal(startOf('1970-01-01', 'Africa/Monrovia'), '1970-01-01T00:44:30Z');
});
