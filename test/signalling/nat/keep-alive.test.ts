import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepAlive } from '../../../signalling/message/keep-alive.ts';
import {
  type Device,
  type KeepAlivePlan,
  keepAlivePlan,
  keepAliveWarnings,
  NatKeepAlive,
} from '../../../signalling/nat/keep-alive.ts';
import { defaultSignallingParameters, type SignallingParameters } from '../../../signalling/parameters.ts';
import { secondsText, testVectors } from '../vectors.ts';
import { VirtualClock } from '../virtual-clock.ts';

testVectors(['nat-capacity'], ({ given, expect }) => {
  const { batches, capacity } = keepAlivePlan(parametersOf(given));
  assert.deepEqual({ batches_per_period: batches, capacity }, expect);
});

testVectors(['nat-cycle'], ({ given, expect }) => {
  const world = new NatWorld(given.devices, keepAlivePlan(parametersOf(given)));
  world.clock.advance(1000 * given.period_s - 1);
  const served = new Set(world.sent.map(({ port }) => port)).size;
  assert.equal(served, world.sent.length, 'each device gets one');
  world.clock.advance(1);
  const { missed } = world.keepAlive.state;
  const firstRound = world.sent.slice(0, served);
  assert.deepEqual(
    {
      batches_needed: Math.ceil(given.devices / given.one_time),
      fits: missed === 0,
      served,
      missed,
      last_batch_at_s: secondsText(firstRound.at(-1)?.atMs ?? -1),
    },
    expect,
  );
  assert.equal(world.sent.at(served)?.port, 1, 'the next round starts from the beginning');
  world.clock.advance(2000 * given.period_s);
  assert.equal(world.warnings.length, expect.fits ? 0 : 1, 'it is said once');
});

testVectors(['nat-rate'], ({ given, expect }) => {
  const world = new NatWorld(100, keepAlivePlan(parametersOf({ ...given, one_time: 1 })));
  world.clock.advance(1999);
  assert.equal(String(world.sent.length / 2), expect.batches_per_s);
});

testVectors(['nat-message'], ({ given, expect }) => {
  const world = new NatWorld(1, keepAlivePlan({ ...defaults, SS_SIP_NAT_KEEP_ALIVE_MESSAGE: given.message }));
  assert.equal(world.sent.length > 0, expect.enabled);
  for (const { payload } of world.sent) {
    assert.equal(Buffer.from(payload).toString('hex'), expect.payload_hex);
    assert.equal(keepAlive(payload) === undefined, expect.is_sip);
  }
});

testVectors(['nat-expire-rule'], ({ given, expect }) => {
  const warnings = keepAliveWarnings({
    ...defaults,
    SS_SIP_NAT_KEEP_ALIVE_PERIOD: given.period_s,
    SS_ENDPOINT_NAT_EXPIRE: given.nat_expire_s,
  }).join();
  assert.deepEqual(
    { shorter_than_expiry: !warnings.includes('is not shorter'), within_one_fifth: warnings === '' },
    expect,
  );
});

/** A path is open as long as what came through it last is younger than the memory of the NAT. */
testVectors(['nat-cover'], ({ given, expect }) => {
  const world = new NatWorld(1, keepAlivePlan(parametersOf(given)));
  world.clock.advance(10_000 * given.period_s);
  const times = world.sent.map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((at, place) => at - times[place]);
  assert.equal(gaps.length, 10);
  assert.deepEqual({ covered: gaps.every((gap) => gap < 1000 * given.nat_udp_timeout_s) }, expect);
});

test('the warning says what there is, what fits, and what to do', () => {
  const world = new NatWorld(5, keepAlivePlan(parametersOf({ period_s: 30, interval_ms: 10_000, one_time: 1 })));
  world.clock.advance(30_000);
  const [line] = world.warnings;
  assert.match(line, /^5 devices .* 3 batches of 1, one each 10000 ms, are 3 in 30 s, and 2 were left out; raise SS_/);
});

