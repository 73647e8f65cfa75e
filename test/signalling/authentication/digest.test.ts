import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  challengesFor,
  credentialsFor,
  type DigestCredentials,
  digestsOf,
  verifiedCount,
} from '../../../signalling/authentication/digest.ts';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { answerTo } from './digest-client.ts';

const REALM = 'http-auth@example.org';
const digests = digestsOf('Mufasa', REALM, 'Circle of Life');
/** RFC 7616, 3.9.1. */
const example = (algorithm: string, response: string) =>
  `Digest username="Mufasa", realm="${REALM}", uri="/dir/index.html", algorithm=${algorithm}, ` +
  `nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ` +
  `cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="${response}", ` +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const MD5 = '8ca523f5e9506fed4657c9700eebdbec';
const SHA_256 = '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1';

test('the examples of RFC 7616, 3.9.1', () => {
  assert.equal(verifiedCount(read(example('MD5', MD5)), 'GET', digests), 1);
  assert.equal(verifiedCount(read(example('SHA-256', SHA_256)), 'GET', digests), 1);
  assert.equal(verifiedCount(read(example('sha-256', SHA_256.toUpperCase())), 'GET', digests), 1, 'in any case');
});

test('one digit, another method, the digest of the other algorithm: wrong', () => {
  assert.equal(verifiedCount(read(example('MD5', MD5.replace('8', '9'))), 'GET', digests), undefined);
  assert.equal(verifiedCount(read(example('MD5', MD5.slice(1))), 'GET', digests), undefined);
  assert.equal(verifiedCount(read(example('MD5', '')), 'GET', digests), undefined);
  assert.equal(verifiedCount(read(example('MD5', MD5)), 'POST', digests), undefined);
  assert.equal(verifiedCount(read(example('SHA-256', MD5)), 'GET', digests), undefined);
  assert.equal(
    verifiedCount(read(example('MD5', MD5)), 'GET', digestsOf('Mufasa', REALM, 'circle of life')),
    undefined,
  );
});

test('every parameter that enters the digest counts, and only qop=auth with a count is taken', () => {
  const [challenge] = challengesFor(REALM, 'abc', false);
  const answer = (instead: Record<string, string | undefined>, algorithm: 'MD5' | 'SHA-256' = 'SHA-256') => {
    const written = answerTo(challenge, {
      username: 'Mufasa',
      password: 'Circle of Life',
      method: 'INVITE',
      algorithm,
      instead,
    });
    const found = credentialsFor(new SipHeaders([{ name: 'Authorization', value: written }]), REALM);
    return found === undefined ? 'none' : verifiedCount(found, 'INVITE', digests);
  };
  assert.equal(answer({}), 1);
  assert.equal(answer({}, 'MD5'), 1);
  assert.equal(answer({ algorithm: undefined }, 'MD5'), 1, 'MD5 goes without saying (RFC 7616, 3.3)');
  const wrong = [
    { nonce: '"abd"' },
    { nc: '00000002' },
    { nc: '1' },
    { nc: undefined },
    { cnonce: '"other"' },
    { cnonce: undefined },
    { qop: undefined },
    { qop: 'auth-int' },
    { uri: '"sip:else"' },
    { algorithm: 'SHA-512-256' },
    { algorithm: 'MD5-sess' },
    { response: undefined },
  ];
  for (const instead of wrong) assert.equal(answer(instead), undefined, JSON.stringify(instead));
  assert.equal(answer({ realm: '"elsewhere"' }), 'none');
  assert.equal(answer({ username: undefined }), 'none');
  assert.equal(answer({ nonce: undefined }), 'none');
});

test('both algorithms are offered, SHA-256 first; stale is said when it is so', () => {
  assert.deepEqual(challengesFor('ss1', 'abc', false), [
    'Digest realm="ss1", nonce="abc", algorithm=SHA-256, qop="auth"',
    'Digest realm="ss1", nonce="abc", algorithm=MD5, qop="auth"',
  ]);
  assert.match(challengesFor('ss1', 'abc', true)[1], /, stale=true$/);
  assert.match(challengesFor('ss1', 'abc', true, ['MD5']).join(), /^[^,]+, [^,]+, algorithm=MD5, [^,]+, stale=true$/);
});

test('credentials are found among those for others, in either header field', () => {
  const basic = { name: 'Authorization', value: 'Basic bm9ib2R5' };
  const other = { name: 'Authorization', value: example('MD5', MD5).replace(REALM, 'else') };
  const ours = { name: 'Proxy-Authorization', value: example('MD5', MD5) };
  assert.equal(credentialsFor(new SipHeaders([basic, other, ours]), REALM)?.username, 'Mufasa');
  assert.equal(credentialsFor(new SipHeaders([basic, other]), REALM), undefined);
  assert.equal(credentialsFor(new SipHeaders(), REALM), undefined);
});

test('a password counts as its UTF-8', () => {
  const name = { username: 'ü', password: 'schön', method: 'INVITE' };
  const [challenge] = challengesFor(REALM, 'abc', false);
  const found = read(Buffer.from(answerTo(challenge, name), 'utf8').toString('latin1'));
  assert.equal(verifiedCount(found, 'INVITE', digestsOf('ü', REALM, 'schön')), 1);
});

function read(value: string): DigestCredentials {
  const found = credentialsFor(new SipHeaders([{ name: 'Authorization', value }]), REALM);
  assert.ok(found);
  return found;
}
