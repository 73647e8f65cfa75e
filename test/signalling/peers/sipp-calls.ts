/** Calls between sipp and sipp, by what each side does and what event the call leaves. */
import { answer, ok, pause, recv, recvInvite, type Step, sdp, send, sendBack } from './sipp-scenario.ts';

export interface Call {
  readonly name: string;
  readonly caller: readonly Step[];
  /** One for each gateway; undefined for one whose port is closed. */
  readonly callees: readonly (readonly Step[] | undefined)[];
  readonly event: { direction: number | readonly number[]; reason: number; attempts: number; seconds: number | null };
  readonly parameters?: object;
  /** How often arrows stand in the ladder, where sipp does not say it: it takes no notice of repetitions. */
  readonly passes?: Readonly<Record<string, number>>;
  readonly callerTransport?: 'u1' | 't1';
  readonly calleeTransport?: 'udp' | 'tcp';
  /** Both sides have to do something in the same few milliseconds: who was faster is no mistake. */
  readonly isRace?: boolean;
}

const trying = recv(100, { optional: true });
const ringing = recv(180, { optional: true });
const invite = send('INVITE', { body: sdp });
export const established = [invite, trying, ringing, recv(200), send('ACK')];
export const hangUp = [send('BYE', { cseq: 2 }), recv(200)];
export const picksUp = [recvInvite(), answer('180 Ringing'), answer('200 OK', { body: sdp }), recv('ACK')];
export const isHungUp = [recv('BYE'), ok()];
export const refuses = (status: string) => [recvInvite(), answer(status), recv('ACK')];
const isRefused = (status: number) => [invite, trying, ringing, recv(status), send('ACK', { within: false })];
export const held = sdp.replace('t=0 0', 't=0 0\na=sendonly');

export const calls: readonly Call[] = [
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
    name: 'a gateway whose port is closed is left at once',
    parameters: { SS_SIP_TIMEOUT_INVITE: 60 },
    caller: [...established, ...hangUp],
    callees: [undefined, [...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 2, seconds: 0 },
  },
  {
    name: 'a silent gateway is left when its time is up',
    parameters: { SS_SIP_TIMEOUT_INVITE: 1 },
    caller: [...established, ...hangUp],
    callees: [
      [recvInvite(), pause(1500)],
      [...picksUp, ...isHungUp],
    ],
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
    name: 'cancelled before it rings',
    caller: [invite, recv(100), pause(200), send('CANCEL'), recv(200), recv(487), send('ACK', { within: false })],
    callees: [[recvInvite(), answer('100 Trying'), recv('CANCEL'), ok(), lateRefusal(), recv('ACK')]],
    event: { direction: 0, reason: 487, attempts: 1, seconds: null },
  },
  {
    name: 'an INVITE that comes twice is one call',
    caller: [
      invite.replace(' retrans="500"', ''),
      invite.replaceAll('[branch]', '[branch-1]').replace(' retrans="500"', ''),
      trying,
      ringing,
      recv(200),
      send('ACK'),
      ...hangUp,
    ],
    callees: [[recvInvite(), answer('180 Ringing'), pause(600), ...picksUp.slice(2), ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
    passes: { '|- INVITE 4930123 ->|': 2, '||- INVITE 4930123 ->|': 1 },
  },
  {
    name: 'a BYE that comes twice is answered twice',
    caller: [
      ...established,
      send('BYE', { cseq: 2 }).replace(' retrans="500"', ''),
      send('BYE', { cseq: 2 }).replace(' retrans="500"', '').replace('[branch]', '[branch-1]'),
      recv(200),
    ],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0 },
    passes: { '|- BYE ->||': 2, '|<- 200 (BYE) -||': 2, '||- BYE ->|': 1 },
  },
  {
    name: 'an ACK that is late: the 200 comes again',
    caller: [invite, trying, ringing, recv(200), pause(700), send('ACK'), ...hangUp],
    callees: [[...picksUp, ...isHungUp]],
    event: { direction: 0, reason: 200, attempts: 1, seconds: 0.7 },
    passes: { '|<- 200 OK -||': 2 },
  },
  {
    name: 'both hang up at once',
    isRace: true,
    caller: [
      ...established,
      pause(300),
      send('BYE', { cseq: 2 }).replace(' retrans="500"', ''),
      recv('BYE', { optional: true }),
      recv(200),
    ],
    callees: [
      [
        ...picksUp,
        pause(300),
        sendBack('BYE').replace(' retrans="500"', ''),
        recv('BYE', { optional: true }),
        recv(200),
      ],
    ],
    event: { direction: [0, 1], reason: 200, attempts: 1, seconds: 0 },
  },
  {
    name: 'a BYE of a dialog that is unknown',
    caller: [
      ...established,
      send('BYE', { cseq: 2 }).replace('[peer_tag_param]', ';tag=nobody'),
      recv(481),
      recv('BYE'),
      ok(),
    ],
    callees: [[...picksUp, pause(600), sendBack('BYE'), recv(200)]],
    event: { direction: 1, reason: 200, attempts: 1, seconds: 0.6 },
  },
  {
    name: 'too many hops',
    caller: [invite.replace('Max-Forwards: 70', 'Max-Forwards: 0'), trying, recv(483), send('ACK', { within: false })],
    callees: [undefined],
    event: { direction: 2, reason: 483, attempts: 0, seconds: null },
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
