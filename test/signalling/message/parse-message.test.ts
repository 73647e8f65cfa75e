import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { MAX_MESSAGE_BYTES } from '../../../signalling/message/scan-headers.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { invite, message } from './sample-messages.ts';

const VIA = 'Via: SIP/2.0/UDP a;branch=z9hG4bK1';
const usual = [VIA, 'From: <sip:a>;tag=1', 'To: <sip:b>', 'Call-ID: 1', 'CSeq: 1 OPTIONS'];
const START = 'OPTIONS sip:b SIP/2.0';

const parse = (text: string | Buffer) => parseMessage(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
const accepted = (text: string | Buffer) => {
  const parsed = parse(text);
  assert.ok(parsed.kind !== 'fault', parsed.kind === 'fault' ? parsed.problem : '');
  return parsed;
};
const refused = (text: string | Buffer) => {
  const parsed = parse(text);
  assert.ok(parsed.kind === 'fault');
  return parsed;
};
/** The usual header lines but those of that name, and these. */
const changed = (name: string, ...lines: string[]) =>
  message(START, [...usual.filter((line) => !line.startsWith(`${name}:`)), ...lines]);

test('a request: start line, headers, body', () => {
  const parsed = accepted(invite);
  assert.ok(parsed.kind === 'request');
  assert.deepEqual([parsed.method, parsed.uri], ['INVITE', 'sip:4915112345678@192.0.2.10:5060;user=phone']);
  assert.equal(parsed.headers.list('Via').length, 2);
  assert.ok(Buffer.from(parsed.body).toString().startsWith('v=0\r\no=root'));
});

test('a response: status, reason as a byte string', () => {
  const parsed = accepted(message('SIP/2.0 486 Bel\xe4gt', usual));
  assert.ok(parsed.kind === 'response');
  assert.deepEqual([parsed.status, parsed.reason], [486, 'Bel\xe4gt']);
});

test('line breaks before the start line, and lines that end with LF alone', () => {
  accepted(Buffer.concat([Buffer.from('\r\n\n\r\n'), invite]));
  const parsed = accepted(`${[START, ...usual].join('\n')}\n\nbody`);
  assert.equal(Buffer.from(parsed.body).toString(), 'body');
});

test('the empty line may be missing where nothing follows it', () => {
  assert.equal(accepted(`${[START, ...usual].join('\r\n')}\r\n`).body.length, 0);
  assert.equal(refused([START, ...usual].join('\r\n')).problem, 'the message ends within CSeq');
});

test('Content-Length: bytes beyond it are dropped, without it the body reaches to the end', () => {
  const head = [START, ...usual].join('\r\n');
  const body = (text: string) => Buffer.from(accepted(text).body).toString('latin1');
  assert.equal(body(`${head}\r\nContent-Length: 2\r\n\r\nabcd`), 'ab');
  assert.equal(body(`${head}\r\nl: 0004\r\n\r\nabcd`), 'abcd');
  assert.equal(body(`${head}\r\n\r\nabcd`), 'abcd');
  assert.equal(refused(`${head}\r\nContent-Length: 5\r\n\r\nabcd`).problem, 'the body is shorter than Content-Length');
  for (const length of ['-1', '+4', '4 4', '', '0x4', '4.0', '65536', '99999999999999999999']) {
    assert.match(
      refused(`${head}\r\nContent-Length: ${length}\r\n\r\nabcd`).problem,
      /^Content-Length is no number/,
      length,
    );
  }
});

test('every mandatory header field that is missing is named; Max-Forwards need not be there', () => {
  accepted(message(START, usual));
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    const fault = refused(changed(name));
    assert.deepEqual([fault.status, fault.problem], [400, `${name} is missing`]);
    assert.equal(fault.answerable?.lines().length, name === 'Via' ? undefined : 4);
  }
});

test('header fields that come once are refused twice, by their compact names and in any case, too', () => {
  for (const line of ['From: <sip:a>', 'f: <sip:a>', 'to: <sip:a>', 'i: 2', 'CSEQ: 1 OPTIONS', 'l: 0']) {
    const fault = refused(message(START, [...usual, line]));
    assert.match(fault.problem, /^(From|To|Call-ID|CSeq|Content-Length) comes twice$/, line);
    assert.equal(fault.status, 400);
  }
  for (const name of ['Max-Forwards', 'Expires', 'Session-Expires', 'Min-SE', 'Content-Type']) {
    assert.equal(refused(message(START, [...usual, `${name}: 1`, `${name}: 1`])).problem, `${name} comes twice`);
  }
});

