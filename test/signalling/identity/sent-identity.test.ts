import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  calleeSources,
  callerSources,
  defaultIdentityPolicy,
  defaultNumberSources,
  diversionPolicies,
  headerPolicies,
  type IdentityPolicy,
  type NumberSources,
  privacyPolicies,
} from '../../../signalling/identity/identity-policy.ts';
import { receivedNumbers } from '../../../signalling/identity/received-numbers.ts';
import { type IdentitySettings, sentIdentity } from '../../../signalling/identity/sent-identity.ts';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { nameAddress } from '../../../signalling/message/name-address.ts';
import { requestOf } from '../sip-text.ts';

interface Given {
  readonly lines?: readonly string[];
  readonly from?: string;
  readonly sources?: Partial<NumberSources>;
  readonly policy?: Partial<IdentityPolicy>;
  readonly caller?: string;
  readonly registration?: object;
  readonly ofUserAgent?: IdentitySettings['parameters']['SS_SIP_USER_AGENT_PRIVACY'];
}

/** From and the header lines a gateway gets. */
function sent({ lines = [], from, sources, policy, caller = '4420', registration, ofUserAgent = 'Ignore' }: Given) {
  const identity = sentIdentity(requestOf('INVITE', from === undefined ? { lines } : { lines, from }), {
    sources: { ...defaultNumberSources, ...sources },
    gateway: {
      identity: { ...defaultIdentityPolicy, ...policy },
      ...(registration === undefined ? {} : { registration }),
    },
    caller,
    local: '192.0.2.1:5060',
    parameters: { SS_SIP_USER_AGENT_PRIVACY: ofUserAgent },
  });
  return [identity.from, ...identity.lines.map(({ name, value }) => `${name}: ${value}`)];
}

const known = '<sip:4420@192.0.2.1:5060>';
const hidden = '"Anonymous" <sip:anonymous@anonymous.invalid>';
const asserted = 'P-Asserted-Identity: "A" <sip:1@192.0.2.9>, <tel:+1>, <sip:2@192.0.2.9>, <sip:>, <mailto:3@h>';
const all = [
  asserted,
  'P-Preferred-Identity: <sip:5@192.0.2.9>',
  'Remote-Party-ID: <sip:6@192.0.2.9>;party=calling;screen=no',
];
const passing: Partial<IdentityPolicy> = {
  assertedIdentity: 'pass',
  preferredIdentity: 'pass',
  remotePartyId: 'pass',
};
const made: Partial<IdentityPolicy> = {
  assertedIdentity: 'caller',
  preferredIdentity: 'caller',
  remotePartyId: 'caller',
};
const madeLines = (privacy: string) => [
  `P-Asserted-Identity: ${known}`,
  `P-Preferred-Identity: ${known}`,
  `Remote-Party-ID: ${known};party=calling;privacy=${privacy};screen=yes`,
];

test('by default a gateway gets From with the number, without display name, and no identity header', () => {
  assert.deepEqual(sent({ lines: all, from: '"Alice" <sip:4420@192.0.2.9>;tag=a' }), [known]);
  assert.deepEqual(sent({ caller: '' }), [hidden]);
});

test('an identity header is passed on where the caller is read from it, and no other is', () => {
  const passed = (callerFrom: NumberSources['callerFrom']) =>
    sent({ lines: all, sources: { callerFrom }, policy: passing }).slice(1);
  assert.deepEqual(passed('from'), []);
  assert.deepEqual(passed('display-name'), []);
  assert.deepEqual(passed('p-asserted-identity'), [
    'P-Asserted-Identity: "A" <sip:1@192.0.2.9>',
    'P-Asserted-Identity: <tel:+1>',
  ]);
  assert.deepEqual(passed('p-preferred-identity'), [all[1]]);
  assert.deepEqual(passed('remote-party-id'), [all[2]]);
});

test('identity headers are made of the number the gateway gets; of none there are none', () => {
  assert.deepEqual(sent({ lines: all, policy: made }), [known, ...madeLines('off')]);
  assert.deepEqual(sent({ caller: '', policy: made }), [hidden]);
});

test('the Privacy header: as it came, none, id, none as its value', () => {
  const privacy = (policy: IdentityPolicy['privacy'], ...lines: string[]) =>
    sent({ lines, policy: { privacy: policy } }).slice(1);
  const critical = 'Privacy: header;critical';
  assert.deepEqual([privacy('pass'), privacy('pass', critical)], [[], [critical]]);
  assert.deepEqual(privacy('remove', critical), []);
  assert.deepEqual(privacy('id', 'Privacy: none'), ['Privacy: id']);
  assert.deepEqual(privacy('id', critical), ['Privacy: id;header;critical']);
  assert.deepEqual(privacy('none', critical), ['Privacy: none']);
  assert.deepEqual(privacy('none', 'Privacy: id'), []);
});

