/** Calls between real peers: sipp calls, the companion hands on, sipp answers; each with the event it leaves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pcapHeader } from '../../../signalling/trace/pcap.ts';
import { CompanionProcess, freePorts, program, sipp, withoutSipp, withoutTshark } from './companion-process.ts';
import { type Call, calls, established, hangUp, isHungUp, picksUp, refuses } from './sipp-calls.ts';
import { pause, scenario } from './sipp-scenario.ts';

/** What passed the sockets of all companions, as packets of one pcap file. */
const traffic: Buffer[] = [];

/** Arrows of a ladder without times and blanks: `||- INVITE 4930123 ->|` from this server to the party right of it. */
function arrowsOf({ trace }: CompanionProcess): string[] {
  const lines = trace.split('\n').filter((line) => line.includes('|'));
  return lines.map((line) => line.slice(14).replace(/-+/g, '-').replace(/\|\s+/g, '|'));
}

/** A scenario once, with a companion of its own. @returns what sipp says when something was not as written */
async function converse(t: TestContext, call: Omit<Call, 'name'>) {
  const ports = freePorts(call.callees.length);
  const companion = await CompanionProcess.start(t, ports, {
    ...(call.parameters ? { parameters: call.parameters } : {}),
    ...(call.calleeTransport ? { transport: call.calleeTransport } : {}),
  });
  const { folder, port: target } = companion;
  const callees = call.callees.map((steps, nth) => {
    if (steps === undefined) return '';
    return sipp(folder, `callee-${nth + 1}`, scenario(steps), {
      port: ports[nth],
      transport: call.calleeTransport === 'tcp' ? 't1' : 'u1',
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const [port] = freePorts(1);
  const caller = sipp(folder, 'caller', scenario(call.caller), {
    port,
    target,
    transport: call.callerTransport ?? 'u1',
  });
  const ended = await Promise.all([caller, ...callees]);
  return { companion, problems: ended.filter(Boolean).join('\n') };
}

/** How often a race is run until it ends in a tie. */
const RACES = 6;

test('calls between sipp and sipp', { skip: withoutSipp, concurrency: 6 }, async (t) => {
  await Promise.all(
    calls.map(({ name, ...call }) =>
      t.test(name, async (one) => {
        let { companion, problems } = await converse(one, call);
        for (let tries = 1; tries < RACES && call.isRace === true && problems !== ''; tries++) {
          ({ companion, problems } = await converse(one, call));
        }
        assert.equal(problems, '');
        const [event, ...more] = await companion.stop();
        traffic.push(companion.packets());
        const arrows = arrowsOf(companion);
        for (const [arrow, times] of Object.entries(call.passes ?? {})) {
          const found = arrows.filter((line) => line.startsWith(arrow) || line.startsWith(`${arrow}|`)).length;
          assert.equal(found, times, `${arrow} in\n${companion.trace}`);
        }
        assert.equal(more.length, 0, 'one event');
        const seconds = event.answered_at === null ? null : (event.ended_at - event.answered_at) / 1000;
        assert.deepEqual(
          {
            reason: event.end_reason,
            attempts: event.attempts,
            answered: seconds !== null,
          },
          {
            reason: call.event.reason,
            attempts: call.event.attempts,
            answered: call.event.seconds !== null,
          },
        );
        assert.ok([call.event.direction].flat().includes(event.end_direction), `ended by ${event.end_direction}`);
        if (seconds !== null) assert.ok(Math.abs(seconds - (call.event.seconds ?? 0)) < 0.5, `${seconds} s`);
      }),
    ),
  );
});

test('tshark finds no malformed packet in the traffic of all these calls', {
  skip: withoutSipp || withoutTshark,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ratemill-traffic-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'all.pcap');
  writeFileSync(file, Buffer.concat([pcapHeader(), ...traffic]));
  // Ports are any that are free: it would take some for those of other protocols.
  const asSip = ['udp', 'tcp'].flatMap((transport) => ['-d', `${transport}.port==1-65535,sip`]);
  const tshark = (filter: string) =>
    spawnSync('tshark', ['-r', file, ...asSip, '-Y', filter])
      .stdout.toString()
      .trim();
  assert.ok(tshark('sip').split('\n').length > 10 * calls.length, 'messages that tshark takes for SIP');
  assert.equal(tshark('_ws.malformed || _ws.expert.severity == error || !(sip || tcp.len == 0)'), '');
});

test('the ladder of a call that goes on to the second gateway', { skip: withoutSipp }, async (t) => {
  const ports = freePorts(2);
  const companion = await CompanionProcess.start(t, ports);
  const { folder, port: target } = companion;
  const callees = [refuses('503 Service Unavailable'), [...picksUp, ...isHungUp]].map((steps, nth) =>
    sipp(folder, `callee-${nth + 1}`, scenario(steps), { port: ports[nth] }),
  );
  await new Promise((resolve) => setTimeout(resolve, 400));
  const [port] = freePorts(1);
  const caller = sipp(folder, 'caller', scenario([...established, ...hangUp]), { port, target });
  assert.deepEqual(await Promise.all([caller, ...callees]), ['', '', '']);
  await companion.stop();
  t.diagnostic(`\n${companion.trace}`);
  // 100 is sent only where the first gateway takes long.
  const arrows = arrowsOf(companion).filter((line) => !line.includes('100 Trying'));
  assert.deepEqual(arrows.slice(0, 5), [
    '|- INVITE 4930123 ->|',
    '||- INVITE 4930123 ->|',
    '||<- 503 Service Unavailable -|',
    '||- ACK ->|',
    '||- INVITE 4930123 ->|',
  ]);
  for (const arrow of ['|<- 180 Ringing -|||', '|<- 200 OK -|||', '||- ACK ->|', '|- BYE ->|||', '||- BYE ->|']) {
    assert.ok(arrows.includes(arrow), `${arrow} in\n${companion.trace}`);
  }
});

test('a call by sipp is rated, to its fee', { skip: withoutSipp }, async (t) => {
  const [gateway, port] = freePorts(2);
  const companion = await CompanionProcess.start(t, [gateway]);
  const { folder, port: target } = companion;
  const callee = sipp(folder, 'callee', scenario([...picksUp, ...isHungUp]), { port: gateway });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const caller = scenario([...established, pause(2300), ...hangUp]);
  assert.deepEqual(await Promise.all([callee, sipp(folder, 'caller', caller, { port, target })]), ['', '']);
  await companion.stop();
  const files = {
    accounts:
      'account,name,kind,rate_group,balance,credit_limit,overdraft,timezone\nacme,Acme,client,retail,0,0,allow,UTC\ncarrier,Carrier,vendor,cost,0,0,allow,UTC\n',
    rates:
      'rate_group,prefix,destination,rate,first_increment,next_increment\nretail,4930,Berlin,0.6,1,1\ncost,49,Germany,0.3,1,1\n',
    gateways: 'gateway,direction,account,address\nin-1,mapping,acme,127.0.0.1\nout-1,routing,carrier,127.0.0.1\n',
  };
  const ratemill = (...words: string[]) => {
    return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
  };
  for (const [kind, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${kind}.csv`), text);
    const loaded = ratemill('load', kind, `${kind}.csv`);
    assert.equal(loaded.status, 0, loaded.stderr);
  }
  const rated = ratemill('rate', 'events');
  assert.equal(rated.status, 0, rated.stderr);
  const { stdout } = ratemill(
    'sql',
    '--json',
    'SELECT account, callee_e164, hold_time, fee::VARCHAR AS fee, vendor_fee::VARCHAR AS vendor_fee, status FROM rated_calls',
  );
  // 2.3 s count 3 s (SERVER_BILLING_HOLD_TIME_PRECISION), at 0.60 and 0.30 a minute; fees are rounded to the cent.
  const [row] = JSON.parse(stdout);
  assert.deepEqual(row, {
    account: 'acme',
    callee_e164: '4930123',
    hold_time: 3,
    fee: '0.030000',
    vendor_fee: '0.020000',
    status: 'charged',
  });
});
