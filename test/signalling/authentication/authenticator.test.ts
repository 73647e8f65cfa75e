import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../signalling/authentication/authenticator.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { AuthenticationWorld, HERE, type Register, registerOf } from './authentication-world.ts';
import { answerTo, PASSWORD } from './digest-client.ts';

const THERE = '198.51.100.7';
const said = (verdict: Verdict) => (verdict.kind === 'refused' ? verdict.because : verdict.kind);

test('a terminal is admitted with either algorithm, and is the one its credentials name', () => {
  const world = new AuthenticationWorld();
  for (const algorithm of ['MD5', 'SHA-256'] as const) {
    const verdict = world.logIn({ callId: algorithm, user: '6002', algorithm });
    assert.equal(verdict.kind === 'admitted' && verdict.terminal.name, '6002');
  }
});

test('a nonce serves for further requests with higher counts; a replay is asked again, and is no bad answer', () => {
  const world = new AuthenticationWorld();
  world.logIn();
  const asked = world.last;
  const again = (count: number) =>
    world.register({
      authorization: answerTo(asked, { username: '6001', password: PASSWORD, method: 'REGISTER', count }),
    });
  assert.equal(said(again(2)), 'admitted');
  for (let nth = 0; nth < 20; nth++) assert.deepEqual(again(2), { kind: 'challenged', stale: true });
  assert.equal(said(again(3)), 'admitted');
  assert.deepEqual(world.authenticator.suspensions.list(), []);
});

test('a nonce that is old: stale when the password is right, a bad answer when it is not', () => {
  const world = new AuthenticationWorld();
  world.logIn();
  world.clock.advance(400_000);
  assert.deepEqual(world.register({ password: PASSWORD, count: 2 }), { kind: 'challenged', stale: true });
  assert.equal(said(world.register({ password: PASSWORD })), 'admitted');
  world.clock.advance(400_000);
  const old = world.last;
  const wrong = answerTo(old, { username: '6001', password: 'wrong', method: 'REGISTER', count: 9 });
  const verdicts = Array.from({ length: 6 }, () => world.register({ authorization: wrong }));
  assert.deepEqual(verdicts.slice(0, 5), new Array(5).fill({ kind: 'challenged', stale: false }));
  assert.equal(said(verdicts[5]), 'suspended');
});

test('credentials that answer no challenge of ours are asked again, whatever the password, and do not count', () => {
  const world = new AuthenticationWorld();
  world.register();
  for (const [from, nonce] of [
    [THERE, undefined],
    [HERE, '"made up"'],
  ] as const) {
    for (const password of [PASSWORD, 'wrong']) {
      const instead = nonce === undefined ? {} : { nonce };
      const authorization = answerTo(world.last, { username: '6001', password, method: 'REGISTER', instead });
      const request = registerOf('6001', 'session', authorization);
      for (let nth = 0; nth < 20; nth++) {
        assert.deepEqual(world.authenticator.authenticate(request, from), { kind: 'challenged', stale: false });
      }
    }
  }
  assert.equal(world.authenticator.size, 0);
});

test('the name of nobody is told the same at each step, to the length of the answer', () => {
  const known = new AuthenticationWorld();
  const unknown = new AuthenticationWorld();
  const steps: Register[] = [
    {},
    ...Array.from({ length: 6 }, () => ({ password: 'wrong' })),
    { callId: 'b' },
    { callId: 'b', password: 'wrong' },
  ];
  for (const step of steps) {
    const [a, b] = [known.register({ ...step, user: '6001' }), unknown.register({ ...step, user: '6999' })];
    assert.deepEqual(a, b);
    assert.ok(a.kind !== 'admitted' && b.kind !== 'admitted');
    const answers = [known, unknown].map(({ authenticator }) =>
      authenticator.answer(registerOf('6001', 'c'), HERE, a, 'tag'),
    );
    const [one, other] = answers.map((answer) => answer && Buffer.from(writeMessage(answer)).toString('latin1'));
    assert.equal(one?.replace(/nonce="\w+"/g, ''), other?.replace(/nonce="\w+"/g, ''));
  }
  assert.equal(known.authenticator.isTerminal(registerOf('6001', 'a')), true);
  assert.equal(known.authenticator.isTerminal(registerOf('6999', 'a')), false);
});

test('bad answers suspend the terminal where they come from: the customer elsewhere logs in', () => {
  const world = new AuthenticationWorld();
  assert.deepEqual(world.guess(7, { from: THERE }).map(said), [
    ...new Array(5).fill('challenged'),
    'suspended',
    'suspended',
  ]);
  assert.equal(said(world.register({ from: THERE, callId: 'right', password: PASSWORD })), 'suspended');
  assert.equal(said(world.logIn({ callId: 'home' })), 'admitted');
});

test('a right answer takes back what was counted of the terminal there', () => {
  const world = new AuthenticationWorld();
  for (let round = 0; round < 4; round++) {
    assert.ok(world.guess(5).every(({ kind }) => kind === 'challenged'));
    world.clock.advance(1000);
    assert.equal(said(world.logIn({ callId: `right-${round}` })), 'admitted');
  }
});