test('nothing runs without devices; one that comes gets a heartbeat at once, one that goes gets none', () => {
  const world = new NatWorld(0, keepAlivePlan(defaults));
  world.keepAlive.wake();
  assert.equal(world.clock.waiting, 0);
  const device = world.add();
  world.keepAlive.wake();
  assert.equal(world.sent.length, 1);
  world.clock.advance(30_000);
  world.keepAlive.wake();
  assert.equal(world.sent.length, 2, 'waking it does not begin another round');
  world.devices.delete(device);
  world.clock.advance(60_000);
  assert.deepEqual([world.sent.length, world.clock.waiting], [2, 0]);
});

test('a device that comes during a round is in it, if there is room', () => {
  const plan = keepAlivePlan(parametersOf({ period_s: 30, interval_ms: 10_000, one_time: 1 }));
  const world = new NatWorld(2, plan);
  world.clock.advance(5000);
  world.add();
  world.clock.advance(15_000);
  assert.deepEqual(
    world.sent.map(({ port }) => port),
    [1, 2, 3],
  );
});

test('another plan begins a new round, and warns anew; an empty message stops all', () => {
  const world = new NatWorld(3, keepAlivePlan(parametersOf({ period_s: 10, interval_ms: 10_000, one_time: 1 })));
  world.clock.advance(10_000);
  world.keepAlive.apply(keepAlivePlan(parametersOf({ period_s: 10, interval_ms: 10_000, one_time: 2 })));
  world.clock.advance(10_000);
  assert.deepEqual([world.warnings.length, world.keepAlive.state.missed], [2, 1]);
  world.keepAlive.apply(keepAlivePlan({ ...defaults, SS_SIP_NAT_KEEP_ALIVE_MESSAGE: '' }));
  assert.equal(world.clock.waiting, 0);
});

test('a machine that was away goes on with a new round, not with all that are past', () => {
  const world = new NatWorld(1, keepAlivePlan(defaults));
  world.clock.late(95_000);
  assert.deepEqual([world.sent.length, world.keepAlive.state.rounds], [2, 2]);
  world.clock.advance(29_999);
  assert.equal(world.sent.length, 2);
  world.clock.advance(1);
  assert.equal(world.sent.length, 3);
});

const defaults = defaultSignallingParameters;

function parametersOf(given: {
  readonly period_s?: number;
  readonly interval_ms?: number;
  readonly one_time?: number;
}): SignallingParameters {
  return {
    ...defaults,
    SS_SIP_NAT_KEEP_ALIVE_PERIOD: given.period_s ?? defaults.SS_SIP_NAT_KEEP_ALIVE_PERIOD,
    SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL: given.interval_ms ?? defaults.SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL,
    SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME: given.one_time ?? defaults.SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME,
  };
}

/** A clock whose timers can come late, as on a machine that was asleep. */
class LateClock extends VirtualClock {
  #lateMs = 0;

  override elapsed(): number {
    return super.elapsed() + this.#lateMs;
  }

  /** The next timer comes so late. */
  late(ms: number): void {
    this.#lateMs += ms - 30_000;
    this.advance(30_000);
  }
}

/** So many devices, told apart by their ports, and what was sent to them. */
class NatWorld {
  readonly clock = new LateClock();
  readonly devices = new Set<Device>();
  readonly sent: { readonly atMs: number; readonly port: number; readonly payload: Uint8Array }[] = [];
  readonly warnings: string[] = [];
  readonly keepAlive: NatKeepAlive;

  constructor(devices: number, plan: KeepAlivePlan) {
    for (let nth = 0; nth < devices; nth++) this.add();
    this.keepAlive = new NatKeepAlive(
      {
        clock: this.clock,
        devices: this.devices,
        send: (payload, { port }) => this.sent.push({ atMs: this.clock.elapsed(), port, payload }),
        warn: (line) => this.warnings.push(line),
      },
      plan,
    );
    this.keepAlive.wake();
  }

  add(): Device {
    const device: Device = { peer: { transport: 'udp', address: '192.0.2.7', port: this.devices.size + 1 } };
    this.devices.add(device);
    return device;
  }
}
