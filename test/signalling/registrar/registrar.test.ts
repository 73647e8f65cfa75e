import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipResponse } from '../../../signalling/message/message.ts';
import type { SignallingParameters } from '../../../signalling/parameters.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { CallWorld } from '../call/call-world.ts';
import { requestOf } from '../sip-text.ts';
import { terminal } from './terminal.ts';

const phone: Peer = { transport: 'udp', address: '203.0.113.5', port: 5062 };
const near = '<sip:1001@203.0.113.5:5062>';
const other = '<sip:1001@203.0.113.5:6000>';

test('a REGISTER makes a binding, the answer tells all of them with what is left', () => {
  const world = new Registering();
  assert.deepEqual(world.register([near]), ['200', `${near};expires=300`]);
  world.clock.advance(60_000);
  assert.deepEqual(world.register([`${other};expires=120`]), ['200', `${near};expires=240`, `${other};expires=120`]);
  assert.deepEqual(world.companion.phones.bindings.counts, { terminals: 1, bindings: 2, behindNat: 0 });
  assert.equal(world.last.headers.first('Date'), 'Mon, 05 Jan 2026 12:01:00 GMT');
});

test('of expiries the parameter of Contact counts before Expires, and that before the default, which is the longest', () => {
  const granted = (contact: string, expires?: string, parameters: Partial<SignallingParameters> = {}) => {
    const world = new Registering({ SS_ENDPOINT_EXPIRE: 200, SS_ENDPOINT_NAT_EXPIRE: 100, ...parameters });
    return world.register([contact], expires === undefined ? [] : [`Expires: ${expires}`])[1]?.split('=')[1];
  };
  assert.equal(granted(near), '200');
  assert.equal(granted(near, '150'), '150');
  assert.equal(granted(`${near};expires=90`, '150'), '90');
  assert.equal(granted(`${near};expires=7200`), '200');
  assert.equal(granted(near, '99999999999999999999'), '200');
  assert.equal(granted(`${near};expires=soon`, '150'), '150', 'what is no number counts as not there');
  assert.equal(granted(near, 'soon'), '200');
  assert.equal(granted('<sip:1001@10.0.0.7:5060>'), '100', 'behind NAT');
  assert.equal(granted('<sip:1001@10.0.0.7:5060>', '80'), '80');
  assert.equal(granted('<sip:1001@10.0.0.7:5060>', '3600'), '100');
});

test('less than a minute is too brief: 423 with Min-Expires, and nothing has changed', () => {
  const world = new Registering();
  assert.deepEqual(world.register([near, `${other};expires=59`]), ['423']);
  assert.equal(world.last.headers.first('Min-Expires'), '60');
  assert.deepEqual(world.fetch(), []);
  assert.deepEqual(world.register([`${other};expires=60`]), ['200', `${other};expires=60`]);
});

test('expires 0 takes one binding back, Contact * all; neither is there, no harm is done', () => {
  const world = new Registering();
  world.register([near, other]);
  assert.deepEqual(world.register([`${near};expires=0`]), ['200', `${other};expires=300`]);
  assert.deepEqual(world.register([`${near};expires=0`]), ['200', `${other};expires=300`]);
  assert.deepEqual(world.register(['*'], ['Expires: 0']), ['200']);
  assert.deepEqual(world.register(['*'], ['Expires: 0']), ['200']);
  assert.deepEqual(world.companion.phones.bindings.counts, { terminals: 0, bindings: 0, behindNat: 0 });
});

test('Contact * with another expiry, without one, or beside others is 400', () => {
  const world = new Registering();
  world.register([near]);
  for (const [contacts, lines] of [
    [['*'], []],
    [['*'], ['Expires: 60']],
    [['*'], ['Expires: none']],
    [['*', other], ['Expires: 0']],
  ]) {
    assert.deepEqual(world.register(contacts, lines), ['400'], `${contacts} ${lines}`);
  }
  assert.deepEqual(world.fetch(), [`${near};expires=300`]);
});

test('a Contact that cannot be reached is 400: another scheme, TLS, one beyond all length', () => {
  const world = new Registering();
  for (const contact of [
    '<tel:+4930123>',
    '<sips:1001@203.0.113.5>',
    '<http://203.0.113.5/>',
    '<sip:1001@203.0.113.5;transport=sctp>',
    `<sip:${'1'.repeat(600)}@203.0.113.5>`,
  ]) {
    assert.deepEqual(world.register([near, contact]), ['400'], contact);
  }
  assert.deepEqual(world.fetch(), []);
});

