/** Registered at kamailio, which knows SHA-256 only: REGISTER, INVITE and what follows answer its challenges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawUdp } from '../raw-peer.ts';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { startKamailio, withoutKamailio } from './kamailio-process.ts';
import { established, hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { scenario } from './sipp-scenario.ts';

/** OPTIONS tells whether its user is registered; calls of others are taken with the password only. */
const registrarFor = (port: number, target: number) => `#!KAMAILIO
debug=1
log_stderror=yes
children=2
listen=udp:127.0.0.1:${port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 90)
modparam("auth", "algorithm", "SHA-256")
request_route {
  if (is_method("OPTIONS")) {
    if (registered("location")) sl_send_reply("200", "Registered");
    else sl_send_reply("404", "Not Registered");
    exit;
  }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("ratemill.test", "secret", "0")) {
      www_challenge("ratemill.test", "1");
      exit;
    }
    save("location");
    exit;
  }
  if (has_totag()) {
    if (loose_route() || (is_method("ACK") && t_check_trans())) t_relay();
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (!pv_proxy_authenticate("ratemill.test", "secret", "0")) {
    proxy_challenge("ratemill.test", "1");
    exit;
  }
  consume_credentials();
  record_route();
  $du = "sip:127.0.0.1:${target}";
  t_relay();
}
`;

test('registered at kamailio with SHA-256, called through it, and gone when the server stops', {
  skip: withoutSipp || withoutKamailio,
}, async (t) => {
  const [gateway, from, to] = freePorts(3);
  await startKamailio(t, registrarFor(gateway, to));
  const registration = { user: 'ratemill', password: 'secret', realm: 'ratemill.test' };
  const companion = await CompanionProcess.start(t, [gateway], { routing: { registration } });
  const asking = await rawUdp(t, gateway);
  let asked = 0;
  const isRegistered = async () => {
    asking.send(optionsOf(gateway, asking.port, ++asked));
    return /^SIP\/2.0 200/.test(await asking.next(/^SIP\/2.0/));
  };
  for (let waited = 0; !(await isRegistered()); waited += 50) {
    assert.ok(waited < 3000, companion.trace);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { folder, port: target } = companion;
  const [{ state, expiresInSeconds, problem }] = companion.status().registrations;
  assert.deepEqual([state, problem, expiresInSeconds > 80 && expiresInSeconds <= 90], ['registered', null, true]);
  const answers = sipp(folder, 'callee', scenario([...picksUp, ...isHungUp]), { port: to });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const calling = sipp(folder, 'caller', scenario([...established, ...hangUp]), { port: from, target });
  assert.deepEqual(await Promise.all([calling, answers]), ['', ''], companion.trace);
  const [event, ...more] = await companion.stop();
  assert.deepEqual([more.length, event.attempts, event.end_reason], [0, 1, 200]);
  assert.equal(await isRegistered(), false, 'it has taken its registration back');
  assert.doesNotMatch(companion.trace, /response="[0-9a-f]{8}/, 'no credentials in the trace');
});

function optionsOf(port: number, own: number, sequence: number): string {
  return [
    `OPTIONS sip:ratemill@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bKask${sequence}`,
    'From: <sip:test@127.0.0.1>;tag=1',
    'To: <sip:ratemill@127.0.0.1>',
    'Call-ID: ask',
    `CSeq: ${sequence} OPTIONS`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
