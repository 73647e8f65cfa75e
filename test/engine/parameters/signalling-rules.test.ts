import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OperatorError } from '../../../engine/errors.ts';
import { resolveConfiguration } from '../../../engine/parameters/configuration.ts';
import { signallingConfiguration } from '../../../engine/signal/signalling-configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalling-rules-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'ratemill.json');
const db = join(folder, 'ratemill.duckdb');

function resolved(text: string, set: readonly string[] = []) {
  writeFileSync(file, text);
  return resolveConfiguration({ db, set });
}

/** The lines of what is wrong, the file by its name alone. */
function mistakesOf(text: string, set: readonly string[] = []): string[] {
  try {
    resolved(text, set);
  } catch (error) {
    assert.ok(error instanceof OperatorError, String(error));
    assert.equal(error.exitStatus, 2);
    return error.details.map((line) => line.replace(file, 'ratemill.json'));
  }
  return [];
}

const PARTS = {
  softswitch: '"ss1"',
  listen: '[{"transport": "udp", "address": "192.0.2.1", "port": 5060}]',
  events: '{"folder": "events", "commitMs": 5}',
  mappingGateways: '[{"name": "in", "addresses": ["192.0.2.7", "198.51.100.0/24"], "account": "acme"}]',
  routingGateways: '[{"name": "out", "address": "192.0.2.9:5060", "prefixes": ["49"], "priority": 10}]',
  maxCalls: '1000',
  prepaid: '{"database": "billing/ratemill.duckdb"}',
  parameters: '{"SS_MAX_CALL_DURATION": null, "SS_SIP_TIMEOUT_INVITE": 8}',
};
type Part = keyof typeof PARTS;

/** A section in which each key has a line of its own: softswitch the third, parameters the tenth. */
function section(changes: Partial<typeof PARTS> = {}): string {
  const lines = Object.entries({ ...PARTS, ...changes }).map(([key, value]) => `    "${key}": ${value}`);
  return `{\n  "signalling": {\n${lines.join(',\n')}\n  }\n}\n`;
}

const mapping = (more: string) => `[{"name": "in", "addresses": ["192.0.2.7"], "account": "acme", ${more}}]`;
const routing = (more: string) => `[{"name": "out", "address": "192.0.2.9:5060", ${more}}]`;
const rules = 'a list of rules, such as [{"from": "00*", "to": "*"}]';
const timeouts = 'timeoutInvite, timeoutTrying, timeoutSessionProgress, timeoutSessionProgressSdp, timeoutRinging';

