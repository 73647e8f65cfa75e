import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerName, knownHeader, singleHeaders } from '../../../signalling/message/header-names.ts';

const known = (name: string) => knownHeader(`<${name}>`, 1, name.length + 1);

test('known names in any case, long or compact, are the same string', () => {
  for (const name of ['Call-ID', 'call-id', 'CALL-ID', 'i', 'I']) assert.equal(known(name)?.name, 'Call-ID', name);
  assert.equal(headerName('v'), 'Via');
  assert.equal(headerName('www-authenticate'), 'WWW-Authenticate');
});

test('the compact forms of RFC 3261, 7.3.3 and those registered since', () => {
  const compact = {
    a: 'Accept-Contact',
    b: 'Referred-By',
    c: 'Content-Type',
    e: 'Content-Encoding',
    f: 'From',
    k: 'Supported',
    l: 'Content-Length',
    m: 'Contact',
    o: 'Event',
    r: 'Refer-To',
    s: 'Subject',
    t: 'To',
    u: 'Allow-Events',
    x: 'Session-Expires',
  };
  for (const [letter, name] of Object.entries(compact)) assert.equal(headerName(letter), name);
});

test('other names stay as they are', () => {
  for (const name of ['X-Own', 'C%6Fntact', 'Viaa', 'Vi', 'z', '', 'Call\rID', '\x16ia', 'Call\u000dID']) {
    assert.equal(known(name), undefined, name);
    assert.equal(headerName(name), name);
  }
});

test('each header field that comes once has a bit of its own', () => {
  const bits = singleHeaders.map((name) => known(name)?.single ?? 0);
  assert.equal(new Set(bits).size, singleHeaders.length);
  for (const bit of bits) assert.ok(bit > 0 && (bit & (bit - 1)) === 0);
  assert.equal(known('Via')?.single, 0);
});
