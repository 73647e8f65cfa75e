/** Calls whose two sides are sockets of the test, for what no SIP stack would do on demand. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { SipRequest, SipResponse } from '../../../signalling/message/message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { type RawPeer, rawUdp } from '../raw-peer.ts';
import { answerOf, parsed, type RequestParts, requestOf } from '../sip-text.ts';
import { CompanionProcess, freePorts } from './companion-process.ts';

const typed = 'Content-Type: application/sdp';
const described = (by: string, version = 1) => `v=0\r\no=${by} 1 ${version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n`;

/** One side of a call: a socket, and the messages of SIP it sends and takes. */
class Side {
  readonly peer: RawPeer;

  constructor(peer: RawPeer) {
    this.peer = peer;
  }

  send(method: string, parts: RequestParts & { readonly branch: string }): void {
    const { address, port } = this.peer;
    const lines = [`Contact: <sip:${address}:${port}>`, ...(parts.lines ?? [])];
    const via = `SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${parts.branch}`;
    this.peer.send(writeMessage(requestOf(method, { via, uri: 'sip:4930123@127.0.0.1', ...parts, lines })));
  }

  answer(request: SipRequest, status: number, { lines = [] as string[], body = '' } = {}): void {
    const { address, port } = this.peer;
    const all = [`Contact: <sip:${address}:${port}>`, ...(body === '' ? [] : [typed]), ...lines];
    this.peer.send(writeMessage(answerOf(request, status, { lines: all, body })));
  }

  async request(method: string): Promise<SipRequest> {
    return parsed(Buffer.from(await this.peer.next(new RegExp(`^${method} `)), 'latin1')) as SipRequest;
  }

  async response(status: number, cseq: string): Promise<SipResponse> {
    const text = await this.peer.next(new RegExp(`^SIP/2\\.0 ${status} [^]*\r\nCSeq: ${cseq}\r\n`));
    return parsed(Buffer.from(text, 'latin1')) as SipResponse;
  }
}

async function sidesOf(t: TestContext, parameters: object = {}) {
  const [gateway] = freePorts(1);
  const companion = await CompanionProcess.start(t, [gateway], { parameters });
  const caller = new Side(await rawUdp(t, companion.port));
  const callee = new Side(await rawUdp(t, companion.port, '127.0.0.1', { port: gateway }));
  return { companion, caller, callee };
}

/** An answered call. @returns how each side begins a request within it, and the answer the caller got */
async function established(caller: Side, callee: Side, inviteLines: readonly string[] = []) {
  caller.send('INVITE', { branch: 'invite', lines: [typed, ...inviteLines], body: described('caller') });
  const incoming = await callee.request('INVITE');
  callee.answer(incoming, 200, { body: described('callee') });
  await callee.request('ACK');
  const answer = await caller.response(200, '1 INVITE');
  const to = answer.headers.first('To') as string;
  caller.send('ACK', { branch: 'ack', to });
  const { headers } = incoming;
  const fromCallee = {
    from: `${headers.first('To')};tag=callee`,
    to: headers.first('From') as string,
    callId: headers.first('Call-ID') as string,
  };
  return { answer, fromCaller: { to }, fromCallee };
}

async function hungUp(
  companion: CompanionProcess,
  caller: Side,
  callee: Side,
  fromCaller: { to: string },
  cseq: number,
) {
  caller.send('BYE', { ...fromCaller, branch: 'bye', cseq });
  await caller.response(200, `${cseq} BYE`);
  callee.answer(await callee.request('BYE'), 200);
  const [event, ...more] = await companion.stop();
  assert.deepEqual([event.end_reason, event.end_direction, more], [200, 0, []]);
}

test('glare: both sides ask to change the session at once; one gets 491, the other is served, the call stays up', async (t) => {
  const { companion, caller, callee } = await sidesOf(t);
  const { fromCaller, fromCallee } = await established(caller, callee);
  const change = { lines: [typed], cseq: 2 };
  caller.send('INVITE', { ...fromCaller, ...change, branch: 'reinvite', body: described('caller', 2) });
  const handed = await callee.request('INVITE');
  // Sent before the callee has answered, as if it had crossed.
  callee.send('INVITE', { ...fromCallee, ...change, branch: 'crossing', body: described('callee', 2) });
  const refusal = await callee.response(491, '2 INVITE');
  callee.send('ACK', { ...fromCallee, branch: 'crossing', cseq: 2, to: refusal.headers.first('To') as string });
  callee.answer(handed, 200, { body: described('callee') });
  await callee.request('ACK');
  await caller.response(200, '2 INVITE');
  caller.send('ACK', { ...fromCaller, branch: 'ack2', cseq: 2 });
  await wait(50);
  // And when it is tried again later it is served.
  callee.send('INVITE', { ...fromCallee, ...change, cseq: 3, branch: 'again', body: described('callee', 2) });
  const later = await caller.request('INVITE');
  assert.equal(Buffer.from(later.body).toString(), described('callee', 2));
  caller.answer(later, 200, { body: described('caller', 2) });
  await callee.response(200, '3 INVITE');
  callee.send('ACK', { ...fromCallee, branch: 'ack3', cseq: 3 });
  await caller.request('ACK');
  await hungUp(companion, caller, callee, fromCaller, 3);
});

