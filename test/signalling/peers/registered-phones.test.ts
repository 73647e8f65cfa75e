/** Telephones that register with their password at a companion that runs. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { digestsOf } from '../../../signalling/authentication/digest.ts';
import { answerTo } from '../authentication/digest-client.ts';
import { rawUdp } from '../raw-peer.ts';
import { sipText } from '../sip-text.ts';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { Linphone, withoutLinphone } from './linphone.ts';
import { established, hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { pause, recv, type Step, scenario } from './sipp-scenario.ts';

/** The number that calls of sipp are for. */
const NAME = '4930123';
const REALM = 'ratemill.test';

const terminals = (...names: string[]) => ({
  realm: REALM,
  terminals: names.map((name) => ({ name, account: `account-${name}`, digests: digestsOf(name, REALM, 'secret') })),
});

test('registered, killed and started again, and called where it registered', {
  skip: withoutSipp,
}, async (t) => {
  const [gateway, from, phone] = freePorts(3);
  const before = await CompanionProcess.start(t, [gateway], { section: terminals(NAME) });
  const { folder, port: target } = before;
  assert.equal(await register(t, target, phone, 'guessed'), 401);
  assert.equal(before.status().registrar.bindings, 0);
  assert.equal(await register(t, target, phone, 'secret'), 200);
  // What is registered is written each second.
  await new Promise((resolve) => setTimeout(resolve, 1300));
  const companion = await before.replace(t);
  assert.deepEqual(companion.status().registrar, { terminals: 1, bindings: 1, behindNat: 0 });
  const answers = sipp(folder, 'phone', scenario([...picksUp, ...isHungUp]), { port: phone });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const calling = sipp(folder, 'caller', scenario([...established, ...hangUp]), { port: from, target });
  assert.deepEqual(await Promise.all([calling, answers]), ['', ''], companion.trace);
  const [event, ...more] = await companion.stop();
  const { callee_gateway, callee_ip, attempts, end_reason } = event;
  assert.deepEqual([more.length, callee_gateway, callee_ip, attempts, end_reason], [0, null, '127.0.0.1', 1, 200]);
});

test('sipp registers, and not with a wrong password', { skip: withoutSipp }, async (t) => {
  // It answers the first challenge, and knows MD5 only.
  const section = { ...terminals(NAME), digestAlgorithms: ['MD5'] };
  const [gateway, port] = freePorts(2);
  const companion = await CompanionProcess.start(t, [gateway], { section });
  const { folder, port: target } = companion;
  const registers = (name: string, password: string, status: number) => {
    const steps = [sippRegister(1), '<recv response="401" auth="true"/>', sippRegister(2), recv(status)];
    return sipp(folder, name, scenario(steps), { port, target, args: ['-au', NAME, '-ap', password] });
  };
  assert.equal(await registers('wrong', 'guessed', 401), '');
  assert.equal(companion.status().registrar.terminals, 0);
  assert.equal(await registers('right', 'secret', 200), '');
  assert.equal(companion.status().registrar.terminals, 1);
  await companion.stop();
});

test('linphonec registers, is called, and takes its registration back when it ends', {
  skip: withoutLinphone || withoutSipp,
}, async (t) => {
  const [gateway, port, from] = freePorts(3);
  const companion = await CompanionProcess.start(t, [gateway], { section: terminals(NAME) });
  const { folder, port: target } = companion;
  const linphone = new Linphone(t, port, { name: NAME, realm: REALM, password: 'secret', registrar: target });
  const hasPhones = async (count: number) => {
    for (let tries = 0; companion.status().registrar.terminals !== count; tries++) {
      assert.ok(tries < 20, companion.trace);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await hasPhones(1);
  const call = [...established, pause(500), ...hangUp];
  assert.equal(await sipp(folder, 'caller', scenario(call), { port: from, target }), '', companion.trace);
  await linphone.quit();
  await hasPhones(0);
  const [event, ...more] = await companion.stop();
  const { callee_gateway, attempts, end_direction, end_reason } = event;
  assert.deepEqual([more.length, callee_gateway, attempts, end_direction, end_reason], [0, null, 1, 0, 200]);
});

function sippRegister(cseq: number): Step {
  return `<send retrans="500"><![CDATA[
REGISTER sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${NAME}@127.0.0.1>;tag=phone[pid]
To: <sip:${NAME}@127.0.0.1>
Call-ID: [call_id]
CSeq: ${cseq} REGISTER
Contact: <sip:${NAME}@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 120
${cseq === 1 ? '' : '[authentication]\n'}Content-Length: 0

]]></send>`;
}

/** Registers by SHA-256 a Contact on another port of this machine. @returns the last status */
async function register(t: TestContext, target: number, phone: number, password: string): Promise<number> {
  const peer = await rawUdp(t, target);
  const uri = 'sip:127.0.0.1';
  let answer = '';
  let credentials: string[] = [];
  for (let cseq = 1; cseq <= 2; cseq++) {
    peer.send(
      sipText([
        `REGISTER ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK${peer.port}-${cseq}`,
        `From: <sip:${NAME}@127.0.0.1>;tag=phone`,
        `To: <sip:${NAME}@127.0.0.1>`,
        `Call-ID: ${peer.port}`,
        `CSeq: ${cseq} REGISTER`,
        `Contact: <sip:${NAME}@127.0.0.1:${phone}>`,
        'Expires: 120',
        ...credentials,
      ]),
    );
    answer = await peer.next(/^SIP/);
    const challenge = /^WWW-Authenticate: (.*)$/m.exec(answer)?.[1] ?? '';
    credentials = [`Authorization: ${answerTo(challenge, { username: NAME, password, method: 'REGISTER', uri })}`];
  }
  return Number(answer.slice(8, 11));
}