test('a request that was overtaken changes nothing: same Call-ID, no higher CSeq', () => {
  const world = new Registering();
  world.register([near], [], { cseq: 5 });
  // As long as its transaction is known, the very request is told by that.
  world.clock.advance(32_000);
  assert.deepEqual(world.register([`${near};expires=0`], [], { cseq: 5 }), ['500']);
  assert.deepEqual(world.register([other, `${near};expires=100`], [], { cseq: 4 }), ['500']);
  assert.deepEqual(world.register(['*'], ['Expires: 0'], { cseq: 3 }), ['500']);
  assert.deepEqual(world.fetch(), [`${near};expires=268`]);
  assert.deepEqual(world.register([`${near};expires=100`], [], { cseq: 1, callId: 'restarted' }), [
    '200',
    `${near};expires=100`,
  ]);
});

test('Contacts are compared as URIs; of equal ones in a request the last counts', () => {
  const world = new Registering();
  world.register([near]);
  const same = '<sip:%31001@203.0.113.5:5062;x=y>';
  assert.deepEqual(world.register([same]), ['200', `${same};expires=300`]);
  assert.deepEqual(world.register([`${near};expires=90`, `${same};expires=80`]), ['200', `${same};expires=80`]);
  assert.deepEqual(world.register([near, `${same};expires=0`]), ['200']);
});

test('a binding ends when its time is over, whether somebody asks or not', () => {
  const world = new Registering();
  world.register([`${near};expires=60`, `${other};expires=90`]);
  world.clock.advance(59_999);
  assert.equal(world.companion.phones.bindings.of('1001').length, 2);
  world.clock.advance(1);
  assert.deepEqual(world.fetch(), [`${other};expires=30`]);
  world.clock.advance(40_000);
  assert.deepEqual(world.companion.phones.bindings.counts, { terminals: 0, bindings: 0, behindNat: 0 });
  assert.deepEqual(world.stored.at(-1), { terminal: '1001', bindings: [] });
  world.settle();
});

test('a terminal has ten bindings at most', () => {
  const world = new Registering();
  const contacts = Array.from({ length: 11 }, (_, nth) => `<sip:1001@203.0.113.5:${6000 + nth}>`);
  assert.deepEqual(world.register(contacts), ['403']);
  assert.equal(world.register(contacts.slice(0, 10)).length, 11);
  assert.deepEqual(world.register([contacts[10]]), ['403']);
  assert.equal(world.register([`${contacts[0]};expires=0`, contacts[10]])[0], '200');
});

test('more Contacts than could make sense are refused before they are compared', () => {
  const world = new Registering();
  const contacts = Array.from({ length: 21 }, (_, nth) => `<sip:1001@203.0.113.5:${6000 + nth}>;expires=0`);
  assert.deepEqual(world.register(contacts), ['400']);
  assert.deepEqual(world.register(contacts.slice(1)), ['200']);
});

test('without credentials, with those of another one, and for an unknown one nothing is registered', () => {
  const world = new Registering();
  assert.deepEqual(world.register([near], [], { as: 'nobody' }), ['401']);
  assert.deepEqual(world.register([near], [], { as: '1002' }), ['403']);
  assert.deepEqual(world.register([near], [], { of: '1003' }), ['403']);
  assert.deepEqual(world.companion.phones.bindings.counts.bindings, 0);
});

test('a copy of a REGISTER gets the same answer, and is not taken for one that was overtaken', () => {
  const world = new Registering();
  const request = world.request([near]);
  world.receive(request, phone);
  world.receive(request, phone);
  assert.deepEqual(world.to(phone.address), ['200', '200']);
});

