import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo } from '../../../signalling/message/answer.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../../signalling/message/message.ts';
import { defaultSchedule } from '../../../signalling/transaction/resend.ts';
import type { ServerTransaction } from '../../../signalling/transaction/server-transaction.ts';
import { TransactionLayer } from '../../../signalling/transaction/transaction-layer.ts';
import type { Peer } from '../../../signalling/transport/transport.ts';
import { answerOf, parsed, type RequestParts, requestOf } from '../sip-text.ts';
import { VirtualClock } from '../virtual-clock.ts';

const peer: Peer = { transport: 'udp', address: '192.0.2.9', port: 5060 };

/** A layer whose network and core are the test. */
class LayerWorld {
  readonly clock = new VirtualClock();
  readonly sent: SipMessage[] = [];
  /** What the core was given, and has not answered by itself. */
  readonly requests: { readonly request: SipRequest; readonly transaction: ServerTransaction }[] = [];
  readonly acks: SipRequest[] = [];
  readonly strays: SipResponse[] = [];
  readonly layer: TransactionLayer;

  constructor(limit = 1000) {
    const sender = {
      send: (bytes: Uint8Array) => {
        this.sent.push(parsed(Buffer.from(bytes)));
      },
      localAddress: () => '192.0.2.1:5060',
      sendKeepAlive: () => undefined,
    };
    this.layer = new TransactionLayer(
      { clock: this.clock, sender, schedule: defaultSchedule, limit },
      {
        onRequest: (request, transaction) => this.requests.push({ request, transaction }),
        onAck: (ack) => this.acks.push(ack),
        onStrayAnswer: (response) => this.strays.push(response),
        turnAway: () => undefined,
      },
    );
  }

  receive(method: string, parts: RequestParts = {}): void {
    this.layer.receive(requestOf(method, parts), peer);
  }

  /** What was sent since it was asked before: `404 INVITE` for responses, the method for requests. */
  news(): string[] {
    return this.sent.splice(0).map((message) => {
      const method = message.headers.first('CSeq')?.split(' ')[1];
      return message.kind === 'request' ? message.method : `${message.status} ${method}`;
    });
  }

  /** The core answers the request it was given last. */
  answer(status: number): void {
    const { request, transaction } = this.requests.at(-1) as (typeof this.requests)[number];
    transaction.respond(answerTo(request, status, undefined, { toTag: transaction.toTag }));
  }

  settle(): void {
    this.clock.advance(64_000);
    assert.deepEqual(this.layer.counts, { server: 0, client: 0 });
    assert.equal(this.clock.waiting, 0);
  }
}

test('a request that comes over a second way is answered 482, a copy of either is not given to the core (RFC 3261, 8.2.2.2)', () => {
  const world = new LayerWorld();
  world.receive('INVITE', { branch: 'z9hG4bKone' });
  world.answer(180);
  world.receive('INVITE', { branch: 'z9hG4bKtwo' });
  assert.deepEqual(world.news(), ['180 INVITE', '482 INVITE']);
  world.receive('INVITE', { branch: 'z9hG4bKtwo' });
  world.receive('INVITE', { branch: 'z9hG4bKone' });
  assert.deepEqual(world.news(), ['482 INVITE', '180 INVITE']);
  assert.equal(world.requests.length, 1);
  // Of the other three one differs, so that each is another request.
  world.receive('INVITE', { branch: 'z9hG4bKthree', callId: 'call-2' });
  world.receive('INVITE', { branch: 'z9hG4bKfour', cseq: 2 });
  world.receive('INVITE', { branch: 'z9hG4bKfive', from: '<sip:4420@192.0.2.9>;tag=other' });
  assert.equal(world.requests.length, 4);
});

