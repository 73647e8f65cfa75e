import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayRegistration } from '../../../signalling/configuration.ts';
import type { SipRequest } from '../../../signalling/message/message.ts';
import type { SignallingParameters } from '../../../signalling/parameters.ts';
import { CallWorld, callerPeer, gatewayPeer } from '../call/call-world.ts';
import { answerOf, requestOf } from '../sip-text.ts';

const GATEWAY = gatewayPeer(1).address;
const account: GatewayRegistration = { user: 'us', secret: { password: 'secret' }, realm: null };
const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"';

test('it registers at once, answers the challenge, and refreshes before what it got is over', () => {
  const world = new Registered();
  const first = world.last;
  assert.deepEqual(
    [first.uri, first.headers.first('To'), first.headers.first('Contact'), first.headers.first('Expires')],
    ['sip:198.51.100.1', '<sip:us@198.51.100.1>', '<sip:us@192.0.2.1:5060>', undefined],
  );
  world.answer(401, challenge);
  const second = world.last;
  assert.deepEqual(world.sequences, [1, 2]);
  assert.match(second.headers.first('Authorization') as string, /^Digest username="us", .*algorithm=SHA-256/);
  assert.equal(second.headers.first('Call-ID'), first.headers.first('Call-ID'));
  world.accept('Contact: <sip:us@10.9.9.9>;expires=20', 'Contact: <sip:us@192.0.2.1:5060>;expires=600', 'Expires: 90');
  assert.deepEqual(world.status, ['registered', 600, null]);
  world.clock.advance(539_999);
  assert.equal(world.sequences.length, 2);
  world.clock.advance(1);
  assert.deepEqual(
    [world.sequences, world.status],
    [
      [1, 2, 3],
      ['refreshing', 60, null],
    ],
  );
  assert.equal(world.last.headers.first('Authorization'), undefined);
  world.accept('Expires: 20');
  world.clock.advance(10_000);
  assert.deepEqual(world.sequences, [1, 2, 3, 4], 'half of a short time');
});

test('SS_SIP_USER_AGENT_EXPIRE is asked for; 423 raises it, once and for all, as far as a day', () => {
  const world = new Registered({ SS_SIP_USER_AGENT_EXPIRE: 120 });
  assert.equal(world.last.headers.first('Expires'), '120');
  world.answer(423, 'Min-Expires: 1800');
  assert.equal(world.last.headers.first('Expires'), '1800');
  world.accept();
  assert.deepEqual(world.status, ['registered', 1800, null]);
  world.clock.advance(1_740_000);
  assert.equal(world.last.headers.first('Expires'), '1800');
  for (const minimum of ['Min-Expires: 1800', 'Min-Expires: 86401', 'Min-Expires: much', 'X: y']) {
    world.answer(423, minimum);
    assert.equal(world.status[0], 'waiting', minimum);
    world.clock.advance(60_000);
  }
});

test('what is refused, redirected or not answered is tried again after SS_SIP_USER_AGENT_RETRY_DELAY, and told once', () => {
  const world = new Registered({ SS_SIP_USER_AGENT_RETRY_DELAY: 90 });
  world.answer(403);
  assert.deepEqual(world.status, ['waiting', null, 'refused with 403 Forbidden']);
  world.clock.advance(89_999);
  assert.deepEqual(world.sequences, [1]);
  world.clock.advance(1);
  assert.deepEqual(world.sequences, [1, 2]);
  world.answer(403);
  world.clock.advance(90_000);
  world.answer(302, 'Contact: <sip:us@192.0.2.66>');
  assert.equal(world.to('192.0.2.66').length, 0);
  world.clock.advance(90_000);
  world.clock.advance(31_500);
  assert.deepEqual(world.status, ['waiting', null, 'no answer']);
  world.clock.advance(90_000);
  world.accept('Expires: 300');
  assert.deepEqual(world.warnings, [
    'gateway out-1: not registered as us: refused with 403 Forbidden; tried again each 90 s',
    'gateway out-1: not registered as us: refused with 302 Moved Temporarily; tried again each 90 s',
    'gateway out-1: not registered as us: no answer; tried again each 90 s',
    'gateway out-1: registered as us again',
  ]);
});

