/** Calls between real peers: sipp calls, the companion hands on, sipp answers; each with the event it leaves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CompanionProcess, freePorts, program, sipp, withoutSipp } from './companion-process.ts';
import { answer, ok, pause, recv, recvInvite, type Step, scenario, sdp, send, sendBack } from './sipp-scenario.ts';

interface Call {
  readonly name: string;
  readonly caller: readonly Step[];
  /** One for each gateway; undefined for one whose port is closed. */
  readonly callees: readonly (readonly Step[] | undefined)[];
  readonly event: { direction: number; reason: number; attempts: number; seconds: number | null };
  readonly parameters?: object;
  readonly callerTransport?: 'u1' | 't1';
  readonly calleeTransport?: 'udp' | 'tcp';
}

const trying = recv(100, { optional: true });
const ringing = recv(180, { optional: true });
const invite = send('INVITE', { body: sdp });
const established = [invite, trying, ringing, recv(200), send('ACK')];
const hangUp = [send('BYE', { cseq: 2 }), recv(200)];
const picksUp = [recvInvite(), answer('180 Ringing'), answer('200 OK', { body: sdp }), recv('ACK')];
const isHungUp = [recv('BYE'), ok()];
const refuses = (status: string) => [recvInvite(), answer(status), recv('ACK')];
const isRefused = (status: number) => [invite, trying, ringing, recv(status), send('ACK', { within: false })];
const held = sdp.replace('t=0 0', 't=0 0\na=sendonly');

