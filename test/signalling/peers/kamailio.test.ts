/** Calls through kamailio on either side, which has itself recorded in the route: all that follows goes through it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { startKamailio, withoutKamailio } from './kamailio-process.ts';
import { held, isHungUp, picksUp } from './sipp-calls.ts';
import { ok, pause, recv, type Step, scenario, sdp, send, sendBack } from './sipp-scenario.ts';

/** A stateful proxy that sends everything outside dialogs to one port, and within them only what has its route. */
const proxyFor = (port: number, target: number) => `#!KAMAILIO
debug=1
log_stderror=yes
children=2
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
request_route {
  if (has_totag()) {
    if (loose_route() || (is_method("ACK") && t_check_trans())) {
      t_relay();
      exit;
    }
    sl_send_reply("404", "No Route Of Mine");
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${target}";
  t_relay();
}
`;

/** A request of the caller within the call, along the route that was recorded. */
const along = (method: string, cseq: number): Step =>
  send(method, { cseq })
    .replace('sip:[service]@[remote_ip]:[remote_port] SIP', '[next_url] SIP')
    .replace('Max-Forwards', '[routes]\nMax-Forwards');

const established = [
  send('INVITE', { body: sdp }),
  recv(100, { optional: true }),
  recv(180, { optional: true }),
  recv(200),
  along('ACK', 1),
];

const calls = [
  {
    name: 'hung up by the caller',
    caller: [...established, pause(200), along('BYE', 2), recv(200)],
    callee: [...picksUp, ...isHungUp],
    direction: 0,
  },
  {
    name: 'hung up by the callee',
    caller: [...established, recv('BYE'), ok()],
    callee: [...picksUp, pause(200), sendBack('BYE'), recv(200)],
    direction: 1,
  },
  {
    name: 'held by re-INVITE of the callee',
    caller: [...established, recv('INVITE'), ok('', sdp), recv('ACK'), recv('BYE'), ok()],
    callee: [
      ...picksUp,
      pause(200),
      sendBack('INVITE', { body: held }),
      recv(100, { optional: true }),
      recv(200),
      sendBack('ACK'),
      sendBack('BYE', { cseq: 2 }),
      recv(200),
    ],
    direction: 1,
  },
];

test('calls through kamailio on both sides', { skip: withoutSipp || withoutKamailio }, async (t) => {
  for (const transport of ['udp', 'tcp'] as const) {
    for (const { name, caller, callee, direction } of calls) {
      await t.test(`${name}, ${transport} to the gateway`, async (one) => {
        const [before, behind, from, to] = freePorts(4);
        const companion = await CompanionProcess.start(one, [behind], { transport });
        const { folder } = companion;
        await Promise.all([
          startKamailio(one, proxyFor(before, companion.port)),
          startKamailio(one, proxyFor(behind, to)),
        ]);
        const answers = sipp(folder, 'callee', scenario(callee), { port: to });
        await new Promise((resolve) => setTimeout(resolve, 400));
        const calling = sipp(folder, 'caller', scenario(caller), { port: from, target: before });
        assert.deepEqual(await Promise.all([calling, answers]), ['', ''], companion.trace);
        const [event, ...more] = await companion.stop();
        assert.deepEqual([more.length, event.end_direction, event.end_reason], [0, direction, 200]);
        const parties = [...new Set(companion.trace.match(/(udp|tcp) 127\.0\.0\.1:\d+/g))];
        const proxies = [`udp 127.0.0.1:${before}`, `${transport} 127.0.0.1:${behind}`];
        assert.deepEqual(parties.slice(0, 2), proxies);
        // For requests of the callee the proxy makes a connection of its own to our Contact.
        assert.equal(parties.length, transport === 'tcp' && direction === 1 ? 3 : 2, 'nobody else was spoken to');
      });
    }
  }
});