test('a gateway that refuses the packet is tried again, too', () => {
  const world = new Registered();
  world.refusing.add(GATEWAY);
  world.answer(403);
  world.clock.advance(60_000);
  assert.deepEqual(world.status, ['waiting', null, 'refused']);
});

test('SS_SIP_AUTHENTICATION_RETRY bounds the answers to challenges; the next try has its own', () => {
  const world = new Registered({ SS_SIP_AUTHENTICATION_RETRY: 3 });
  for (let nth = 0; nth < 10; nth++) world.answer(401, challenge);
  assert.deepEqual([world.sequences, world.status[2]], [[1, 2, 3, 4], 'refused with 401 Unauthorized']);
  world.clock.advance(60_000);
  for (let nth = 0; nth < 10; nth++) world.answer(407, challenge.replace('WWW', 'Proxy'));
  assert.deepEqual([world.sequences.length, world.status[2]], [8, 'refused with 407 Proxy Authentication Required']);
});

test('when the server stops, it is taken back, whatever is asked meanwhile, and then all is quiet', async () => {
  const world = new Registered();
  world.accept('Expires: 300');
  const stopped = world.companion.stop();
  assert.equal(world.last.headers.first('Expires'), '0');
  world.answer(401, challenge);
  assert.deepEqual([world.sequences, world.last.headers.first('Expires')], [[1, 2, 3], '0']);
  world.accept();
  await stopped;
  assert.deepEqual(world.companion.registrations.status, []);
  world.settle();
});

test('a gateway that does not answer holds up no stop; one that was never there is not asked', async () => {
  const world = new Registered();
  world.accept('Expires: 300');
  const stopped = world.companion.stop();
  world.clock.advance(2000);
  await stopped;
  world.settle();
  const refused = new Registered();
  refused.answer(403);
  await refused.companion.stop();
  assert.deepEqual(refused.sequences, [1]);
  refused.settle();
});

test('SS_SIP_USER_AGENT_SEND_UNREGISTER Off lets it lapse', async () => {
  const world = new Registered({ SS_SIP_USER_AGENT_SEND_UNREGISTER: 'Off' });
  world.accept('Expires: 300');
  await world.companion.stop();
  assert.deepEqual(world.sequences, [1]);
  world.settle();
});

test('another configuration takes back what it says no more, and leaves what it says still', () => {
  const world = new Registered();
  world.accept('Expires: 300');
  const { configuration } = world.companion;
  world.companion.reload(structuredClone(configuration));
  assert.deepEqual(world.sequences, [1]);
  const [gateway] = configuration.routingGateways;
  const other = { ...gateway, registration: { ...account, user: 'them' } };
  world.companion.reload({ ...configuration, routingGateways: [other] });
  const [before, after] = world.sent.slice(-2).map(({ message }) => message.headers);
  assert.deepEqual([before.first('Expires'), before.first('To')], ['0', '<sip:us@198.51.100.1>']);
  assert.equal(after.first('To'), '<sip:them@198.51.100.1>');
});

