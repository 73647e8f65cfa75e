import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { message } from './sample-messages.ts';

const made = () =>
  new SipHeaders([
    { name: 'Via', value: 'SIP/2.0/UDP a, SIP/2.0/UDP b' },
    { name: 'X-Own', value: '1' },
    { name: 'Via', value: 'SIP/2.0/UDP c' },
  ]);

const received = (...lines: string[]) => {
  const parsed = parseMessage(
    message('OPTIONS sip:a SIP/2.0', [
      'Via: SIP/2.0/UDP a',
      'From: <sip:a>',
      'To: <sip:b>',
      'Call-ID: 1',
      'CSeq: 1 OPTIONS',
      ...lines,
    ]),
  );
  assert.ok(parsed.kind !== 'fault');
  return parsed.headers;
};

test('first, all and list: one line, every line, every element', () => {
  assert.equal(made().first('Via'), 'SIP/2.0/UDP a, SIP/2.0/UDP b');
  assert.deepEqual(made().all('Via'), ['SIP/2.0/UDP a, SIP/2.0/UDP b', 'SIP/2.0/UDP c']);
  assert.deepEqual(made().list('Via'), ['SIP/2.0/UDP a', 'SIP/2.0/UDP b', 'SIP/2.0/UDP c']);
  assert.deepEqual([made().first('Route'), made().all('Route'), made().list('Route')], [undefined, [], []]);
});

test('names are found in any case', () => {
  assert.equal(made().first('x-OWN'), '1');
  assert.equal(made().first('X-Owm'), undefined);
});

test('lines are put at either end, replaced at the place of the first, removed', () => {
  const headers = made();
  headers.prepend('Via', 'SIP/2.0/UDP z');
  headers.append('X-Last', '2');
  headers.set('X-Own', '3');
  headers.set('New', '4');
  assert.deepEqual(
    headers.lines().map(({ name, value }) => `${name}: ${value}`),
    [
      'Via: SIP/2.0/UDP z',
      'Via: SIP/2.0/UDP a, SIP/2.0/UDP b',
      'X-Own: 3',
      'Via: SIP/2.0/UDP c',
      'X-Last: 2',
      'New: 4',
    ],
  );
  headers.set('via', 'one');
  assert.deepEqual(headers.all('Via'), ['one']);
  assert.equal(headers.lines()[0].name, 'via');
  headers.remove('VIA');
  assert.deepEqual(
    headers.lines().map(({ name }) => name),
    ['X-Own', 'X-Last', 'New'],
  );
});

test('received lines: compact names are long, values unfolded and trimmed, bytes kept', () => {
  const headers = received(
    's:  a  b ',
    'sUPPORTED: timer,',
    '  100rel \r\n\t',
    'X-Utf8: J\xc3\xbcrgen\xc3\xa0',
    'm: <sip:a>',
    'Empty:',
  );
  assert.equal(headers.first('Subject'), 'a  b');
  assert.equal(headers.first('Supported'), 'timer, 100rel');
  assert.equal(headers.first('X-Utf8'), 'J\xc3\xbcrgen\xc3\xa0');
  assert.equal(headers.first('Contact'), '<sip:a>');
  assert.equal(headers.first('Empty'), '');
});

test('received lines can be changed as others, beside those that are not decoded yet', () => {
  const headers = received('X-Own: 1', 'X-Other: 2');
  headers.set('X-Own', '3');
  headers.prepend('Via', 'SIP/2.0/UDP z');
  assert.deepEqual([headers.first('X-Own'), headers.first('X-Other')], ['3', '2']);
  assert.deepEqual(headers.list('Via'), ['SIP/2.0/UDP z', 'SIP/2.0/UDP a']);
});