test('header fields that all layers ask for are checked', () => {
  const problems = {
    'From: "a <sip:a>': 'From is malformed',
    'To: <sip:a': 'To is malformed',
    'Call-ID:': 'Call-ID is empty',
    'CSeq: 2147483648 OPTIONS': 'CSeq is malformed, or its number not 0 to 2147483647',
    'CSeq: OPTIONS': 'CSeq is malformed, or its number not 0 to 2147483647',
    'CSeq: 1 options': 'the method of CSeq is not that of the request',
    'Via: SIP/2.0/UDP': 'Via is malformed',
    'Via: ,': 'Via is malformed',
    'Via: SIP/2.0/UDP a, SIP/2.0/UDP b;;': 'Via is malformed',
    'Contact: sip:a, <sip:b': 'Contact is malformed',
    'Max-Forwards: -1': 'Max-Forwards is no number',
  };
  for (const [line, problem] of Object.entries(problems)) {
    const fault = refused(changed(line.slice(0, line.indexOf(':')), line));
    assert.deepEqual([fault.status, fault.reason, fault.problem], [400, 'Bad Request', problem], line);
  }
  accepted(changed('Contact', 'Contact: *'));
  accepted(changed('CSeq', 'CSeq: 2147483647 OPTIONS'));
});

test('256 elements of Via and of Contact pass, one more does not', () => {
  const elements = (name: string, element: string, count: number) =>
    changed(name, `${name}: ${Array.from({ length: count }, () => element).join(',')}`);
  for (const [name, element] of [
    ['Via', 'SIP/2.0/UDP a'],
    ['Contact', '<sip:a>'],
  ]) {
    assert.equal(accepted(elements(name, element, 256)).headers.list(name).length, 256);
    assert.equal(refused(elements(name, element, 257)).problem, `more than 256 elements of ${name}`);
  }
});

test('another version is 505, whatever else is wrong', () => {
  const fault = refused(message('OPTIONS sip:b SIP/7.0', [...usual, 'X']));
  assert.deepEqual([fault.status, fault.reason, fault.answerable?.lines().length], [505, 'Version Not Supported', 5]);
});

test('what cannot or must not be answered is not answerable', () => {
  for (const text of ['', '\r\n', 'HELLO', 'HELLO\r\n', 'x'.repeat(70_000), `${'x'.repeat(9000)}\r\n\r\n`]) {
    assert.equal(refused(text).answerable, undefined);
  }
  const response = refused(message('SIP/2.0 200 OK', [...usual, 'X']));
  assert.deepEqual([response.answerable, response.isResponse], [undefined, true]);
  assert.equal(refused(message('ACK sip:b SIP/2.0', usual)).answerable, undefined);
  assert.equal(refused(message('ACK <sip:b> SIP/2.0', [...usual.slice(0, 4), 'CSeq: 1 ACK'])).answerable, undefined);
});

test('65,535 bytes are a message, one more is not', () => {
  const head = [START, ...usual].join('\r\n').concat('\r\n\r\n');
  const room = MAX_MESSAGE_BYTES - head.length;
  assert.equal(accepted(head + 'x'.repeat(room)).body.length, room);
  const fault = refused(head + 'x'.repeat(room + 1));
  assert.deepEqual([fault.status, fault.answerable?.lines().length], [513, 5]);
});

test('a view into other bytes is read as bytes of its own', () => {
  const inside = Buffer.concat([Buffer.from('xx'), invite, Buffer.from('xx')]);
  const parsed = accepted(Buffer.from(inside.buffer, inside.byteOffset + 2, invite.length));
  assert.equal(parsed.headers.first('Call-ID'), '7b1d0f3e5a9c4e21@198.51.100.20');
  const plain = new Uint8Array(invite);
  assert.deepEqual(accepted(Buffer.from(plain)).headers.lines(), accepted(invite).headers.lines());
});

test('any header lines and body that are written are read again as they were', () => {
  const byte = fc.integer({ min: 0, max: 255 }).filter((code) => code !== 10 && code !== 13);
  const value = fc.array(byte, { maxLength: 60 }).map((codes) => trimmed(String.fromCharCode(...codes)));
  const line = fc.tuple(fc.stringMatching(/^X-[A-Za-z0-9.!%*_+`'~-]{1,20}$/), value);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.uint8Array({ maxLength: 200 }), (lines, body) => {
      const headers = new SipHeaders(
        usual.map((text) => ({ name: text.slice(0, text.indexOf(':')), value: text.slice(text.indexOf(':') + 2) })),
      );
      for (const [name, text] of lines) headers.append(name, text);
      const parsed = accepted(writeMessage({ kind: 'request', method: 'OPTIONS', uri: 'sip:b', headers, body }));
      assert.deepEqual(parsed.headers.lines().slice(0, -1), headers.lines());
      assert.deepEqual(Buffer.from(parsed.body), Buffer.from(body));
    }),
    { numRuns: 500 },
  );
});

/** Without the space that a line loses at both ends. */
function trimmed(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
