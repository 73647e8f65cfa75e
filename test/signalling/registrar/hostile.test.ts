/** Whatever a phone with a password registers, and whatever a gateway asks for: nothing throws, and bounds are kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipResponse } from '../../../signalling/message/message.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { answerChallenge } from '../../../signalling/registration/answer-challenge.ts';
import { randomSource } from '../../engine/random-source.ts';
import { CallWorld, type Sent } from '../call/call-world.ts';
import { requestOf, sipText } from '../sip-text.ts';
import { terminal } from './terminal.ts';

const PIECES = [
  ...['<', '>', ';', ',', '*', '"', ' ', '=', '?', '@', ':', '%00', '%', '\xff', '[', ']', '&'],
  ...['sip:', 'sips:', 'tel:', '1001', '10.0.0.7', '203.0.113.5', '2001:db8::1', '::1', ':5060', ':0', ':99999'],
  ...[';expires=', '60', '0', '4294967296', '-1', ';q=', ';transport=tcp', ';maddr=', ';method=INVITE', '?to=x'],
  ...['<sip:1001@203.0.113.5>', '<sip:1001@10.0.0.7:5060;ob>;expires=600', ';reg-id=1;+sip.instance="<urn:uuid:1>"'],
];
const from = { transport: 'udp' as const, address: '203.0.113.5', port: 5062 };

test('2000 REGISTERs of random pieces', () => {
  const draw = randomSource(1);
  const world = new CallWorld({ terminals: [terminal('1001')] });
  let accepted = 0;
  for (let nth = 0; nth < 2000; nth++) {
    const contacts = Array.from({ length: draw(3) }, () => text(draw, 1 + draw(6)));
    const bytes = sipText([
      'REGISTER sip:192.0.2.1 SIP/2.0',
      `Via: SIP/2.0/UDP 203.0.113.5:5062;branch=z9hG4bK${nth}`,
      `From: <sip:1001@192.0.2.1>;tag=a`,
      `To: <sip:1001@192.0.2.1>`,
      `Call-ID: ${draw(3)}`,
      `CSeq: ${nth} REGISTER`,
      world.authorization('1001', 'REGISTER', from),
      ...contacts.map((contact) => `Contact: ${contact}`),
      ...(draw(2) === 0 ? [`Expires: ${text(draw, 1)}`] : []),
    ]);
    const message = parseMessage(bytes);
    if (message.kind === 'fault') continue;
    world.companion.receive(message, from);
    const { status } = (world.sent.splice(0).at(-1) as Sent).message as SipResponse;
    assert.ok([200, 400, 403, 423, 500].includes(status), String(status));
    if (status === 200) accepted++;
    const bindings = world.companion.phones.bindings.of('1001');
    assert.ok(bindings.length <= 10);
    // Nobody can have calls sent to others.
    assert.ok(bindings.every(({ peer }) => peer.address === from.address));
    assert.equal(world.companion.phones.bindings.counts.bindings, bindings.length);
    if (nth % 100 === 0) {
      world.receive(requestOf('INVITE', { uri: 'sip:1001@192.0.2.1', callId: `${nth}`, branch: `z9hG4bKi${nth}` }));
      world.clock.advance(40_000 * (1 + draw(8)));
    }
  }
  assert.ok(accepted > 200, `${accepted} accepted`);
  assert.equal(
    world.companion.phones.bindings.of('1001').every(({ peer }) => peer.address === from.address),
    true,
  );
  assert.ok(world.events.length > 0);
});

test('20000 challenges of random pieces', () => {
  const draw = randomSource(2);
  const request = requestOf('REGISTER');
  const pieces = [
    'Digest ',
    'realm="r"',
    'nonce="n"',
    'qop="auth"',
    'algorithm=SHA-256',
    'algorithm=MD5',
    ', ',
    ',',
    ...PIECES,
  ];
  let answered = 0;
  for (let nth = 0; nth < 20_000; nth++) {
    const challenge = `Digest realm="r", nonce="n"${Array.from({ length: draw(4) }, () => pieces[draw(pieces.length)]).join('')}`;
    const message = parseMessage(
      sipText([
        'SIP/2.0 401 Unauthorized',
        'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
        'From: <sip:a>;tag=1',
        'To: <sip:a>;tag=2',
        'Call-ID: 1',
        'CSeq: 1 REGISTER',
        `WWW-Authenticate: ${challenge}`,
      ]),
    );
    if (message.kind !== 'response') continue;
    const found = answerChallenge(request, message, { user: 'us', secret: { password: 'x' }, realm: null });
    if (found === undefined) continue;
    answered++;
    const again = requestOf('REGISTER');
    again.headers.append(found.name, found.value);
    writeMessage(again);
  }
  assert.ok(answered > 4000 && answered < 20_000, `${answered} answered`);
});

function text(draw: (below: number) => number, pieces: number): string {
  return Array.from({ length: pieces }, () => PIECES[draw(PIECES.length)]).join('');
}
