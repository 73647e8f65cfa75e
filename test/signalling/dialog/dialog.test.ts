import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dialog } from '../../../signalling/dialog/dialog.ts';
import type { SipRequest } from '../../../signalling/message/message.ts';
import { CallWorld, callerPeer, gatewayPeer } from '../call/call-world.ts';
import { answerOf, requestOf } from '../sip-text.ts';

const contact = 'Contact: <sip:caller@192.0.2.9:5070;x=1>';
/** The two sides see the proxies in opposite orders (RFC 3261, 12.1.1 and 12.1.2). */
const loose = [
  'Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
  'Record-Route: <sip:p3.example.com;lr>',
];
const strict = ['Record-Route: <sip:p1.example.com>', 'Record-Route: <sip:p2.example.com;lr>'];

function ofServer(lines: readonly string[] = [contact]): Dialog {
  return Dialog.ofServer(requestOf('INVITE', { cseq: 7, lines }), 'ours');
}

function ofClient(lines: readonly string[]): Dialog {
  const invite = requestOf('INVITE', { uri: 'sip:49301@198.51.100.1', cseq: 7 });
  return Dialog.ofClient(invite, answerOf(invite, 200, { lines }));
}

/** Request line and Route of a request. */
const way = ({ uri, headers }: SipRequest) => ({ uri, routes: headers.list('Route') });

test('a dialog of a request that came has its From as To and the reverse, each with its tag', () => {
  const { method, headers } = ofServer().request('BYE');
  assert.equal(method, 'BYE');
  assert.deepEqual(
    ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'].map((name) => headers.first(name)),
    ['<sip:49301@192.0.2.1>;tag=ours', '<sip:4420@192.0.2.9>;tag=caller', 'call-1', '1 BYE', '70'],
  );
});

test('requests go to the Contact, to the address of the other side where there is none', () => {
  assert.deepEqual(way(ofServer().request('BYE')), { uri: 'sip:caller@192.0.2.9:5070;x=1', routes: [] });
  assert.deepEqual(way(ofServer([]).request('BYE')), { uri: 'sip:4420@192.0.2.9', routes: [] });
  assert.deepEqual(way(ofClient([]).request('BYE')), { uri: 'sip:49301@198.51.100.1', routes: [] });
  assert.equal(ofServer().nextHop, 'sip:caller@192.0.2.9:5070;x=1');
});

test('loose routes stand in Route and the target in the request line (RFC 3261, 12.2.1.1)', () => {
  const routes = ['<sip:p1.example.com;lr>', '<sip:p2.example.com;lr>', '<sip:p3.example.com;lr>'];
  const server = ofServer([contact, ...loose]);
  assert.deepEqual(way(server.request('BYE')), { uri: 'sip:caller@192.0.2.9:5070;x=1', routes });
  assert.equal(server.nextHop, 'sip:p1.example.com;lr');
  const client = ofClient([contact, ...loose]);
  assert.deepEqual(way(client.request('BYE')), { uri: 'sip:caller@192.0.2.9:5070;x=1', routes: [...routes].reverse() });
  assert.equal(client.nextHop, 'sip:p3.example.com;lr');
});

test('a strict router takes the request line, and the target is the last Route (RFC 3261, 12.2.1.1)', () => {
  const dialog = ofServer([contact, ...strict]);
  const expected = {
    uri: 'sip:p1.example.com',
    routes: ['<sip:p2.example.com;lr>', '<sip:caller@192.0.2.9:5070;x=1>'],
  };
  assert.deepEqual(way(dialog.request('BYE')), expected);
  assert.deepEqual(way(dialog.ack(7)), expected);
  assert.equal(dialog.nextHop, 'sip:p1.example.com');
});

test('sequence numbers go up by one with each request, the ACK has that of its INVITE (RFC 3261, 12.2.1.1 and 13.2.2.4)', () => {
  const dialog = ofClient([contact]);
  const numbers = [dialog.request('INVITE'), dialog.ack(8), dialog.request('BYE')].map(({ headers }) => {
    return headers.first('CSeq');
  });
  assert.deepEqual(numbers, ['8 INVITE', '8 ACK', '9 BYE']);
});

test('a number of the other side that is not higher is out of order; gaps are not (RFC 3261, 12.2.2)', () => {
  const dialog = ofServer();
  const isInOrder = (cseq: number) => dialog.receive(requestOf('INFO', { cseq }));
  assert.deepEqual([7, 6, 8, 8, 2_000_000_000, 9].map(isInOrder), [false, false, true, false, true, false]);
  // The other side of a call we made may begin anywhere.
  assert.ok(ofClient([contact]).receive(requestOf('INFO', { cseq: 0 })));
});

test('a target refresh moves the target and leaves the routes; one without Contact changes nothing', () => {
  const dialog = ofServer([contact, ...loose]);
  const before = way(dialog.request('BYE'));
  dialog.refreshTarget(requestOf('INVITE', { lines: [] }));
  assert.deepEqual(way(dialog.request('BYE')), before);
  dialog.refreshTarget(
    requestOf('INVITE', { lines: ['Contact: <sip:caller@192.0.2.77>', 'Record-Route: <sip:p9.example.com;lr>'] }),
  );
  assert.deepEqual(way(dialog.request('BYE')), { ...before, uri: 'sip:caller@192.0.2.77' });
});

test('in a call: a lower number gets 500 and ends nothing, the next request is served; BYE goes to the refreshed target', () => {
  const world = new CallWorld();
  const caller = callerPeer.address;
  const gateway = gatewayPeer(1).address;
  world.receive(requestOf('INVITE', { cseq: 5, lines: [contact] }));
  const sent = world.requestTo(gateway, 'INVITE');
  world.receive(answerOf(sent, 200, { lines: ['Contact: <sip:callee@198.51.100.1>'] }), gatewayPeer(1));
  const to = world.responseTo(caller, 200).headers.first('To') as string;
  world.receive(requestOf('ACK', { to, cseq: 5, branch: 'z9hG4bKack' }));
  const within = (method: string, cseq: number, lines: string[] = []) => {
    world.receive(requestOf(method, { to, cseq, branch: `z9hG4bK${method}${cseq}`, lines }));
    return world.to(caller).at(-1);
  };
  assert.equal(within('BYE', 4), '500');
  assert.equal(within('OPTIONS', 5), '500');
  assert.equal(world.companion.callsNow.up, 1);
  assert.equal(within('UPDATE', 6, ['Contact: <sip:caller@192.0.2.9:5099>']), '200');
  const bye = { from: `${sent.headers.first('To')};tag=callee`, to: sent.headers.first('From') as string };
  const callId = sent.headers.first('Call-ID') as string;
  world.receive(requestOf('BYE', { ...bye, callId, branch: 'z9hG4bKbye' }), gatewayPeer(1));
  const handed = world.requestTo(caller, 'BYE');
  assert.equal(handed.uri, 'sip:caller@192.0.2.9:5099');
  world.receive(answerOf(handed, 200));
  world.settle();
});