const calls: readonly Call[] = [
  {
    name: 'answered, hung up by the caller',
    caller: [...established, pause(1000), ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 1 },
  },
  {
    name: 'hung up by the callee',
    caller: [...established, recv('BYE'), ok()],
    callees: [[...picksUp, pause(1000), sendBack('BYE'), recv(200)]],
    event: { direction: 1, reason: 200, attempts: 1, seconds: 1 },
  },
  {
    name: 'busy',
    caller: isRefused(486),
    callees: [refuses('486 Busy Here')],
    event: { direction: 1, reason: 486, attempts: 1, seconds: null },
  },
  {
    name: 'declined',
    caller: isRefused(603),
    callees: [refuses('603 Decline')],
    event: { direction: 1, reason: 603, attempts: 1, seconds: null },
  },
  {
    name: 'not found',
    caller: isRefused(404),
    callees: [refuses('404 Not Found')],
    event: { direction: 1, reason: 404, attempts: 1, seconds: null },
  },
  {
    name: 'redirected, which is not followed',
    caller: isRefused(503),
    callees: [refuses('302 Moved Temporarily')],
    event: { direction: 1, reason: 302, attempts: 1, seconds: null },
  },
  {
    name: '503 of the first gateway, the second answers',
    caller: [...established, ...hangUp],
    callees: [refuses('503 Service Unavailable'), [...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 2, seconds: 0 },
  },
  {
    name: 'a busy callee is not tried elsewhere',
    caller: isRefused(486),
    callees: [refuses('486 Busy Here'), undefined],
    event: { direction: 1, reason: 486, attempts: 1, seconds: null },
  },
  {
    name: 'a silent gateway is left when its time is up',
    parameters: { SS_SIP_TIMEOUT_INVITE: 1 },
    caller: [...established, ...hangUp],
    callees: [undefined, [...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 2, seconds: 0 },
  },
  {
    name: 'cancelled while it rings',
    caller: [invite, trying, recv(180), send('CANCEL'), recv(200), recv(487), send('ACK', { within: false })],
    callees: [[recvInvite(), answer('180 Ringing'), recv('CANCEL'), ok(), lateRefusal(), recv('ACK')]],
    event: { direction: 0, reason: 487, attempts: 1, seconds: null },
  },
  {
    name: 'rings too long',
    parameters: { SS_SIP_TIMEOUT_RINGING: 1 },
    caller: [invite, trying, recv(180), recv(480), send('ACK', { within: false })],
    callees: [[recvInvite(), answer('180 Ringing'), recv('CANCEL'), ok(), lateRefusal(), recv('ACK')]],
    event: { direction: 2, reason: -8, attempts: 1, seconds: null },
  },
  {
    name: 'early media, then the answer',
    caller: [invite, trying, recv(183), recv(200), send('ACK'), ...hangUp],
    callees: [
      [
        recvInvite(),
        answer('183 Session Progress', { body: sdp }),
        pause(300),
        answer('200 OK', { body: sdp }),
        recv('ACK'),
        ...isHungUp,
      ],
    ],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: '183 without description, then 180',
    caller: [invite, trying, recv(183), recv(180), recv(200), send('ACK'), ...hangUp],
    callees: [
      [
        recvInvite(),
        answer('183 Session Progress'),
        pause(200),
        answer('180 Ringing'),
        answer('200 OK', { body: sdp }),
        recv('ACK'),
        ...isHungUp,
      ],
    ],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'a slow answer',
    caller: [...established, ...hangUp],
    callees: [
      [recvInvite(), answer('180 Ringing'), pause(2500), answer('200 OK', { body: sdp }), recv('ACK'), ...isHungUp],
    ],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'held by re-INVITE of the caller',
    caller: [
      ...established,
      send('INVITE', { body: held, cseq: 2, within: true }),
      trying,
      recv(200),
      send('ACK', { cseq: 2 }),
      send('BYE', { cseq: 3 }),
      recv(200),
    ],
    callees: [[...picksUp, recv('INVITE'), ok('', sdp), recv('ACK'), ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'held by re-INVITE of the callee',
    caller: [...established, recv('INVITE'), ok('', sdp), recv('ACK'), recv('BYE'), ok()],
    callees: [
      [
        ...picksUp,
        pause(200),
        sendBack('INVITE', { body: held }),
        trying,
        recv(200),
        sendBack('ACK'),
        sendBack('BYE', { cseq: 2 }),
        recv(200),
      ],
    ],
    event: { direction: 1, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'UPDATE that refreshes is answered here',
    caller: [...established, send('UPDATE', { cseq: 2 }), recv(200), send('BYE', { cseq: 3 }), recv(200)],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'INFO goes through',
    caller: [
      ...established,
      send('INFO', { cseq: 2, lines: 'Content-Type: application/dtmf-relay' }),
      recv(200),
      send('BYE', { cseq: 3 }),
      recv(200),
    ],
    callees: [[...picksUp, recv('INFO'), ok(), ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'OPTIONS within the call',
    caller: [...established, send('OPTIONS', { cseq: 2 }), recv(200), send('BYE', { cseq: 3 }), recv(200)],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'the offer comes with the answer',
    caller: [send('INVITE'), trying, ringing, recv(200), send('ACK', { body: sdp }), ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'an extension that is required and unknown',
    caller: [
      send('INVITE', { body: sdp, lines: 'Require: 100rel' }),
      trying,
      recv(420),
      send('ACK', { within: false }),
    ],
    callees: [undefined],
    event: { direction: 2, reason: 420, attempts: 0, seconds: null },
  },
  {
    name: 'a session interval that is too small',
    caller: [
      send('INVITE', { body: sdp, lines: 'Supported: timer\nSession-Expires: 60' }),
      trying,
      recv(422),
      send('ACK', { within: false }),
      send('INVITE', { body: sdp, cseq: 2, lines: 'Supported: timer\nSession-Expires: 90' }),
      trying,
      ringing,
      recv(200),
      send('ACK', { cseq: 2 }),
      send('BYE', { cseq: 3 }),
      recv(200),
    ],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'a caller over TCP',
    callerTransport: 't1',
    caller: [...established, ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'a gateway over TCP',
    calleeTransport: 'tcp',
    caller: [...established, ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'the longest duration',
    parameters: { SS_MAX_CALL_DURATION: 60, SS_SIP_NO_TIMER_REINVITE_INTERVAL: 7200 },
    caller: [...established, pause(500), ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0.5 },
  },
];

/** The 487 to the INVITE, after the CANCEL was answered. */
function lateRefusal(): Step {
  return `<send><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
From: [$from]
To: [$to];tag=callee[call_number]
[last_Call-ID:]
CSeq: 1 INVITE
Content-Length: 0

]]></send>`;
}

test('calls between sipp and sipp', { skip: withoutSipp, concurrency: 6 }, async (t) => {
  await Promise.all(
    calls.map(({ name, ...call }) =>
      t.test(name, async (one) => {
        const ports = freePorts(call.callees.length);
        const companion = await CompanionProcess.start(one, ports, {
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
        assert.equal(ended.filter(Boolean).join('\n'), '');
        const [event, ...more] = await companion.stop();
        assert.equal(more.length, 0, 'one event');
        const seconds = event.answered_at === null ? null : (event.ended_at - event.answered_at) / 1000;
        assert.deepEqual(
          {
            direction: event.end_direction,
            reason: event.end_reason,
            attempts: event.attempts,
            answered: seconds !== null,
          },
          {
            direction: call.event.direction,
            reason: call.event.reason,
            attempts: call.event.attempts,
            answered: call.event.seconds !== null,
          },
        );
        if (seconds !== null) assert.ok(Math.abs(seconds - (call.event.seconds ?? 0)) < 0.5, `${seconds} s`);
      }),
    ),
  );
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
