import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { GatewayRegistration } from '../../../signalling/configuration.ts';
import { authParameters } from '../../../signalling/message/auth-parameters.ts';
import { answerChallenge } from '../../../signalling/registration/answer-challenge.ts';
import { answerOf, requestOf } from '../sip-text.ts';

const request = requestOf('REGISTER', { uri: 'sip:registrar.example.org' });
const account: GatewayRegistration = { user: 'us', secret: { password: 'pässword' }, realm: null };
const both = [
  'WWW-Authenticate: Digest realm="r", nonce="n1", algorithm=MD5, qop="auth"',
  'WWW-Authenticate: Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth-int, auth", opaque="o"',
];

function answered(lines: readonly string[], { status = 401, from = account } = {}) {
  const found = answerChallenge(request, answerOf(request, status, { lines }), from);
  const parameters = Object.fromEntries(authParameters(found?.value ?? '')?.parameters ?? []);
  return found && { name: found.name, ...parameters };
}

test('of several challenges that by SHA-256 is answered', () => {
  const found = answered(both) as Record<string, string>;
  const { cnonce, response, ...others } = found;
  assert.deepEqual(others, {
    name: 'Authorization',
    username: 'us',
    realm: 'r',
    nonce: 'n2',
    uri: 'sip:registrar.example.org',
    algorithm: 'SHA-256',
    qop: 'auth',
    nc: '00000001',
    opaque: 'o',
  });
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
  const [who, what] = [hash('us:r:pässword'), hash('REGISTER:sip:registrar.example.org')];
  assert.equal(response, hash(`${who}:n2:00000001:${cnonce}:auth:${what}`));
});

test('MD5 where nothing else is offered, without qop as RFC 2069 had it, and named only where the challenge names it', () => {
  const hash = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');
  const expected = hash(`${hash('us:r:pässword')}:n:${hash('REGISTER:sip:registrar.example.org')}`);
  const found = answered(['Proxy-Authenticate: Digest nonce="n",realm="r"'], { status: 407 });
  assert.deepEqual(found, {
    name: 'Proxy-Authorization',
    username: 'us',
    realm: 'r',
    nonce: 'n',
    uri: 'sip:registrar.example.org',
    response: expected,
  });
});

test('digests in the place of the password, for their realm only', () => {
  const digest = (name: string) => createHash(name).update('us:r:pässword', 'utf8').digest('hex');
  const digests = { MD5: digest('md5'), 'SHA-256': digest('sha256') };
  const from: GatewayRegistration = { user: 'us', secret: { digests }, realm: 'r' };
  const challenge = ['WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256'];
  const byPassword = answered(challenge) as Record<string, string>;
  assert.equal((answered(challenge, { from }) as Record<string, string>).response, byPassword.response);
  assert.equal(answered(['WWW-Authenticate: Digest realm="other", nonce="n"'], { from }), undefined);
});

test('what is no challenge we have an answer to gets none', () => {
  for (const lines of [
    [],
    ['WWW-Authenticate: Basic realm="r"'],
    ['WWW-Authenticate: Digest realm="r"'],
    ['WWW-Authenticate: Digest nonce="n"'],
    ['WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-512-256'],
    ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth-int"'],
    ['WWW-Authenticate: Digest realm="r", nonce="n'],
    ['Proxy-Authenticate: Digest realm="r", nonce="n"'],
  ]) {
    assert.equal(answered(lines), undefined, lines.join());
  }
  assert.equal(answered(both, { status: 403 }), undefined);
});