/** A part as it is mistaken; where, and what is told. */
const mistakes: readonly (readonly [part: Part, written: string, path: string, told: string])[] = [
  ['prepaid', '{"database": ""}', '.database', '"" is not allowed; allowed: a file, such as "ratemill.duckdb"'],
  ['prepaid', '{"databse": "x"}', '.databse', 'is not a key of prepaid; did you mean database?'],
  ['prepaid', '"x"', '', '"x" is not allowed; allowed: an object with the keys database'],
  [
    'softswitch',
    '"my switch"',
    '',
    '"my switch" is not allowed; allowed: letters, digits and . _ -, up to 64, beginning with a letter or digit',
  ],
  [
    'softswitch',
    'null',
    '',
    'null is not allowed; allowed: letters, digits and . _ -, up to 64, beginning with a letter or digit',
  ],
  ['listen', '[]', '', 'has no socket to listen on; leave it out for udp on 127.0.0.1:5060'],
  [
    'listen',
    '["udp"]',
    '[0]',
    '"udp" is not allowed; allowed: a socket such as {"transport": "udp", "address": "192.0.2.1", "port": 5060}',
  ],
  [
    'listen',
    '[{"address": "sip.example.com"}]',
    '[0].address',
    '"sip.example.com" is not allowed; allowed: an IPv4 or IPv6 address',
  ],
  [
    'listen',
    '[{"address": "192.0.2.1", "port": 70000}]',
    '[0].port',
    '70000 is not allowed; allowed: a whole number from 0 to 65535 (0 for any that is free)',
  ],
  [
    'listen',
    '[{"address": "0.0.0.0"}]',
    '[0]',
    'needs "advertised" beside 0.0.0.0, which does not say where others reach it',
  ],
  [
    'events',
    '"events"',
    '',
    '"events" is not allowed; allowed: an object with the keys folder, commitMs, durable, segmentBytes, segmentSeconds',
  ],
  [
    'events',
    '{"segmentSeconds": 1.5}',
    '.segmentSeconds',
    '1.5 is not allowed; allowed: a whole number from 1 to 86400 (s)',
  ],
  ['events', '{"durable": "yes"}', '.durable', '"yes" is not allowed; allowed: true or false'],
  ['mappingGateways', '{"in": "192.0.2.7"}', '', 'an object is not allowed; allowed: a list of mapping gateways'],
  ['mappingGateways', '[{"name": "in", "addresses": ["192.0.2.7"]}]', '[0]', 'has no account: who pays?'],
  [
    'mappingGateways',
    '[{"name": "in", "addresses": ["192.0.2.0/33"], "account": "acme"}]',
    '[0].addresses',
    '"192.0.2.0/33" is not allowed; allowed: a list of addresses and networks, such as ["192.0.2.7", "198.51.100.0/24"]',
  ],
  [
    'mappingGateways',
    '[{"name": "in", "addresses": [], "account": "acme"}]',
    '[0].addresses',
    'an empty list is not allowed; allowed: a list of addresses and networks, such as ["192.0.2.7", "198.51.100.0/24"]',
  ],
  [
    'mappingGateways',
    mapping('"acount": "x"'),
    '[0].acount',
    'is not a key of a mapping gateway; did you mean account?',
  ],
  [
    'mappingGateways',
    mapping('"rewriteCallee": "00*"'),
    '[0].rewriteCallee',
    `"00*" is not allowed; allowed: ${rules}`,
  ],
  [
    'mappingGateways',
    mapping('"rewriteCallee": [{"from": "0*0", "to": "*"}]'),
    '[0].rewriteCallee[0]',
    '"0*0" to "*": from is digits and ?, with one * at the end at most',
  ],
  ['mappingGateways', mapping('"sipTimer": null'), '[0].sipTimer', 'null is not allowed; allowed: true or false'],
  [
    'routingGateways',
    '[{"name": "out", "address": "192.0.2.9"}]',
    '[0].address',
    '"192.0.2.9" is not allowed; allowed: host:port, such as "192.0.2.9:5060"',
  ],
  [
    'routingGateways',
    '[{"name": "a", "address": "192.0.2.9:5060"}, {"name": "a", "address": "192.0.2.8:5060"}]',
    '[1].name',
    '"a" is the name of another one, too',
  ],
  [
    'routingGateways',
    routing('"prefixes": ["49", "4a"]'),
    '[0].prefixes',
    '"4a" is not allowed; allowed: a list of digits a called number begins with, such as ["49", "43"]; "" stands for all',
  ],
  ['routingGateways', routing('"transport": "tls"'), '[0].transport', '"tls" is not allowed; allowed: udp or tcp'],
  [
    'routingGateways',
    routing('"timeouts": 5'),
    '[0].timeouts',
    `5 is not allowed; allowed: an object with the keys ${timeouts}`,
  ],
  [
    'routingGateways',
    routing('"timeouts": {"timeoutRinging": 3601}'),
    '[0].timeouts.timeoutRinging',
    '3601 is not allowed; allowed: a whole number from 0 to 3600 (s, 0 takes the value of the system)',
  ],
  [
    'mappingGateways',
    mapping('"callerFrom": "P-Asserted-Identity"'),
    '[0].callerFrom',
    '"P-Asserted-Identity" is not allowed; allowed: from, p-asserted-identity, p-preferred-identity, remote-party-id, display-name',
  ],
  [
    'mappingGateways',
    mapping('"calleeFrom": "contact"'),
    '[0].calleeFrom',
    '"contact" is not allowed; allowed: request-uri, to, diversion',
  ],
  [
    'routingGateways',
    routing('"identity": "none"'),
    '[0].identity',
    '"none" is not allowed; allowed: an object with the keys trusted, privacy, assertedIdentity, preferredIdentity, remotePartyId, diversion',
  ],
  [
    'routingGateways',
    routing('"identity": {"privacy": null}'),
    '[0].identity.privacy',
    'null is not allowed; allowed: pass, remove, id, none',
  ],
  [
    'routingGateways',
    routing('"identity": {"remotePartyId": true}'),
    '[0].identity.remotePartyId',
    'true is not allowed; allowed: remove, pass, caller',
  ],
  ['maxCalls', '0', '', '0 is not allowed; allowed: a whole number from 1 to 1000000 (calls at a time)'],
  [
    'parameters',
    '[8]',
    '',
    'a list is not allowed; allowed: an object of names and values, such as {"SS_SIP_TIMEOUT_INVITE": 8}',
  ],
  [
    'parameters',
    '{"SS_SIP_TIMEOUT_INVIT": 8}',
    '.SS_SIP_TIMEOUT_INVIT',
    'is not a parameter of the companion; did you mean SS_SIP_TIMEOUT_INVITE?',
  ],
  [
    'parameters',
    '{"SS_SIP_SESSION_TTL": null}',
    '.SS_SIP_SESSION_TTL',
    'null is not allowed; allowed: a whole number from 90 to 86400 (s)',
  ],
  [
    'parameters',
    '{"SS_REPLY_UNAUTHORIZED": true}',
    '.SS_REPLY_UNAUTHORIZED',
    'true is not allowed; allowed: On or Off',
  ],
];