test('an address that tries many names is shut out for all of them', () => {
  const world = new AuthenticationWorld();
  const verdicts = Array.from({ length: 61 }, (_, nth) => world.guess(1, { user: `7${nth}`, from: THERE })[0]);
  assert.equal(
    verdicts.findIndex(({ kind }) => kind === 'refused'),
    59,
  );
  assert.equal(said(world.register({ from: THERE, callId: 'right', password: PASSWORD })), 'suspended');
  assert.deepEqual(
    world.authenticator.suspensions.list().map(({ terminal, address }) => `${terminal} ${address}`),
    [`* ${THERE}`],
  );
  assert.equal(said(world.logIn({ callId: 'home' })), 'admitted');
});

test('two telephones with a wrong password, tried all day, do not shut out their office', () => {
  const world = new AuthenticationWorld();
  for (let minute = 0; minute < 24 * 60; minute++) {
    world.guess(1, { user: '7001' });
    world.guess(1, { user: '7002' });
    world.clock.advance(60_000);
  }
  assert.equal(said(world.logIn()), 'admitted');
});

test('many sessions at once, for an hour: no more passwords are looked at than one session after the other could try', () => {
  const world = new AuthenticationWorld();
  let looked = 0;
  for (let second = 0; second < 3600; second++) {
    for (let nth = 0; nth < 10; nth++) {
      const isFree = !world.authenticator.suspensions.has('6001', THERE);
      world.guess(1, { from: THERE });
      if (isFree) looked++;
    }
    world.clock.advance(1000);
  }
  assert.equal(looked, 120, 'six in 180 s: auth-rate/twenty-sessions-an-hour');
});

test('suspensions survive a restart', () => {
  const world = new AuthenticationWorld();
  world.guess(6);
  const next = new AuthenticationWorld({ clock: new VirtualClock(world.clock.now() + 30_000), store: world.store });
  assert.equal(said(next.register({ password: PASSWORD })), 'suspended');
  next.clock.advance(150_000);
  assert.equal(said(next.logIn()), 'admitted');
});

test('a session that was refused stays so until its time is over', () => {
  const world = new AuthenticationWorld({ parameters: { SS_SIP_AUTHENTICATION_RETRY: 2 } });
  world.register();
  assert.deepEqual(
    [1, 2].map(() => said(world.register({ password: 'wrong' }))),
    ['challenged', 'retries'],
  );
  assert.equal(said(world.register({ password: PASSWORD })), 'retries');
  world.clock.advance(10_000);
  assert.equal(said(world.logIn()), 'admitted');
});

test('a flood of a million forged senders leaves nothing behind, and many real ones no more than the tables hold', () => {
  const limits = { nonces: 50, sessions: 50, terminals: 50, addresses: 50, suspensions: 50 };
  const world = new AuthenticationWorld({ limits });
  const bare = registerOf('6001', 'flood');
  const forged = registerOf(
    '6001',
    'flood',
    answerTo('Digest realm="voice.example.org", nonce="x"', {
      username: '6001',
      password: 'x',
      method: 'REGISTER',
    }),
  );
  for (let nth = 0; nth < 1_000_000; nth++) {
    const address = `${nth >> 16}.${(nth >> 8) & 255}.${nth & 255}.1`;
    const verdict = world.authenticator.authenticate(nth % 2 === 0 ? bare : forged, address);
    if (verdict.kind !== 'challenged') assert.fail(verdict.kind);
  }
  assert.equal(world.authenticator.size, 0);
  for (let nth = 0; nth < 2000; nth++) world.guess(6, { from: `10.0.${nth >> 8}.${nth & 255}`, user: `7${nth}` });
  assert.ok(world.authenticator.size <= 251, String(world.authenticator.size));
});

test('silence when unauthorised requests get no answer', () => {
  const world = new AuthenticationWorld({ parameters: { SS_REPLY_UNAUTHORIZED: 'Off' } });
  const request = registerOf('6001', 'a');
  const verdict = world.register();
  assert.ok(verdict.kind === 'challenged');
  assert.equal(world.authenticator.answer(request, HERE, verdict, 'tag'), undefined);
});

test('a wrong password takes as long to be refused as a name that nobody has', () => {
  const parameters = { SS_AUTHENTICATION_MAX_RETRY: 0, SS_SIP_AUTHENTICATION_RETRY: 100 };
  const world = new AuthenticationWorld({ parameters });
  const users = ['6001', '6999'];
  const took = users.map((): number[] => []);
  for (let round = 0; round < 3000; round++) {
    const [nth, callId] = [round % 2, `timed-${round}`];
    world.register({ callId, user: users[nth] });
    const authorization = answerTo(world.last, { username: users[nth], password: 'wrong', method: 'REGISTER' });
    const request = registerOf(users[nth], callId, authorization);
    const startedMs = performance.now();
    world.authenticator.authenticate(request, HERE);
    took[nth].push(performance.now() - startedMs);
  }
  const [known, unknown] = took.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)]);
  assert.ok(Math.abs(known - unknown) < 0.3 * Math.max(known, unknown), `${known} and ${unknown} ms`);
});
