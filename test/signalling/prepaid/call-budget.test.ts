import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { serverReasonCode } from '../../../signalling/events/server-reasons.ts';
import type { CallBudget } from '../../../signalling/prepaid/call-budget.ts';
import { CallWorld, callerPeer, gatewayPeer } from '../call/call-world.ts';
import { answerOf, requestOf } from '../sip-text.ts';

const CALLER = callerPeer.address;
const GATEWAY = gatewayPeer(1).address;
const contact = ['Contact: <sip:callee@198.51.100.1:5060>'];

/** Gives each call these lengths one after the other, in milliseconds, then no more. */
class Purse implements CallBudget {
  readonly asked: CallEvent[] = [];
  readonly ended: CallEvent[] = [];
  readonly #lengths: readonly number[];

  constructor(...lengths: readonly number[]) {
    this.#lengths = lengths;
  }

  admit(call: CallEvent) {
    this.asked.push(call);
    if (this.#lengths.length === 0) return { refused: 'too poor' };
    let at = 0;
    return {
      answered: () => this.#lengths[0],
      extend: () => this.#lengths[Math.min(++at, this.#lengths.length - 1)],
      ended: (event: CallEvent) => this.ended.push(event),
    };
  }
}

function ring(world: CallWorld): void {
  world.receive(requestOf('INVITE', { lines: ['Contact: <sip:caller@192.0.2.9:5060>'] }));
}

function pickUp(world: CallWorld): void {
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 200, { lines: contact }), gatewayPeer(1));
}

function acknowledge(world: CallWorld): void {
  const to = world.responseTo(CALLER, 200).headers.first('To') as string;
  world.receive(requestOf('ACK', { to, branch: 'z9hG4bKack' }));
}

test('who cannot pay gets 402 before any gateway is asked, and the event says why', () => {
  const world = new CallWorld({ budget: new Purse() });
  ring(world);
  assert.deepEqual(world.to(GATEWAY), []);
  assert.equal(world.responseTo(CALLER, 402).headers.first('Reason'), 'SIP;cause=402;text="too poor"');
  const [{ end_reason, end_direction, answered_at, account }] = world.events;
  assert.deepEqual(
    [end_reason, end_direction, answered_at, account],
    [serverReasonCode.insufficient_balance, 2, null, 'acme'],
  );
  assert.deepEqual(world.companion.counts, { seen: 1, answered: 0, refused: 1 });
});

test('when it is used up both sides are hung up, a quarter of a second early, with a Reason', () => {
  const purse = new Purse(60_000, 120_000, 125_000);
  const world = new CallWorld({ budget: purse });
  ring(world);
  world.clock.advance(3000);
  pickUp(world);
  acknowledge(world);
  world.clock.advance(124_749);
  assert.equal(world.events.length, 0);
  world.clock.advance(1);
  for (const peer of [CALLER, GATEWAY]) {
    const { headers } = world.requestTo(peer, 'BYE');
    assert.equal(headers.first('Reason'), 'SIP;cause=402;text="balance and credit are used up"');
  }
  const [event] = world.events;
  assert.equal(event.ended_at - (event.answered_at as number), 124_750);
  assert.deepEqual([event.end_reason, event.end_direction], [serverReasonCode.balance_used_up, 2]);
  assert.deepEqual(purse.ended, [event], 'the budget is told what the event says');
  world.settle();
});

test('a server that is late charges no more than was set aside', () => {
  const purse = new Purse(60_000);
  const world = new CallWorld({ budget: purse });
  ring(world);
  pickUp(world);
  acknowledge(world);
  const { elapsed } = world.clock;
  world.clock.elapsed = () => elapsed.call(world.clock) + 5000;
  world.clock.advance(59_750);
  const [event] = world.events;
  assert.equal(event.ended_at - (event.answered_at as number), 60_000);
});

test('used up before the ACK: the caller is hung up when it has come', () => {
  const world = new CallWorld({ budget: new Purse(0) });
  ring(world);
  pickUp(world);
  world.clock.advance(10);
  assert.equal(world.events[0].end_reason, serverReasonCode.balance_used_up);
  assert.ok(world.to(GATEWAY).includes('BYE') && !world.to(CALLER).includes('BYE'));
  acknowledge(world);
  assert.ok(world.to(CALLER).includes('BYE'));
  world.settle();
});

test('a call nobody answers gives back what was set aside, once', () => {
  const purse = new Purse(60_000);
  const world = new CallWorld({ budget: purse });
  ring(world);
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 486), gatewayPeer(1));
  assert.deepEqual([purse.asked.length, purse.ended.length], [1, 1]);
  assert.equal(purse.ended[0].answered_at, null);
  world.settle();
});
