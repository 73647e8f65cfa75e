/** Calls between sipp and sipp: what a gateway is told of the caller, checked by the sipp that is called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompanionProcess, freePorts, sipp, withoutSipp } from './companion-process.ts';
import { hangUp, isHungUp, picksUp } from './sipp-calls.ts';
import { recv, recvInviteWith, scenario, sdp, send } from './sipp-scenario.ts';

interface IdentityCall {
  readonly name: string;
  /** Header lines of the caller, whose From has 4420711. */
  readonly lines?: string;
  readonly to?: string;
  readonly mapping?: object;
  readonly routing?: object;
  readonly parameters?: object;
  /** What the INVITE has and has not, as extended regular expressions. */
  readonly has: readonly string[];
  readonly lacks: readonly string[];
  /** Numbers of the event: as they came, as they count. */
  readonly event?: object;
}

const asserted = 'P-Asserted-Identity: "Ann" <sip:+4922@192.0.2.9>, <tel:+4922>';
const anonymous = 'From: "Anonymous" <sip:anonymous@anonymous\\.invalid>;tag=';
const identity = ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID', '4922', '4420711'];

const calls: readonly IdentityCall[] = [
  {
    name: 'by default: From with the number, no identity header, the request for privacy as it came',
    lines: `${asserted}\nRemote-Party-ID: <sip:4922@192.0.2.9>\nPrivacy: header\nDiversion: <sip:33@192.0.2.9>;reason=unknown`,
    has: ['From: <sip:4420711@127', 'Privacy: header', 'Diversion: <sip:33@192', 'To: <sip:4930123@127'],
    lacks: ['P-Asserted-Identity', 'Remote-Party-ID', '4922'],
    event: { caller_access_e164: '4420711', caller_e164: '4420711' },
  },
  {
    name: 'the caller of P-Asserted-Identity, which is passed on, rewritten where it counts',
    lines: asserted,
    mapping: { callerFrom: 'p-asserted-identity', rewriteCaller: [{ from: '+49*', to: '0*' }] },
    routing: { identity: { assertedIdentity: 'pass' } },
    has: ['From: <sip:022@127', 'P-Asserted-Identity: "Ann" <sip:\\+4922@192', 'P-Asserted-Identity: <tel:\\+4922>'],
    lacks: ['Privacy', '4420711'],
    event: { caller_access_e164: '+4922', caller_e164: '022' },
  },
  {
    name: 'privacy id to a gateway that is not trusted: nothing shows the number, and the event has it',
    lines: `Privacy: id\nP-Preferred-Identity: <sip:4922@192.0.2.9>`,
    mapping: { callerFrom: 'p-preferred-identity' },
    routing: { identity: { assertedIdentity: 'caller', preferredIdentity: 'pass', remotePartyId: 'caller' } },
    has: [anonymous, 'Privacy: id'],
    lacks: identity,
    event: { caller_access_e164: '4922', caller_e164: '4922' },
  },
  {
    name: 'privacy id to a gateway that is trusted: the number in identity headers',
    routing: {
      identity: { trusted: true, privacy: 'id', assertedIdentity: 'caller', remotePartyId: 'caller' },
      rewriteCaller: [{ from: '44*', to: '0044*' }],
    },
    has: [
      anonymous,
      'Privacy: id',
      'P-Asserted-Identity: <sip:004420711@127',
      'Remote-Party-ID: <sip:004420711@127[^;]*;party=calling;privacy=full;screen=yes',
    ],
    lacks: ['P-Preferred-Identity'],
    event: { caller_access_e164: '4420711', caller_e164: '4420711' },
  },
  {
    name: 'malformed identity headers: the caller of From, and none of them passed on',
    lines: `P-Asserted-Identity: "broken <sip:4922@192.0.2.9>, <>\nDiversion: nobody\nPrivacy: "id"`,
    mapping: { callerFrom: 'p-asserted-identity', calleeFrom: 'diversion' },
    routing: { identity: { assertedIdentity: 'pass', privacy: 'none' } },
    has: ['From: <sip:4420711@127', 'Privacy: none', 'INVITE sip:4930123@127'],
    lacks: ['P-Asserted-Identity', 'Diversion', '4922'],
    event: { caller_access_e164: '4420711', callee_e164: '4930123' },
  },
  {
    name: 'SS_SIP_ROUTING_GATEWAY_INVITE_USE_CONTACT: the request line is rewritten, and To is as it was dialled',
    to: '0301234',
    lines: 'Privacy: user',
    mapping: { calleeFrom: 'to', privacySupport: false, rewriteCallee: [{ from: '0*', to: '49*' }] },
    routing: { identity: { privacy: 'remove', diversion: 'remove' } },
    parameters: { SS_SIP_ROUTING_GATEWAY_INVITE_USE_CONTACT: 'On' },
    has: ['INVITE sip:49301234@127', 'To: <sip:0301234@127', 'From: <sip:4420711@127'],
    lacks: ['Privacy'],
    event: { callee_access_e164: '0301234', callee_e164: '49301234', callee_to_gateway_e164: '49301234' },
  },
];

test('what gateways are told of the caller', { skip: withoutSipp, concurrency: 6 }, async (t) => {
  await Promise.all(
    calls.map(({ name, lines = '', to, mapping = {}, routing = {}, parameters = {}, has, lacks, event }) =>
      t.test(name, async (one) => {
        const [gateway, port] = freePorts(2);
        const companion = await CompanionProcess.start(one, [gateway], { mapping, routing, parameters });
        const { folder, port: target } = companion;
        const answers = [recvInviteWith(has, lacks), ...picksUp.slice(1), ...isHungUp];
        const callee = sipp(folder, 'callee', scenario(answers), { port: gateway });
        await new Promise((resolve) => setTimeout(resolve, 400));
        const invite = send('INVITE', { body: sdp, lines }).replace(
          'To: <sip:[service]',
          `To: <sip:${to ?? '[service]'}`,
        );
        const steps = [
          invite,
          recv(100, { optional: true }),
          recv(180, { optional: true }),
          recv(200),
          send('ACK'),
          ...hangUp,
        ];
        const caller = sipp(folder, 'caller', scenario(steps), { port, target });
        assert.deepEqual(await Promise.all([caller, callee]), ['', '']);
        const [found] = await companion.stop();
        assert.deepEqual({ ...found, ...event }, found);
      }),
    ),
  );
});
