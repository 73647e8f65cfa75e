import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAnonymous, plainNumber, uriNumber } from '../../../signalling/identity/uri-number.ts';
import { parseUri, type Uri } from '../../../signalling/message/uri.ts';

const numbers: readonly (readonly [string, string])[] = [
  ['sip:4930123@192.0.2.1', '4930123'],
  ['sips:+4930123:secret@host.example;user=ip', '+4930123'],
  ['sip:%34930123@192.0.2.1', '4930123'],
  ['sip:a-b.c@192.0.2.1', 'a-b.c'],
  ['sip:+49-30-123;npdi@192.0.2.1;user=phone', '+4930123'],
  ['tel:+49-30.(123)', '+4930123'],
  ['tel:123;phone-context=+4930', '123'],
  ['sip:192.0.2.1', ''],
  ['sip:@192.0.2.1', ''],
  ['sip:Anonymous@anonymous.invalid', ''],
  ['sip:anonymous@192.0.2.1', ''],
  ['mailto:4930123@192.0.2.1', ''],
  ['', ''],
];

test('the number of a SIP or tel URI, empty for one that names none', () => {
  for (const [uri, number] of numbers) assert.equal(uriNumber(uri), number, uri);
});

test('visual separators are no digits, and a plus stays', () => {
  assert.equal(plainNumber('+49 30'), '+49 30');
  assert.equal(plainNumber('(030)1-2.3'), '030123');
});

test('anonymous by host or by user', () => {
  const said = ['sip:x@anonymous.invalid', 'sip:ANONYMOUS@example.com', 'sip:1@example.com'].map((uri) =>
    isAnonymous(parseUri(uri) as Uri),
  );
  assert.deepEqual(said, [true, true, false]);
});