test('an INVITE that is challenged goes out with credentials, and so do its ACK and what is challenged within the call', () => {
  const world = new Registered();
  world.accept('Expires: 300');
  world.receive(requestOf('INVITE', { lines: ['Contact: <sip:caller@192.0.2.9>'] }));
  world.receive(
    answerOf(world.requestTo(GATEWAY, 'INVITE'), 407, { lines: [challenge.replace('WWW', 'Proxy')] }),
    peer,
  );
  const invite = world.requestTo(GATEWAY, 'INVITE');
  const credentials = invite.headers.first('Proxy-Authorization') as string;
  assert.match(credentials, /username="us".*uri="sip:49301@198.51.100.1:5060"/);
  assert.equal(invite.headers.first('CSeq'), '2 INVITE');
  world.receive(answerOf(invite, 200, { lines: ['Contact: <sip:callee@198.51.100.1>'] }), peer);
  const { headers } = world.responseTo(callerPeer.address, 200);
  const within = (method: string, cseq: number, lines: readonly string[] = [], body = '') =>
    requestOf(method, { to: headers.first('To') as string, cseq, branch: `z9hG4bK${method}${cseq}`, lines, body });
  world.receive(within('ACK', 1));
  assert.equal(world.requestTo(GATEWAY, 'ACK').headers.first('Proxy-Authorization'), credentials);
  const [before, after] = ['v=0 before', 'v=0 after'];
  const typed = ['Content-Type: application/sdp'];
  const held = within('INVITE', 2, typed, before);
  world.receive(held);
  world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 401, { lines: [challenge] }), peer);
  const again = world.requestTo(GATEWAY, 'INVITE');
  assert.deepEqual([again.headers.first('CSeq'), Buffer.from(again.body).toString()], ['4 INVITE', before]);
  world.receive(answerOf(again, 200, { lines: typed, body: after }), peer);
  const { headers: ack } = world.requestTo(GATEWAY, 'ACK');
  assert.deepEqual(
    [ack.first('CSeq'), ack.first('Authorization'), ack.first('Proxy-Authorization')],
    ['4 ACK', again.headers.first('Authorization'), undefined],
  );
  world.receive(within('ACK', 2));
  world.receive(within('BYE', 3));
  for (let nth = 0; nth < 9; nth++)
    world.receive(answerOf(world.requestTo(GATEWAY, 'BYE'), 401, { lines: [challenge] }), peer);
  const byes = world.sent.filter(({ message }) => message.kind === 'request' && message.method === 'BYE');
  assert.equal(byes.length, 7, 'the first and six answers to challenges');
  assert.match(byes[1].message.headers.first('Authorization') as string, /^Digest /);
  assert.deepEqual([world.events.length, world.events[0].attempts], [1, 1]);
});

test('a gateway that goes on asking has refused the call, and one without account is not answered', () => {
  const world = new Registered({ SS_SIP_AUTHENTICATION_RETRY: 2 });
  world.receive(requestOf('INVITE'));
  for (let nth = 0; nth < 5; nth++)
    world.receive(answerOf(world.requestTo(GATEWAY, 'INVITE'), 401, { lines: [challenge] }), peer);
  assert.equal(world.to(GATEWAY).filter((name) => name === 'INVITE').length, 3);
  assert.equal(world.responseTo(callerPeer.address, 503).status, 503);
  const stranger = new CallWorld();
  stranger.receive(requestOf('INVITE'));
  stranger.receive(answerOf(stranger.requestTo(GATEWAY, 'INVITE'), 401, { lines: [challenge] }), peer);
  assert.equal(stranger.to(GATEWAY).filter((name) => name === 'INVITE').length, 1);
});

const peer = gatewayPeer(1);

/** A companion with an account at its gateway, which answers as the test says. */
class Registered extends CallWorld {
  constructor(parameters: Partial<SignallingParameters> = {}) {
    super({ parameters, route: { registration: account } });
  }

  /** The last REGISTER, and the sequence numbers of all, copies aside. */
  get last(): SipRequest {
    return this.requestTo(GATEWAY, 'REGISTER');
  }

  get sequences(): number[] {
    const registers = this.sent.filter(({ message }) => message.kind === 'request' && message.method === 'REGISTER');
    return [...new Set(registers.map(({ message }) => Number.parseInt(message.headers.first('CSeq') as string, 10)))];
  }

  get status(): unknown[] {
    return this.companion.registrations.status.flatMap(({ state, expiresInSeconds, problem }) => {
      return [state, expiresInSeconds, problem];
    });
  }

  answer(status: number, ...lines: string[]): void {
    this.receive(answerOf(this.last, status, { lines }), peer);
  }

  accept(...lines: string[]): void {
    this.answer(200, ...lines);
  }
}