for (const [part, written, path, told] of mistakes) {
  test(`mistake: "${part}": ${written}`, () => {
    const [line, ...more] = mistakesOf(section({ [part]: written }));
    const at = 3 + Object.keys(PARTS).indexOf(part);
    assert.match(line, new RegExp(`^ratemill\\.json:${at}:\\d+: `));
    assert.equal(line.replace(/^[^ ]+ /, ''), `signalling.${part}${path}: ${told}`);
    assert.deepEqual(more, []);
  });
}

test('all mistakes of a section are told, in the order of the file; --set has its own', () => {
  const text = section({ maxCalls: '-1', softswitch: '""', mappingGateways: '[{"name": 5, "adress": 1}, "in"]' });
  const places = mistakesOf(text, ['SS_SIP_SESSION_TTL=5']).map((line) => line.split(': ').slice(0, 2).join(' '));
  assert.deepEqual(places, [
    'ratemill.json:3:5 signalling.softswitch',
    'ratemill.json:6:37 signalling.mappingGateways[0].adress',
    'ratemill.json:6:51 signalling.mappingGateways[1]',
    'ratemill.json:8:5 signalling.maxCalls',
    '--set SS_SIP_SESSION_TTL 5 is not allowed; allowed',
  ]);
});

test('a section without mistakes is read, and --set counts over it; null is a limit that is none', () => {
  const { signalling } = resolved(section(), ['SS_SIP_TIMEOUT_INVITE=9', 'SS_SIP_NO_TIMER_REINVITE_INTERVAL=null']);
  const { softswitch, listen, events, mappingGateways, routingGateways, maxCalls, prepaid, parameters } =
    signallingConfiguration(signalling, file);
  assert.deepEqual(prepaid, { database: join(folder, 'billing/ratemill.duckdb') });
  assert.deepEqual([softswitch, maxCalls, events.folder], ['ss1', 1000, join(folder, 'events')]);
  assert.deepEqual(listen, [{ transport: 'udp', address: '192.0.2.1', port: 5060 }]);
  assert.deepEqual([mappingGateways[0].account, mappingGateways[0].sipTimer], ['acme', true]);
  assert.deepEqual(
    [routingGateways[0].host, routingGateways[0].port, routingGateways[0].capacity],
    ['192.0.2.9', 5060, null],
  );
  assert.deepEqual(
    [parameters.SS_SIP_TIMEOUT_INVITE, parameters.SS_MAX_CALL_DURATION, parameters.SS_SIP_NO_TIMER_REINVITE_INTERVAL],
    [9, null, null],
  );
});

test('what a gateway says of identity counts, and the rest is by default', () => {
  const { signalling } = resolved(
    section({
      mappingGateways: mapping('"callerFrom": "remote-party-id"'),
      routingGateways: routing('"identity": {"trusted": true, "privacy": "id"}'),
    }),
  );
  const { mappingGateways, routingGateways } = signallingConfiguration(signalling, file);
  const { callerFrom, calleeFrom, privacySupport } = mappingGateways[0];
  assert.deepEqual([callerFrom, calleeFrom, privacySupport], ['remote-party-id', 'request-uri', true]);
  assert.deepEqual(routingGateways[0].identity, {
    trusted: true,
    privacy: 'id',
    assertedIdentity: 'remove',
    preferredIdentity: 'remove',
    remotePartyId: 'remove',
    diversion: 'pass',
  });
});

test('the configurations which the README shows have no mistakes', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const shown = [...readme.matchAll(/^ {4}\$ cat ratemill\.json\n((?: {4}(?!\$).*\n)+)/gm)].map(([, text]) => text);
  const written = shown.filter((text) => text.includes('"signalling"'));
  assert.ok(written.length >= 2);
  for (const text of written) assert.deepEqual(mistakesOf(text), [], text);
});
