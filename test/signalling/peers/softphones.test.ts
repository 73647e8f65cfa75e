/** Softphones of other makers that register and call each other: baresip and linphone; sofia-sip asks what we can do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { digestsOf } from '../../../signalling/authentication/digest.ts';
import { Baresip, withoutBaresip } from './baresip.ts';
import { CompanionProcess, freePorts } from './companion-process.ts';
import { Linphone, withoutLinphone } from './linphone.ts';

const withoutSofia = spawnSync('sip-options', ['--help']).error === undefined ? false : 'sip-options is not installed';
const REALM = 'ratemill.test';
const [BARESIP, LINPHONE] = ['6001', '6002'];

const section = {
  realm: REALM,
  // baresip 1.0 gives up when SHA-256 is among the challenges.
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