test('glare with a callee that refuses ours, too: both get 491, and the call stays up', async (t) => {
  const { companion, caller, callee } = await sidesOf(t);
  const { fromCaller, fromCallee } = await established(caller, callee);
  const change = { lines: [typed], cseq: 2 };
  caller.send('INVITE', { ...fromCaller, ...change, branch: 'reinvite', body: described('caller', 2) });
  const handed = await callee.request('INVITE');
  callee.send('INVITE', { ...fromCallee, ...change, branch: 'crossing', body: described('callee', 2) });
  callee.answer(handed, 491);
  await callee.request('ACK');
  await callee.response(491, '2 INVITE');
  callee.send('ACK', { ...fromCallee, branch: 'crossing', cseq: 2 });
  await caller.response(491, '2 INVITE');
  caller.send('ACK', { ...fromCaller, branch: 'reinvite', cseq: 2 });
  caller.send('INVITE', { ...fromCaller, ...change, cseq: 3, branch: 'again', body: described('caller', 2) });
  callee.answer(await callee.request('INVITE'), 200, { body: described('callee') });
  await caller.response(200, '3 INVITE');
  caller.send('ACK', { ...fromCaller, branch: 'ack3', cseq: 3 });
  await hungUp(companion, caller, callee, fromCaller, 4);
});

test('a caller with Session-Expires and without Supported: timer is required nothing, and we refresh', async (t) => {
  const { companion, caller, callee } = await sidesOf(t);
  const asked = ['Session-Expires: 120;refresher=uac', 'Allow: INVITE, ACK, BYE, CANCEL, UPDATE'];
  const { answer, fromCaller } = await established(caller, callee, asked);
  assert.equal(answer.headers.first('Session-Expires'), '120;refresher=uas');
  assert.equal(answer.headers.first('Require'), undefined);
  await hungUp(companion, caller, callee, fromCaller, 2);
});

test('the same caller with Supported: timer refreshes, as it asks', async (t) => {
  const { companion, caller, callee } = await sidesOf(t);
  const asked = ['Session-Expires: 120;refresher=uac', 'Supported: timer'];
  const { answer, fromCaller } = await established(caller, callee, asked);
  assert.equal(answer.headers.first('Session-Expires'), '120;refresher=uac');
  assert.equal(answer.headers.first('Require'), 'timer');
  await hungUp(companion, caller, callee, fromCaller, 2);
});

/** Requests of every kind from 127.0.0.2, which is no gateway. */
async function fromStranger(t: TestContext, reply: 'On' | 'Off') {
  const { companion, caller } = await sidesOf(t, { SS_REPLY_UNAUTHORIZED: reply });
  const own = { address: '127.0.0.2' };
  const stranger = new Side(await rawUdp(t, companion.port, '127.0.0.1', own));
  const begun = Date.now();
  stranger.send('INVITE', { branch: 'invite', callId: 'strange-1' });
  stranger.send('INVITE', { branch: 'invite', callId: 'strange-1' });
  stranger.send('INVITE', { branch: 'required', callId: 'strange-2', lines: ['Require: 100rel'] });
  stranger.send('CANCEL', { branch: 'invite', callId: 'strange-1' });
  for (const method of ['OPTIONS', 'REGISTER', 'NEWMETHOD']) {
    stranger.send(method, { branch: method, callId: `strange-${method}` });
  }
  stranger.send('BYE', { branch: 'bye', callId: 'strange-bye', to: '<sip:49301@192.0.2.1>;tag=made-up' });
  // Another one asks after them: what was to be answered at once has been.
  caller.send('OPTIONS', { branch: 'options' });
  await caller.response(200, '1 OPTIONS');
  await wait(300);
  const statuses = stranger.peer.received.map((text) => `${text.split(' ')[1]} ${/CSeq: 1 (\w+)/.exec(text)?.[1]}`);
  const events = await companion.stop();
  for (const event of events) {
    assert.equal(event.billing_mode, -1);
    assert.deepEqual(
      [event.caller_ip, event.callee_e164, event.account, event.caller_gateway, event.answered_at, event.attempts],
      ['127.0.0.2', '4930123', null, null, null, 0],
    );
    assert.ok(event.start_at >= begun && event.ended_at <= Date.now());
  }
  return { statuses: statuses.sort(), events };
}

test('SS_REPLY_UNAUTHORIZED Off: unknown sources get no answer to anything, and leave an illegal call event for each call', async (t) => {
  const { statuses, events } = await fromStranger(t, 'Off');
  assert.deepEqual(statuses, []);
  const ends = events.map(({ sip_call_id, end_reason }) => `${sip_call_id} ${end_reason}`);
  assert.deepEqual(ends.sort(), ['strange-1 -1', 'strange-2 -1']);
});

test('SS_REPLY_UNAUTHORIZED On: unknown sources get 403 to a call, and leave the same event', async (t) => {
  const { statuses, events } = await fromStranger(t, 'On');
  assert.deepEqual(
    [...new Set(statuses)],
    // Of a call that is refused nothing is kept that could be cancelled.
    ['200 OPTIONS', '403 INVITE', '403 REGISTER', '481 BYE', '481 CANCEL', '501 NEWMETHOD'],
  );
  const ends = events.map(({ sip_call_id, end_reason }) => `${sip_call_id} ${end_reason}`);
  assert.deepEqual(ends.sort(), ['strange-1 -1', 'strange-2 -1']);
});
