import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authParameters, writeAuthParameters } from '../../../signalling/message/auth-parameters.ts';

const decoded = (value: string) => {
  const credentials = authParameters(value);
  return credentials && [credentials.scheme, Object.fromEntries(credentials.parameters)];
};

test('the challenge of RFC 3261, 20.44: commas and quotes within values', () => {
  const challenge =
    'Digest realm="atlanta.com", domain="sip:boxesbybob.com", qop="auth,auth-int", nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5';
  assert.deepEqual(decoded(challenge), [
    'Digest',
    {
      realm: 'atlanta.com',
      domain: 'sip:boxesbybob.com',
      qop: 'auth,auth-int',
      nonce: 'f84f1cec41e6cbe5aea9c8e88d359',
      opaque: '',
      stale: 'FALSE',
      algorithm: 'MD5',
    },
  ]);
  assert.equal(writeAuthParameters(authParameters(challenge) ?? assert.fail()), challenge);
});

test('an answer writes qop without quotes, as it has a nonce count', () => {
  const answer = 'Digest username="bob", uri="sip:a=b@c", qop=auth, nc=00000001, cnonce="0a4f"';
  assert.equal(writeAuthParameters(authParameters(answer) ?? assert.fail()), answer);
});

test('names in any case, spaces and tabs anywhere, a backslash in quotes', () => {
  assert.deepEqual(decoded(' Digest\tREALM = "a \\"b\\"" ,\tnc=1 , '), ['Digest', { realm: 'a "b"', nc: '1' }]);
  assert.deepEqual(decoded('NoOneKnowsThisScheme opaque-data=here'), [
    'NoOneKnowsThisScheme',
    { 'opaque-data': 'here' },
  ]);
  assert.deepEqual(decoded('Negotiate'), ['Negotiate', {}]);
});

test('what is malformed is nothing', () => {
  const others = [
    '',
    '"Digest" a=1',
    'Digest a',
    'Digest a=',
    'Digest =1',
    'Digest a=1 b=2, a=3',
    'Digest a=1, A=2',
    'Digest a="1',
  ];
  for (const value of [
    ...others,
    'Digest a="1" b="2"',
    'Digest,a=1',
    'Digest a b=1',
    'Digest , a=1',
    'Digest a=1,,b=2',
  ]) {
    assert.equal(authParameters(value), undefined, value);
  }
});
