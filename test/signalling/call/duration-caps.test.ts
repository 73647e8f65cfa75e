import assert from 'node:assert/strict';
import { durationCap } from '../../../signalling/call/duration-caps.ts';
import { answerOf, requestOf } from '../sip-text.ts';
import { testVectors } from '../vectors.ts';
import { CallWorld, callerPeer, gatewayPeer } from './call-world.ts';

testVectors(['call-cap'], ({ given, expect }) => {
  const cap = durationCap(given.timer, {
    SS_MAX_CALL_DURATION: given.max_call_s,
    SS_SIP_NO_TIMER_REINVITE_INTERVAL: given.no_timer_s,
  });
  assert.equal(cap?.seconds ?? null, expect.cap_s);
  assert.ok([expect.by].flat().includes(cap?.by ?? null), `by ${cap?.by}`);
});

testVectors(['cap-change'], ({ given, expect }) => {
  const parameters = (seconds: number) => ({ SS_SIP_NO_TIMER_REINVITE_INTERVAL: seconds });
  const world = new CallWorld({ parameters: parameters(given.old_s) });
  const change = () =>
    world.companion.reload(new CallWorld({ parameters: parameters(given.new_s) }).companion.configuration);
  const [first, second] = [given.call_start_s, given.change_at_s].sort((a, b) => a - b);
  world.clock.advance(1000 * first);
  if (first === given.change_at_s) change();
  else call(world);
  world.clock.advance(1000 * (second - first));
  if (second === given.change_at_s) change();
  else call(world);
  world.clock.advance(1000 * (expect.ends_at_s - second) - 1);
  assert.equal(world.events.length, 0);
  world.clock.advance(1);
  assert.equal(world.events.length, 1);
});

function call(world: CallWorld): void {
  world.receive(requestOf('INVITE', { lines: ['Contact: <sip:caller@192.0.2.9>'] }));
  const sent = world.requestTo(gatewayPeer(1).address, 'INVITE');
  world.receive(answerOf(sent, 200, { lines: ['Contact: <sip:callee@198.51.100.1>'] }), gatewayPeer(1));
  const to = world.responseTo(callerPeer.address, 200).headers.first('To') as string;
  world.receive(requestOf('ACK', { to, branch: 'z9hG4bKack' }));
}
