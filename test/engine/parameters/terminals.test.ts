import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateConfiguration } from '../../../engine/parameters/validate.ts';
import { signallingConfiguration } from '../../../engine/signal/signalling-configuration.ts';

const md5 = '939e7578ed9e3c518a452acee763bce9';
const sha256 = '7987C64C30E25F1B74BE53F966B49B90F2808AA92FAF9A00262392D7B4794232';
const terminal = { name: '6001', account: 'acme', digests: { MD5: md5, 'SHA-256': sha256 } };

test('a terminal has defaults, and its digests are compared in lower case', () => {
  const { realm, terminals } = configuration({ softswitch: 'ss1', terminals: [terminal] });
  assert.equal(realm, 'ss1');
  assert.deepEqual(terminals, [
    {
      name: '6001',
      account: 'acme',
      digests: { MD5: md5, 'SHA-256': sha256.toLowerCase() },
      rewriteCaller: [],
      rewriteCallee: [],
      sipTimer: true,
      callerFrom: 'from',
      calleeFrom: 'request-uri',
      privacySupport: true,
    },
  ]);
  assert.equal(configuration({ realm: 'voice.example.org' }).realm, 'voice.example.org');
  assert.deepEqual(configuration({}).terminals, []);
});

test('algorithms are those that are known', () => {
  assert.deepEqual(configuration({}).digestAlgorithms, ['SHA-256', 'MD5']);
  assert.deepEqual(configuration({ digestAlgorithms: ['MD5'] }).digestAlgorithms, ['MD5']);
  assert.equal(mistakes({ digestAlgorithms: [] }).length, 1);
  assert.match(mistakes({ digestAlgorithms: ['MD5', 'SHA-1'] }).join(), /"SHA-1" is not allowed; allowed: a list/);
});

test('a terminal without name, account or one of the digests, and a name that comes twice', () => {
  assert.deepEqual(mistakes({ terminals: [{}, { ...terminal, digests: { MD5: md5 } }] }), [
    'signalling.terminals[0]: has no name',
    'signalling.terminals[0]: has no account: who pays?',
    'signalling.terminals[0]: needs both digests, MD5 and SHA-256: "ratemill signal digest NAME" makes them',
    'signalling.terminals[1]: needs both digests, MD5 and SHA-256: "ratemill signal digest NAME" makes them',
  ]);
  assert.deepEqual(mistakes({ terminals: [terminal, terminal] }), [
    'signalling.terminals[1].name: 6001 is the name of another one, too',
  ]);
});

test('what is written in place of a digest is not shown: it may be the password', () => {
  const wrong = mistakes({ terminals: [{ ...terminal, digests: { MD5: 'my secret', 'SHA-256': md5 } }] });
  assert.deepEqual(
    wrong.map((one) => one.split(':')[0]),
    ['signalling.terminals[0].digests.MD5', 'signalling.terminals[0].digests.SHA-256'],
  );
  assert.ok(!wrong.join().includes('secret') && !wrong.join().includes(md5), wrong.join());
});

test('a name or realm that cannot stand in a digest is refused', () => {
  for (const name of ['', 'a:b', '6001 ', 'a"b', 'ü', '-1', 'x'.repeat(65)]) {
    assert.equal(mistakes({ terminals: [{ ...terminal, name }] }).length, 1, name);
  }
  for (const realm of ['', ' a', 'a ', 'a"b', 'a\\b', 'ü', 'x'.repeat(65)]) {
    assert.equal(mistakes({ realm }).length, 1, realm);
  }
  for (const name of ['+4930', 'anna.b-1', '*21#']) {
    const { length } = mistakes({ terminals: [{ ...terminal, name }] });
    assert.equal(length, name.startsWith('*') ? 1 : 0, name);
  }
});

test('rules of a terminal are checked as those of gateways', () => {
  const rewriteCaller = [{ from: '0*', to: '4*9*' }];
  assert.match(
    mistakes({ terminals: [{ ...terminal, rewriteCaller }] }).join(),
    /^signalling\.terminals\[0\]\.rewriteCaller/,
  );
});

type Section = Parameters<typeof validateConfiguration>[0];

function mistakes(signalling: Section): string[] {
  const found = validateConfiguration({ signalling });
  return 'mistakes' in found ? found.mistakes.map(({ path, problem }) => `${path}: ${problem}`) : [];
}

function configuration(signalling: Section) {
  const found = validateConfiguration({ signalling });
  assert.ok('values' in found, JSON.stringify(found));
  return signallingConfiguration(found.values.signalling ?? {}, 'ratemill.json');
}