test('bindings are stored as they change, and are there after a restart, but those that are over by then', () => {
  const before = new Registering();
  before.register([near, `${other};expires=60`, '<sip:1001@10.0.0.7:5060>']);
  const after = new Registering({}, before.stored.slice(-1));
  assert.deepEqual(after.companion.phones.bindings.of('1001'), before.companion.phones.bindings.of('1001'));
  assert.deepEqual(after.heartbeats, ['HELLO to 203.0.113.5:5062 at 0'], 'its path through NAT is kept open');
  const [{ terminal: name, bindings }] = before.stored.slice(-1);
  const late = { terminal: name, bindings: bindings.map((one) => ({ ...one, expiresAtMs: one.expiresAtMs - 60_000 })) };
  const later = new Registering({}, [late, { terminal: '1999', bindings }]);
  assert.deepEqual(later.fetch(), [`${near};expires=240`, '<sip:1001@10.0.0.7:5060>;expires=240']);
  assert.equal(later.companion.phones.bindings.of('1999').length, 0, 'it is no terminal any more');
  later.clock.advance(241_000);
  assert.equal(later.companion.phones.bindings.counts.bindings, 0);
});

test('a configuration without the terminal ends its bindings', () => {
  const world = new Registering();
  world.register([near]);
  world.companion.reload({ ...world.companion.configuration, terminals: [terminal('1002')] });
  assert.equal(world.companion.phones.bindings.counts.bindings, 0);
});

test('heartbeats go to each address behind NAT, once however many bindings it has, until the last is over', () => {
  const world = new Registering();
  world.register(['<sip:1001@10.0.0.7:5060>', '<sip:1001@10.0.0.7:5070>']);
  world.register([near], [], { as: '1002', of: '1002', from: { ...phone, port: 5063 } });
  world.clock.advance(30_000);
  assert.deepEqual(world.heartbeats, ['HELLO to 203.0.113.5:5062 at 0', 'HELLO to 203.0.113.5:5062 at 30']);
  world.clock.advance(31_000);
  world.register(['<sip:1001@10.0.0.7:5060>', '<sip:1001@10.0.0.7:5070>']);
  assert.equal(world.heartbeats.length, 3, 'who registers again keeps his place in the round');
  world.register(['*'], ['Expires: 0']);
  world.clock.advance(60_000);
  assert.equal(world.heartbeats.length, 3);
});

test('a period that does not go with the expiry is told at the start, and when it changes', () => {
  const world = new Registering({ SS_SIP_NAT_KEEP_ALIVE_PERIOD: 300 });
  assert.match(world.warnings.join(), /^SS_SIP_NAT_KEEP_ALIVE_PERIOD 300 s is not shorter than SS_ENDPOINT_NAT_EXPIRE/);
  const { configuration } = world.companion;
  const parameters = { ...configuration.parameters, SS_SIP_NAT_KEEP_ALIVE_PERIOD: 61 };
  world.companion.reload({ ...configuration, parameters });
  assert.match(world.warnings[1], /61 s is more than a fifth/);
});

/** A companion that knows 1001 and 1002, and a phone that registers. */
class Registering extends CallWorld {
  #sequence = 0;

  constructor(parameters: Partial<SignallingParameters> = {}, stored: CallWorld['stored'] = []) {
    super({ terminals: [terminal('1001'), terminal('1002')], parameters, stored });
  }

  get last(): SipResponse {
    return this.sent.at(-1)?.message as SipResponse;
  }

  request(
    contacts: readonly string[],
    lines: readonly string[] = [],
    { as = '1001', of = '1001', callId = 'registration', cseq = ++this.#sequence + 10, from = phone } = {},
  ) {
    return requestOf('REGISTER', {
      uri: 'sip:192.0.2.1',
      via: `SIP/2.0/UDP 203.0.113.5:5062;rport;branch=z9hG4bK${this.#sequence}-${this.sent.length}`,
      from: `<sip:${of}@192.0.2.1>;tag=phone`,
      to: `<sip:${of}@192.0.2.1>`,
      callId,
      cseq,
      lines: [this.authorization(as, 'REGISTER', from), ...contacts.map((contact) => `Contact: ${contact}`), ...lines],
    });
  }

  /** @returns status and Contacts of the answer */
  register(
    contacts: readonly string[],
    lines: readonly string[] = [],
    options: { as?: string; of?: string; callId?: string; cseq?: number; from?: Peer } = {},
  ): string[] {
    this.receive(this.request(contacts, lines, options), options.from ?? phone);
    return [String(this.last.status), ...this.last.headers.list('Contact')];
  }

  fetch(): string[] {
    return this.register([]).slice(1);
  }
}
