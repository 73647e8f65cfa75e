/** Requests outside calls, at a running companion over its socket: each is answered, none leaves an event but an INVITE. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RawPeer, rawUdp } from '../raw-peer.ts';
import { sipText } from '../sip-text.ts';
import { CompanionProcess, freePorts } from './companion-process.ts';

let asked = 0;

/** @returns the head of the answer to a request, by lines */
async function answerTo(peer: RawPeer, method: string, lines: readonly string[] = []): Promise<string[]> {
  const callId = `outside-${++asked}`;
  peer.send(
    sipText([
      `${method} sip:4930123@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK${callId}`,
      'Max-Forwards: 70',
      `From: <sip:1@127.0.0.1:${peer.port}>;tag=a`,
      'To: <sip:4930123@127.0.0.1>',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:1@127.0.0.1:${peer.port}>`,
      ...lines,
    ]),
  );
  return (await peer.next(new RegExp(`^SIP/2\\.0 [2-6][^]*Call-ID: ${callId}\r\n`))).split('\r\n');
}

test('OPTIONS, methods that are not served, requests of no dialog', async (t) => {
  const companion = await CompanionProcess.start(t, freePorts(1));
  const peer = await rawUdp(t, companion.port);
  const statuses: Record<string, string> = {};
  for (const method of ['OPTIONS', 'REGISTER', 'REFER', 'NEWMETHOD', 'BYE', 'UPDATE', 'INFO', 'CANCEL']) {
    statuses[method] = (await answerTo(peer, method))[0].split(' ')[1];
  }
  assert.deepEqual(statuses, {
    OPTIONS: '200',
    // There are no terminals.
    REGISTER: '403',
    REFER: '405',
    NEWMETHOD: '501',
    BYE: '481',
    UPDATE: '481',
    INFO: '481',
    CANCEL: '481',
  });
  const options = await answerTo(peer, 'OPTIONS');
  assert.ok(
    options.includes('Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REGISTER, PUBLISH'),
    options.join('\n'),
  );
  assert.ok(options.includes('Supported: timer'));
  const required = await answerTo(peer, 'OPTIONS', ['Require: 100rel']);
  assert.match(required[0], / 420 /);
  assert.ok(required.includes('Unsupported: 100rel'));
  assert.deepEqual(await companion.stop(), []);
});

test('what is no SIP is answered by nothing, and the next request is', async (t) => {
  const companion = await CompanionProcess.start(t, freePorts(1));
  const peer = await rawUdp(t, companion.port);
  for (const noise of ['\r\n\r\n', '\0\0\0\0', 'GET / HTTP/1.1\r\n\r\n', 'x'.repeat(60_000)]) peer.send(noise);
  assert.match((await answerTo(peer, 'OPTIONS'))[0], / 200 /);
  assert.deepEqual(peer.received, []);
  assert.deepEqual(await companion.stop(), []);
});