test('SS_SIP_USER_AGENT_PRIVACY counts where we register, unless the gateway has a policy of its own', () => {
  const privacy = (ofUserAgent: Given['ofUserAgent'] & string, given: Given = {}) =>
    sent({ registration: {}, ofUserAgent, lines: ['Privacy: header'], ...given }).slice(1);
  assert.deepEqual(privacy('Ignore'), ['Privacy: header']);
  assert.deepEqual(privacy('Id'), ['Privacy: id;header']);
  assert.deepEqual(privacy('None'), ['Privacy: none']);
  assert.deepEqual(privacy('Id', { policy: { privacy: 'none' } }), ['Privacy: none']);
  assert.deepEqual(sent({ ofUserAgent: 'Id', lines: ['Privacy: header'] }).slice(1), ['Privacy: header']);
});

test('privacy hides From, and identity headers from all but a gateway that is trusted and told so', () => {
  const lines = ['Privacy: id'];
  assert.deepEqual(sent({ lines, policy: made }), [hidden, 'Privacy: id']);
  const trusted = { ...made, trusted: true };
  assert.deepEqual(sent({ lines, policy: trusted }), [hidden, 'Privacy: id', ...madeLines('full')]);
  assert.deepEqual(sent({ policy: { ...trusted, privacy: 'id' } }), [hidden, 'Privacy: id', ...madeLines('full')]);
  assert.deepEqual(sent({ policy: { ...made, privacy: 'id' } }), [hidden, 'Privacy: id']);
  assert.deepEqual(sent({ lines, policy: { ...trusted, privacy: 'remove' } }), [hidden]);
  assert.deepEqual(sent({ lines, policy: { ...trusted, privacy: 'none' } }), [hidden]);
});

test('a request for privacy that is not supported is not heeded', () => {
  const given = { lines: ['Privacy: id'], sources: { privacySupport: false }, policy: made };
  assert.deepEqual(sent(given), [known, ...madeLines('off')]);
});

test('a From that was anonymous stays so, and the identity the caller does not hide goes on', () => {
  const given = { from: '<sip:anonymous@anonymous.invalid>;tag=a', policy: made };
  assert.deepEqual(sent(given), [hidden, ...madeLines('off')]);
});

test('Diversion is passed on, where it is private to gateways that are trusted', () => {
  const lines = ['Diversion: <sip:1@h>;privacy=full, <sip:2@h>;privacy=off', 'Diversion: <sip:3@h>, "broken <sip:4@h>'];
  const numbers = (policy: Partial<IdentityPolicy>) =>
    sent({ lines, policy })
      .slice(1)
      .join()
      .match(/sip:\d/g);
  assert.deepEqual(numbers({}), ['sip:2', 'sip:3']);
  assert.deepEqual(numbers({ trusted: true }), ['sip:1', 'sip:2', 'sip:3']);
  assert.equal(numbers({ diversion: 'remove' }), null);
  const many = `Diversion: ${Array.from({ length: 1000 }, () => '<sip:4@h>').join(', ')}`;
  assert.equal(sent({ lines: ['Diversion: <mailto:1@h>', many.slice(0, 8000)] }).length, 1 + 15);
});

const pieces = fc.constantFrom(
  ...'<>"\\;:@,=? \t%+-.()'.split(''),
  'sip:',
  'tel:',
  'sips:',
  '49',
  'anonymous',
  'é',
  '\0',
);
const value = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary-ascii', maxLength: 3 })), { maxLength: 20 });

test('whatever identity headers hold: nothing throws, From is an address, and who is untrusted learns no hidden number', () => {
  const policies = fc.record({
    trusted: fc.boolean(),
    privacy: fc.constantFrom(...privacyPolicies, null),
    assertedIdentity: fc.constantFrom(...headerPolicies),
    preferredIdentity: fc.constantFrom(...headerPolicies),
    remotePartyId: fc.constantFrom(...headerPolicies),
    diversion: fc.constantFrom(...diversionPolicies),
  });
  const sources = fc.record({
    callerFrom: fc.constantFrom(...callerSources),
    calleeFrom: fc.constantFrom(...calleeSources),
    privacySupport: fc.boolean(),
  });
  const names = [
    'From',
    'To',
    'P-Asserted-Identity',
    'P-Preferred-Identity',
    'Remote-Party-ID',
    'Diversion',
    'Privacy',
  ];
  const headers = fc.array(fc.record({ name: fc.constantFrom(...names), value: value.map((parts) => parts.join('')) }));
  fc.assert(
    fc.property(headers, sources, policies, (lines, from, identity) => {
      const request = { ...requestOf('INVITE'), headers: new SipHeaders(lines) };
      const { caller } = receivedNumbers(request, from);
      const { from: address, lines: told } = sentIdentity(request, {
        sources: from,
        gateway: { identity },
        caller,
        local: '192.0.2.1:5060',
        parameters: { SS_SIP_USER_AGENT_PRIVACY: 'Ignore' },
      });
      assert.ok(nameAddress(`${address};tag=a`), address);
      if (identity.privacy !== 'id' || identity.trusted) return;
      assert.equal(address, hidden);
      assert.deepEqual(
        told.filter(({ name }) => name !== 'Privacy' && name !== 'Diversion'),
        [],
      );
    }),
    { numRuns: 2000 },
  );
});
