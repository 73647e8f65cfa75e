import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedPrivacy, hidesIdentity } from '../../../signalling/identity/asked-privacy.ts';
import { defaultNumberSources, type NumberSources } from '../../../signalling/identity/identity-policy.ts';
import { requestOf } from '../sip-text.ts';

function asked(lines: readonly string[], from?: string, sources: Partial<NumberSources> = {}) {
  const { headers } = requestOf('INVITE', from === undefined ? { lines } : { lines, from });
  return askedPrivacy(headers, { ...defaultNumberSources, ...sources });
}

const nothing = { values: [], hidesFrom: false, hidesIdentity: false };
const anonymous = '<sip:anonymous@anonymous.invalid>;tag=a';

test('who asks for nothing hides nothing', () => {
  assert.deepEqual(asked([]), nothing);
  assert.deepEqual(asked(['Privacy: none']), { ...nothing, values: ['none'] });
  assert.deepEqual(asked(['Privacy: header;session']), { ...nothing, values: ['header', 'session'] });
});

test('id and user hide who calls, however they are written', () => {
  for (const lines of [['Privacy: id'], ['privacy: ID ; critical'], ['Privacy: none', 'Privacy: user']]) {
    const { hidesFrom, hidesIdentity: hides } = asked(lines);
    assert.deepEqual([hidesFrom, hides], [true, true], lines.join());
  }
  assert.deepEqual(asked(['Privacy: id;critical, id;;header']).values, ['id', 'critical', 'header']);
  assert.equal(hidesIdentity(['header']), false);
});

test('a From that is anonymous stays so, and says nothing of identity headers', () => {
  assert.deepEqual(asked([], anonymous), { values: [], hidesFrom: true, hidesIdentity: false });
});

test('Remote-Party-ID asks for privacy where the caller is read from it', () => {
  const hides = (value: string, callerFrom: NumberSources['callerFrom'] = 'remote-party-id') =>
    asked([`Remote-Party-ID: ${value}`], undefined, { callerFrom }).hidesIdentity;
  assert.equal(hides('<sip:1@h>;party=calling;privacy=full'), true);
  assert.equal(hides('<sip:1@h>;privacy=URI'), true);
  assert.equal(hides('<sip:1@h>;privacy=off'), false);
  assert.equal(hides('<sip:1@h>;party=called;privacy=full'), false);
  assert.equal(hides('<sip:1@h>;privacy=full', 'from'), false);
  assert.equal(hides('<sip:1@h'), false);
});

test('where privacy is not supported nothing is asked for', () => {
  assert.deepEqual(asked(['Privacy: id'], anonymous, { privacySupport: false }), nothing);
});

test('what is no token is no value, and there are not more than a few', () => {
  assert.deepEqual(asked(['Privacy: id"x";"user";<id>;i d']).values, []);
  const many = Array.from({ length: 1000 }, (_, nth) => `v${nth}`).join(';');
  assert.equal(asked([`Privacy: ${many}`]).values.length, 16);
});
