import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateConfiguration } from '../../../engine/parameters/validate.ts';
import { signallingConfiguration } from '../../../engine/signal/signalling-configuration.ts';

const MD5 = '939e7578ed9e3c518a452acee763bce9';
const digests = { MD5, 'SHA-256': '7987C64C30E25F1B74BE53F966B49B90F2808AA92FAF9A00262392D7B4794232' };

test('a gateway registers with a password, or with digests for one realm, or not at all', () => {
  assert.deepEqual(registrationOf({ user: '4930', password: 'pässword' }), {
    user: '4930',
    secret: { password: 'pässword' },
    realm: null,
  });
  assert.deepEqual(registrationOf({ user: '4930', digests, realm: 'example.org' }), {
    user: '4930',
    secret: { digests: { MD5, 'SHA-256': digests['SHA-256'].toLowerCase() } },
    realm: 'example.org',
  });
  assert.equal(registrationOf(undefined), null);
});

test('what is missing, and what does not go together, is told', () => {
  const at = 'signalling.routingGateways[0].registration: ';
  assert.deepEqual(mistakes({}), [`${at}has no user`, `${at}needs either "password" or "digests" of it`]);
  assert.deepEqual(mistakes({ user: '4930', password: 'x', digests, realm: 'r' }), [
    `${at}needs either "password" or "digests" of it`,
  ]);
  assert.deepEqual(mistakes({ user: '4930', digests: { MD5 } }), [
    `${at}needs both digests, MD5 and SHA-256`,
    `${at}needs "realm": digests hold for one only`,
  ]);
});

test('a password that is none is not shown', () => {
  for (const password of ['', 'my secret'.repeat(20), ['my secret']]) {
    const [wrong, ...more] = mistakes({ user: '4930', password });
    assert.match(wrong, /registration\.password: .*allowed: 1 to 128 characters$/);
    assert.doesNotMatch(wrong, /my secret/);
    assert.deepEqual(more.length, 0);
  }
});

type Section = Parameters<typeof validateConfiguration>[0];

function validated(registration: Section | undefined) {
  const gateway = { name: 'out-1', address: '192.0.2.9:5060' };
  const gateways = [registration === undefined ? gateway : { ...gateway, registration }];
  return validateConfiguration({ signalling: { routingGateways: gateways } });
}

function registrationOf(registration: Section | undefined) {
  const found = validated(registration);
  assert.ok('values' in found, JSON.stringify(found));
  return signallingConfiguration(found.values.signalling ?? {}, 'ratemill.json').routingGateways[0].registration;
}

function mistakes(registration: Section): string[] {
  const found = validated(registration);
  return 'mistakes' in found ? found.mistakes.map(({ path, problem }) => `${path}: ${problem}`) : [];
}
