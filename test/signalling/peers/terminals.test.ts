/** Terminals over real sockets: sipp with a password, and sipvicious, which looks for one. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { answerTo, PASSWORD, terminalOf } from '../authentication/digest-client.ts';
import { rawUdp } from '../raw-peer.ts';
import { sipText } from '../sip-text.ts';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { recv, type Step, scenario, sdp, send } from './sipp-scenario.ts';

const withoutSipvicious = spawnSync('svwar', ['--version']).error === undefined ? false : 'sipvicious is not installed';

const HOME = '127.0.0.7';
/** sipvicious sends from here, whatever address it is told, so no gateway is here. */
const ATTACKER = '127.0.0.1';
const trying = recv(100, { optional: true });
const challenged = recv(401).replace('/>', ' auth="true"/>');
const refusedOnce = [send('INVITE', { body: sdp }), challenged, send('ACK', { within: false })];
const ofTerminal = (step: Step) => step.replace('sip:442071[call_number]@', 'sip:6001@');
const answering = (cseq: number, password = '') =>
  send('INVITE', { body: sdp, cseq, lines: `[authentication username=6001${password}]` });

function start(t: TestContext, gateway: number, parameters = {}): Promise<CompanionProcess> {
  // sipp answers the first challenge, and knows MD5 only.
  const digestAlgorithms = ['MD5', 'SHA-256'];
  const mappingGateways = [{ name: 'in-1', addresses: ['127.0.0.9'], account: 'acme' }];
  const section = {
    mappingGateways,
    digestAlgorithms,
    terminals: ['6001', '6002'].map((name) => terminalOf(name, 'ss1')),
  };
  return CompanionProcess.start(t, [gateway], { section, parameters });
}

const customer = scenario(
  [
    ...refusedOnce,
    answering(2),
    trying,
    recv(180, { optional: true }),
    recv(200),
    send('ACK', { cseq: 2 }),
    ...hangUp.map((step) => step.replace('CSeq: 2', 'CSeq: 3')),
  ].map(ofTerminal),
);
const callee = scenario([...picksUp, ...isHungUp]);

test('sipp calls with a password; with a wrong one it gets no further than its last retry; nothing of it is in the traces', {
  skip: withoutSipp,
}, async (t) => {
  const [gateway, first, second] = freePorts(3);
  const companion = await start(t, gateway, { SS_SIP_AUTHENTICATION_RETRY: 2 });
  const { folder, port: target } = companion;
  const answers = sipp(folder, 'callee', callee, { port: gateway });
  const args = ['-au', '6001', '-ap', PASSWORD];
  assert.equal(await sipp(folder, 'customer', customer, { port: first, target, address: HOME, args }), '');
  assert.equal(await answers, '');
  const guesser = scenario(
    [
      ...refusedOnce,
      answering(2, ' password=guess'),
      challenged,
      send('ACK', { cseq: 2, within: false }),
      answering(3, ' password=guess'),
      trying,
      recv(403),
      send('ACK', { cseq: 3, within: false }),
    ].map(ofTerminal),
  );
  assert.equal(await sipp(folder, 'guesser', guesser, { port: second, target, address: HOME, args }), '');
  const events = await companion.stop();
  assert.deepEqual(
    events.map((one) => [one.account, one.caller_gateway, one.billing_mode, one.end_reason]),
    [
      ['acme', '6001', 0, 200],
      [null, null, -1, -1],
    ],
  );
  const traces = companion.packets().toString('latin1') + companion.trace;
  assert.match(traces, /Authorization: x+ x+/);
  assert.doesNotMatch(traces, /Circle|cnonce|response=/);
});

test('credentials that are sent again are asked for anew, and a copy of their request is absorbed', async (t) => {
  // A gateway that is there and says nothing.
  const { port: gateway } = await rawUdp(t, 9);
  const companion = await start(t, gateway);
  const phone = await phoneAt(t, HOME, companion.port);
  const asked = await phone.invite(1);
  assert.match(asked, /^SIP\/2\.0 401 /);
  const challenge = /^WWW-Authenticate: (.*algorithm=SHA-256.*)$/m.exec(asked)?.[1] as string;
  const authorization = answerTo(challenge, { username: '6001', password: PASSWORD, method: 'INVITE' });
  assert.match(await phone.invite(2, authorization), /^SIP\/2\.0 100 /);
  const again = await phone.invite(3, authorization);
  assert.match(again, /^SIP\/2\.0 401 /);
  assert.match(again, /stale=true/);
  assert.match(await phone.invite(4, authorization.replace('6001', '6002')), /^SIP\/2\.0 401 (?!.*stale)/s);
});