test('requests within a dialog are never merged, and a request is new when the one before is forgotten', () => {
  const world = new LayerWorld();
  const to = '<sip:49301@192.0.2.1>;tag=ours';
  world.receive('INFO', { branch: 'z9hG4bKone', to });
  world.receive('INFO', { branch: 'z9hG4bKtwo', to });
  assert.equal(world.requests.length, 2);
  for (const { request, transaction } of world.requests) transaction.respond(answerTo(request, 200));
  world.receive('OPTIONS', { branch: 'z9hG4bKthree' });
  world.answer(200);
  world.receive('OPTIONS', { branch: 'z9hG4bKfour' });
  assert.deepEqual(world.news().slice(2), ['200 OPTIONS', '482 OPTIONS']);
  world.settle();
  world.receive('OPTIONS', { branch: 'z9hG4bKfour' });
  assert.equal(world.requests.length, 4);
});

test('CANCEL finds its INVITE by branch and sent-by, and is answered with its tag (RFC 3261, 9.2)', () => {
  const world = new LayerWorld();
  let cancelled = 0;
  world.receive('INVITE', { branch: 'z9hG4bKone' });
  const [{ transaction }] = world.requests;
  transaction.onCancel = () => {
    cancelled++;
    world.answer(487);
  };
  world.receive('CANCEL', { branch: 'z9hG4bKother' });
  world.receive('CANCEL', { via: 'SIP/2.0/UDP 192.0.2.8:5060;branch=z9hG4bKone' });
  world.receive('CANCEL', { via: 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bKone' });
  assert.deepEqual(world.news(), ['481 CANCEL', '481 CANCEL', '481 CANCEL']);
  assert.equal(cancelled, 0);
  world.receive('CANCEL', { branch: 'z9hG4bKone' });
  const tags = world.sent.map(({ headers }) => headers.first('To')?.split('tag=')[1]);
  assert.deepEqual(tags, [transaction.toTag, transaction.toTag]);
  assert.deepEqual(world.news(), ['200 CANCEL', '487 INVITE']);
  // A copy gets the same answer, and the call is cancelled once.
  world.receive('CANCEL', { branch: 'z9hG4bKone' });
  assert.deepEqual(world.news(), ['200 CANCEL']);
  assert.equal(cancelled, 1);
  world.receive('ACK', { branch: 'z9hG4bKone' });
  assert.deepEqual(world.acks, [], 'the ACK to a refusal ends here');
  world.settle();
});

test('a CANCEL that comes after the final response is answered and changes nothing', () => {
  const world = new LayerWorld();
  world.receive('INVITE');
  world.requests[0].transaction.onCancel = () => assert.fail('it was answered');
  world.answer(200);
  world.receive('CANCEL');
  assert.deepEqual(world.news(), ['200 INVITE', '200 CANCEL']);
  world.receive('ACK', { branch: 'z9hG4bKack' });
  assert.equal(world.acks.length, 1, 'the ACK to a 2xx is for the core');
  world.settle();
});

test('requests of RFC 2543, whose branch has no magic cookie, are told apart by what that compared (RFC 3261, 17.2.3)', () => {
  for (const via of ['SIP/2.0/UDP 192.0.2.9:5060', 'SIP/2.0/UDP 192.0.2.9:5060;branch=1']) {
    const world = new LayerWorld();
    world.receive('INVITE', { via });
    world.answer(180);
    world.receive('INVITE', { via });
    assert.deepEqual(world.news(), ['180 INVITE', '180 INVITE']);
    // Another call with the same branch, or none, is another transaction.
    world.receive('INVITE', { via, callId: 'call-2' });
    assert.equal(world.requests.length, 2);
    world.receive('CANCEL', { via, callId: 'call-3' });
    assert.deepEqual(world.news(), ['481 CANCEL']);
    const [first] = world.requests;
    first.transaction.onCancel = () => first.transaction.respond(answerTo(first.request, 487));
    world.receive('CANCEL', { via });
    assert.deepEqual(world.news(), ['200 CANCEL', '487 INVITE']);
    world.receive('ACK', { via });
    world.clock.advance(1000);
    assert.deepEqual(
      world.news().filter((name) => name.startsWith('487')),
      [],
      'the ACK was found',
    );
    assert.deepEqual(world.acks, []);
  }
});

test('100 after 200 ms, final responses again until the ACK, each copy of a request its last answer', () => {
  const world = new LayerWorld();
  world.receive('INVITE');
  world.clock.advance(199);
  assert.deepEqual(world.news(), []);
  world.clock.advance(1);
  assert.deepEqual(world.news(), ['100 INVITE']);
  world.answer(404);
  world.clock.advance(500);
  world.clock.advance(1000);
  world.receive('INVITE');
  assert.deepEqual(world.news(), Array(4).fill('404 INVITE'));
  world.receive('ACK');
  world.clock.advance(4000);
  world.receive('INVITE');
  world.receive('ACK');
  assert.deepEqual(world.news(), []);
  world.settle();
});

test('beyond the limit 503 with Retry-After, without another transaction; what ends calls is still taken, to a second limit', () => {
  const world = new LayerWorld(8);
  for (let call = 0; call < 100; call++) {
    world.receive('INVITE', { branch: `z9hG4bK${call}`, callId: `call-${call}` });
  }
  assert.deepEqual([world.layer.counts.server, world.requests.length], [8, 8]);
  const refusal = world.sent[0] as SipResponse;
  assert.deepEqual([refusal.status, refusal.headers.first('Retry-After')], [503, '5']);
  assert.match(refusal.headers.first('To') ?? '', /;tag=/);
  assert.deepEqual(world.news(), Array(92).fill('503 INVITE'));
  let cancelled = 0;
  for (const { transaction } of world.requests) {
    transaction.onCancel = () => {
      cancelled++;
    };
  }
  world.receive('CANCEL', { branch: 'z9hG4bK0', callId: 'call-0' });
  world.receive('BYE', { branch: 'z9hG4bKbye', to: '<sip:49301@192.0.2.1>;tag=ours' });
  assert.deepEqual([world.news(), cancelled], [['200 CANCEL'], 1]);
  assert.equal(world.requests.at(-1)?.request.method, 'BYE');
  for (let nth = 0; nth < 100; nth++) {
    world.receive('BYE', { branch: `z9hG4bKmore${nth}`, to: '<sip:49301@192.0.2.1>;tag=made-up' });
  }
  assert.equal(world.layer.counts.server, 10);
  assert.deepEqual(world.news(), Array(100).fill('503 BYE'));
  // A copy of a known request takes nothing, and its ACK reaches it.
  world.receive('INVITE', { branch: 'z9hG4bK1', callId: 'call-1' });
  for (const { request, transaction } of world.requests) transaction.respond(answerTo(request, 486));
  world.settle();
  world.receive('INVITE', { branch: 'z9hG4bKlater', callId: 'call-later' });
  assert.equal(world.layer.counts.server, 1);
});

test('a response is given to the request with its branch and method; one that came a strange way is dropped', () => {
  const world = new LayerWorld();
  const seen: number[] = [];
  const listener = {
    onResponse: ({ status }: SipResponse) => seen.push(status),
    onTimeout: () => assert.fail(),
    onTransportFault: () => assert.fail(),
  };
  const { headers } = requestOf('INVITE');
  headers.remove('Via');
  world.layer.request({ ...requestOf('INVITE'), headers }, peer, listener);
  const sent = world.sent[0] as SipRequest;
  assert.match(sent.headers.first('Via') ?? '', /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK\w+;rport$/);
  const of = (status: number, change: (text: SipResponse) => void = () => undefined) => {
    const response = answerOf(sent, status);
    change(response);
    world.layer.receive(response, peer);
  };
  of(180);
  of(180, (response) => response.headers.append('Via', 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKproxy'));
  of(200, (response) => {
    response.headers.remove('CSeq');
    response.headers.append('CSeq', '1 OPTIONS');
  });
  of(486, (response) => {
    response.headers.remove('Via');
    response.headers.append('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKunknown');
  });
  assert.deepEqual(seen, [180]);
  of(486);
  of(486);
  assert.deepEqual(seen, [180, 486]);
  assert.deepEqual(world.news(), ['INVITE', 'ACK', 'ACK'], 'each copy is acknowledged');
  world.settle();
  of(200);
  of(404);
  assert.deepEqual(
    world.strays.map(({ status }) => status),
    [200],
    'a late 2xx is for the core',
  );
});
