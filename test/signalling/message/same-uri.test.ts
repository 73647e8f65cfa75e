import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameUri } from '../../../signalling/message/same-uri.ts';
import { parseUri } from '../../../signalling/message/uri.ts';

const same = (one: string, other: string) => {
  const [left, right] = [one, other].map((text) => parseUri(text) ?? assert.fail(text));
  assert.equal(sameUri(left, right), sameUri(right, left), 'either way round');
  return sameUri(left, right);
};

test('the URIs which RFC 3261, 19.1.4 calls equivalent', () => {
  const pairs = [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
  ];
  for (const [one, other] of pairs) assert.ok(same(one, other), `${one} ${other}`);
});

test('the URIs which RFC 3261, 19.1.4 calls different', () => {
  const pairs = [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:alice@atlanta.com', 'sips:alice@atlanta.com'],
    ['sip:alice:a@atlanta.com', 'sip:alice:A@atlanta.com'],
    ['sip:alice@atlanta.com', 'sip:atlanta.com'],
    ['sip:a@b?x=1', 'sip:a@b?y=1'],
  ];
  for (const [one, other] of pairs) assert.equal(same(one, other), false, `${one} ${other}`);
});

test('parameters that count when only one has them', () => {
  for (const parameter of ['user=phone', 'ttl=1', 'method=INVITE', 'maddr=192.0.2.1', 'transport=tcp']) {
    assert.equal(same('sip:a@b', `sip:a@b;${parameter}`), false, parameter);
  }
});

test('tel URIs are compared without visual separators (RFC 3966, 4)', () => {
  assert.ok(same('tel:+1-201-555-0123', 'tel:+1(201)555.0123'));
  assert.ok(same('tel:7042;phone-context=Example.com', 'tel:7042;phone-context=example.com'));
  assert.equal(same('tel:7042;phone-context=example.com', 'tel:7042'), false);
  assert.equal(same('tel:+12015550123', 'tel:12015550123'), false);
});