const register = (cseq: number, authorization = ''): Step => `<send retrans="500"><![CDATA[
REGISTER sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:6001@127.0.0.1>;tag=home
To: <sip:6001@127.0.0.1>
Call-ID: [call_id]
CSeq: ${cseq} REGISTER
Contact: <sip:6001@[local_ip]:[local_port]>
Max-Forwards: 70
${authorization}Content-Length: 0

]]></send>`;
const registering = scenario([register(1), challenged, register(2, '[authentication]\n'), recv(200)]);

test('sipvicious finds no user and no password; the customer elsewhere registers and calls meanwhile; a suspension is kept and lifted', {
  skip: withoutSipp || withoutSipvicious,
}, async (t) => {
  const [gateway, first, second] = freePorts(3);
  const companion = await start(t, gateway);
  const { folder, port: target } = companion;
  const words = join(folder, 'words.txt');
  writeFileSync(words, [...Array.from({ length: 300 }, (_, nth) => `guess-${nth}`), PASSWORD].join('\n'));
  const attack = ['-p', String(target), '--maximumtime=1'];
  const looking = [...attack, '--force', '-e', '5998,6001,6002,6003', '127.0.0.1'];
  const found = await Promise.all([run('svwar', looking), run('svwar', ['-m', 'INVITE', ...looking])]);
  for (const text of found)
    assert.match(text, /found nothing/, 'who is there and who is not is asked for a password alike');

  const answers = sipp(folder, 'callee', callee, { port: gateway });
  const args = ['-au', '6001', '-ap', PASSWORD];
  const [cracked, called, registered] = await Promise.all([
    run('svcrack', [...attack, '-u', '6001', '-d', words, '127.0.0.1'], 3000),
    sipp(folder, 'customer', customer, { port: first, target, address: HOME, args }),
    sipp(folder, 'registering', registering, { port: second, target, address: HOME, args }),
  ]);
  assert.ok(!cracked.includes(PASSWORD), cracked);
  assert.deepEqual([called, registered, await answers], ['', '', '']);
  const listed = companion.ask('signal', 'suspended');
  assert.match(listed, /^terminal +address +until\n6001 +127\.0\.0\.1 +20\S+Z\n$/, cracked);
  assert.match(readFileSync(join(folder, 'events/ss1.suspended'), 'utf8'), /"terminal":"6001","address":"127.0.0.1"/);
  const lifted = companion.ask('signal', 'suspended', '--lift', '6001', '--address', ATTACKER, '--json');
  assert.deepEqual(
    JSON.parse(lifted).map(({ terminal, address }: { terminal: string; address: string }) => [terminal, address]),
    [['6001', ATTACKER]],
  );
  assert.equal(companion.ask('signal', 'suspended'), 'nobody is suspended\n');
});

/** A telephone that says what it is told to: each INVITE is another request of one call. @returns of each, the answer */
async function phoneAt(t: TestContext, address: string, target: number) {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  t.after(() => socket.close());
  const { port } = socket.address();
  return {
    invite: async (cseq: number, authorization?: string): Promise<string> => {
      const request = sipText(
        [
          'INVITE sip:4930123@127.0.0.1 SIP/2.0',
          `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bKphone${cseq}`,
          'Max-Forwards: 70',
          'From: <sip:6001@127.0.0.1>;tag=phone',
          'To: <sip:4930123@127.0.0.1>',
          `Call-ID: phone-${port}`,
          `CSeq: ${cseq} INVITE`,
          `Contact: <sip:6001@${address}:${port}>`,
          ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
        ],
        '',
      );
      const answered = new Promise<string>((resolve) => {
        socket.on('message', function take(bytes: Buffer) {
          const text = bytes.toString('latin1');
          if (!text.includes(`CSeq: ${cseq} INVITE`)) return;
          socket.off('message', take);
          resolve(text);
        });
      });
      socket.send(request, target, '127.0.0.1');
      return answered;
    },
  };
}

/** Ends it when its time is over, if it has not ended by itself. */
async function run(command: string, args: readonly string[], ms = 10_000): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: ms });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  }
  await once(child, 'close');
  return output;
}
