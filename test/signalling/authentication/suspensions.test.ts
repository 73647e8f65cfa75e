import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Suspensions, sourceKey } from '../../../signalling/authentication/suspensions.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { KeptSuspensions } from './authentication-world.ts';

const START = Date.UTC(2026, 0, 5);

function fresh(most = 100, clock = new VirtualClock(START), store = new KeptSuspensions()) {
  return { clock, store, suspensions: new Suspensions(clock, store, most) };
}

test('a terminal is suspended at one address, or an address for all terminals, until the end and not at it', () => {
  const { clock, suspensions } = fresh();
  suspensions.add('6001', '192.0.2.9', 60_000);
  suspensions.add('*', '192.0.2.10', 60_000);
  assert.deepEqual(
    ['6001 192.0.2.9', '6002 192.0.2.9', '6001 192.0.2.10', '6002 192.0.2.10', '6001 192.0.2.11'].map((one) => {
      const [terminal, address] = one.split(' ');
      return suspensions.has(terminal, address);
    }),
    [true, false, true, true, false],
  );
  clock.advance(59_999);
  assert.ok(suspensions.has('6001', '192.0.2.9'));
  clock.advance(1);
  assert.equal(suspensions.has('6001', '192.0.2.9'), false);
  assert.deepEqual(suspensions.list(), []);
});

test('they survive a restart with the time they have left, also after the clock was set', () => {
  const { clock, store, suspensions } = fresh();
  suspensions.add('6001', '192.0.2.9', 60_000);
  suspensions.add('6002', '192.0.2.9', 10_000);
  clock.advance(20_000);
  const later = fresh(100, new VirtualClock(clock.now()), store);
  assert.deepEqual(later.suspensions.list(), [{ terminal: '6001', address: '192.0.2.9', untilMs: START + 60_000 }]);
  later.clock.advance(40_000);
  assert.equal(later.suspensions.has('6001', '192.0.2.9'), false);
  const inThePast = fresh(100, new VirtualClock(START - 1e9), store);
  inThePast.clock.advance(3_600_000);
  assert.deepEqual(inThePast.suspensions.list(), [], 'an hour at the longest');
});

test('one is lifted, or all of an address; and is not there after a restart', () => {
  const { store, suspensions } = fresh();
  suspensions.add('6001', '192.0.2.9', 60_000);
  suspensions.add('6002', '192.0.2.9', 60_000);
  suspensions.add('6002', '2001:db8:1:2::/64', 60_000);
  assert.deepEqual(suspensions.lift('6003', '192.0.2.9'), []);
  assert.equal(suspensions.lift('6001', '192.0.2.9').length, 1);
  assert.equal(suspensions.has('6001', '192.0.2.9'), false);
  assert.ok(suspensions.has('6002', '192.0.2.9'));
  assert.equal(suspensions.lift('*', '192.0.2.9').length, 1);
  assert.equal(suspensions.lift('6002', '2001:db8:1:2:3:4:5:6').length, 1);
  assert.deepEqual(fresh(100, new VirtualClock(START), store).suspensions.list(), []);
});

test('a full table frees nobody: the networks of those who come then are shut out, and no others', () => {
  const { suspensions } = fresh(100);
  suspensions.add('6001', '192.0.2.9', 60_000);
  for (let nth = 0; nth < 10_000; nth++) suspensions.add(`name-${nth}`, `10.${nth % 50}.3.4`, 60_000);
  assert.ok(suspensions.has('6001', '192.0.2.9'));
  assert.ok(suspensions.size <= 150, String(suspensions.size));
  assert.ok(suspensions.has('name-9999', '10.49.3.4'));
  assert.ok(suspensions.has('6001', '10.49.200.1'));
  assert.equal(suspensions.has('6001', '10.50.3.4'), false);
  const v6 = fresh(0).suspensions;
  v6.add('6001', '2001:db8:1:2::/64', 60_000);
  assert.deepEqual([v6.has('6001', '2001:db8:9:9::/64'), v6.has('6001', '2001:db9:9:9::/64')], [true, false]);
});

test('what is over makes room', () => {
  const { clock, suspensions } = fresh(2);
  suspensions.add('6001', '192.0.2.9', 60_000);
  suspensions.add('6002', '192.0.2.9', 60_000);
  clock.advance(60_000);
  suspensions.add('6003', '192.0.2.9', 60_000);
  assert.deepEqual(
    suspensions.list().map(({ terminal }) => terminal),
    ['6003'],
  );
});

test('the store is written anew before its notes become many', () => {
  const { store, suspensions } = fresh();
  for (let nth = 0; nth < 30_000; nth++) suspensions.add('6001', '192.0.2.9', 60_000);
  assert.ok(store.notes <= 10_001, String(store.notes));
});

test('IPv6 counts by its first 64 bits, of which a client chooses none', () => {
  assert.equal(sourceKey('192.0.2.9'), '192.0.2.9');
  assert.equal(sourceKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(sourceKey('2001:db8::6'), '2001:db8:0:0::/64');
  assert.equal(sourceKey('fe80::1%eth0'), 'fe80::1%eth0');
});
