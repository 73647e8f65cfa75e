/** Softphones of other makers that register and call: baresip, linphone and one over sofia-sip. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestsOf } from '../../../signalling/authentication/digest.ts';
import { Baresip, withoutBaresip } from './baresip.ts';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { Linphone, withoutLinphone } from './linphone.ts';
import { picksUp } from './sipp-calls.ts';
import { ok, recv, scenario, sdp } from './sipp-scenario.ts';

const hasSofia =
  spawnSync('pkg-config', ['--exists', 'sofia-sip-ua']).status === 0 && spawnSync('sip-options').error === undefined;
const withoutSofia = hasSofia ? false : 'sofia-sip is not installed';
const REALM = 'ratemill.test';
const [BARESIP, LINPHONE] = ['6001', '6002'];

const section = {
  realm: REALM,
  // baresip 1.0 and sofia-sip 1.12 give up when SHA-256 is among the challenges.
  digestAlgorithms: ['MD5'],
  mappingGateways: [{ name: 'in-1', addresses: ['127.0.0.9'], account: 'acme' }],
  terminals: [BARESIP, LINPHONE].map((name) => ({
    name,
    account: `account-${name}`,
    digests: digestsOf(name, REALM, 'secret'),
  })),
};

/** Waits until what passed has so many of what fits, such as answers to INVITE. */
async function passed(companion: CompanionProcess, what: RegExp, count: number): Promise<void> {
  const found = () => companion.trace.split('\n').filter((line) => what.test(line)).length;
  for (let waited = 0; found() < count; waited += 50) {
    assert.ok(waited < 8000, `${found()} of ${count} ${what} in\n${companion.trace}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('baresip and linphone register, call each other, hold and resume from either side, and may not transfer', {
  skip: withoutBaresip || withoutLinphone,
}, async (t) => {
  const ports = freePorts(60);
  const companion = await CompanionProcess.start(t, [ports[0]], { section });
  const registrar = companion.port;
  const linphone = new Linphone(t, ports[2], { name: LINPHONE, realm: REALM, password: 'secret', registrar });
  const baresip = await Baresip.start(t, ports[10], { name: BARESIP, password: 'secret', registrar });
  await passed(companion, /200 \(REGISTER\)/, 2);
  assert.deepEqual(companion.status().registrar, { terminals: 2, bindings: 2, behindNat: 0 });

  baresip.tell('dial', `sip:${LINPHONE}@127.0.0.1:${registrar}`);
  await baresip.hears('CALL_ESTABLISHED');
  const acknowledged = / ACK /;
  // A challenge, and both legs.
  await passed(companion, acknowledged, 3);
  const changes = [
    () => baresip.tell('hold'),
    () => baresip.tell('resume'),
    () => linphone.tell('pause'),
    () => linphone.tell('resume'),
  ];
  for (const [nth, change] of changes.entries()) {
    change();
    // Re-INVITE on both legs, each answered and acknowledged.
    await passed(companion, acknowledged, 3 + 2 * (nth + 1));
  }
  baresip.tell('transfer', BARESIP);
  await passed(companion, /405 \(REFER\)/, 1);
  // It hangs up when it may not transfer.
  await passed(companion, /200 \(BYE\)/, 2);

  linphone.tell(`call sip:${BARESIP}@127.0.0.1:${registrar}`);
  await baresip.hears('CALL_ESTABLISHED');
  linphone.tell(`transfer sip:${LINPHONE}@127.0.0.1:${registrar}`);
  await passed(companion, /405 \(REFER\)/, 2);
  linphone.tell('terminate');
  await passed(companion, /200 \(BYE\)/, 4);
  await linphone.quit();
  await passed(companion, /200 \(REGISTER\)/, 3);
  const events = await companion.stop();
  assert.deepEqual(
    events.map((one) => [one.account, one.caller_gateway, one.callee_e164, one.billing_mode, one.end_reason]),
    [
      ['account-6001', BARESIP, LINPHONE, 0, 200],
      ['account-6002', LINPHONE, BARESIP, 0, 200],
    ],
  );
});

test('a telephone over sofia-sip registers, calls through a gateway, holds, resumes, and may not transfer', {
  skip: withoutSofia || withoutSipp,
}, async (t) => {
  const [gateway, own] = freePorts(6).filter((_, nth) => nth % 5 === 0);
  const companion = await CompanionProcess.start(t, [gateway], { section });
  const phone = join(companion.folder, 'sofia-phone');
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'sofia-sip-ua'], { encoding: 'utf8' }).stdout.trim();
  const source = join(import.meta.dirname, 'sofia-phone.c');
  const made = spawnSync('gcc', ['-o', phone, source, ...flags.split(' ')], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const changed = [recv('INVITE'), ok('', sdp), recv('ACK')];
  const callee = scenario([...picksUp, ...changed, ...changed, recv('BYE'), ok()]);
  const answers = sipp(companion.folder, 'callee', callee, { port: gateway });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const child = spawn(phone, [String(own), String(companion.port), BARESIP, 'secret', REALM, '4930123']);
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  assert.equal(await answers, '', companion.trace);
  assert.deepEqual(await once(child, 'exit'), [0, null], said);
  const statuses = said
    .trim()
    .split('\n')
    .map((line) => line.replace('nua_r_', ''));
  assert.deepEqual(
    statuses.filter((line) => / ([24]..)$/.test(line)),
    [
      ...['register 401', 'register 200', 'invite 401', 'invite 200', 'invite 200', 'invite 200'],
      ...['refer 405', 'bye 200', 'unregister 200', 'shutdown 200'],
    ],
    said,
  );
  assert.equal(companion.status().registrar.bindings, 0);
  const events = await companion.stop();
  assert.deepEqual(
    events.map((one) => [one.account, one.caller_gateway, one.callee_e164, one.end_direction, one.end_reason]),
    [['account-6001', BARESIP, '4930123', 0, 200]],
  );
});

test('sofia-sip asks by OPTIONS and understands the answer', { skip: withoutSofia }, async (t) => {
  const [gateway] = freePorts(1);
  const companion = await CompanionProcess.start(t, [gateway], { section });
  const asked = spawnSync('sip-options', ['--all', `sip:127.0.0.1:${companion.port}`], {
    encoding: 'utf8',
    timeout: 9000,
  });
  assert.match(asked.stdout, /^SIP\/2\.0 200 OK/m, asked.stderr);
  assert.match(asked.stdout, /^Allow: .*INVITE/m);
  assert.deepEqual(await companion.stop(), []);
});
