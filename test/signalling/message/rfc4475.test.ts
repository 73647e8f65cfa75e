import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authParameters } from '../../../signalling/message/auth-parameters.ts';
import { cseq } from '../../../signalling/message/cseq.ts';
import { maxForwards } from '../../../signalling/message/max-forwards.ts';
import type { SipMessage, SipRequest } from '../../../signalling/message/message.ts';
import { nameAddress } from '../../../signalling/message/name-address.ts';
import { optionTags } from '../../../signalling/message/option-tags.ts';
import { type MessageFault, parseMessage } from '../../../signalling/message/parse-message.ts';
import { parseUri, unescapeUri, uriScheme, writeUri } from '../../../signalling/message/uri.ts';
import { via } from '../../../signalling/message/via.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';

/** The messages of RFC 4475, which are not part of the project. */
const folder = join(import.meta.dirname, '../../../../shared/data/rfc4475');
const skip = existsSync(folder) ? false : 'the messages of RFC 4475 are not there';

/** What a message is to be taken for, where that is for the parser to say; what is left to later layers is decoded here. */
const valid: Readonly<Record<string, (message: SipRequest) => void>> = {
  wsinv: ({ headers, method }) => {
    assert.equal(headers.first('To'), 'sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n');
    assert.deepEqual(cseq(value(headers.first('CSeq'))), { number: 9, method });
    assert.equal(maxForwards(headers), 68);
    assert.equal(headers.first('Subject'), '');
    assert.equal(headers.first('NewFangledHeader'), 'newfangled value continued newfangled value');
    assert.equal(headers.first('UnknownHeaderWithUnusualValue'), ';;,,;;,;');
    assert.deepEqual(
      headers.list('Via').map((element) => via(element)?.transport),
      ['UDP', 'TCP', 'UDP'],
    );
    assert.deepEqual(
      headers.list('Route').map((element) => nameAddress(element)?.uri),
      ['sip:services.example.com;lr;unknownwith=value;unknown-no-value'],
    );
    const [contact] = headers.list('Contact').map((element) => nameAddress(element));
    assert.deepEqual([contact?.display, contact?.parameters.get('newparam')], ['Quoted string ""', 'newvalue']);
  },
  intmeth: ({ method, uri, headers }) => {
    assert.equal(method, "!interesting-Method0123456789_*+`.%indeed'~");
    assert.equal(
      unescapeUri(value(parseUri(uri)?.user)),
      "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)".split(':')[0],
    );
    assert.ok(nameAddress(value(headers.first('To')))?.display.includes('\0'));
  },
  esc01: ({ uri, headers }) => {
    const to = parseUri(uri);
    assert.deepEqual(
      [to?.scheme, unescapeUri(value(to?.user)), to?.host],
      ['sip', 'sips:user@example.com', 'example.net'],
    );
    assert.equal(headers.list('Contact').length, 1);
  },
  escnull: ({ headers }) => {
    const contacts = headers.list('Contact').map((element) => parseUri(value(nameAddress(element)?.uri)));
    assert.deepEqual(
      contacts.map((uri) => [unescapeUri(value(uri?.user)), uri?.host]),
      [
        ['\0', 'host5.example.com'],
        ['\0\0', 'host5.example.com'],
      ],
    );
  },
  esc02: ({ method, headers }) => {
    assert.equal(method, 'RE%47IST%45R');
    assert.equal(headers.list('Contact').length, 2);
    assert.notEqual(headers.first('C%6Fntact'), undefined);
  },
  lwsdisp: ({ headers }) => {
    assert.deepEqual([nameAddress(value(headers.first('From')))?.display], ['caller']);
  },
  longreq: ({ headers }) => {
    assert.equal(headers.list('Via').length, 34);
    assert.ok(value(headers.first('To')).length > 256);
  },
  dblreq: ({ method, body, headers }) => {
    assert.deepEqual(
      [method, body.length, headers.first('Call-ID')],
      ['REGISTER', 0, 'dblreq.0ha0isndaksdj99sdfafnl3lk233412'],
    );
  },
  semiuri: ({ uri }) => {
    assert.deepEqual([parseUri(uri)?.user, parseUri(uri)?.parameters.size], ['user;par=u%40example.net', 0]);
  },
  transports: ({ headers }) => {
    assert.deepEqual(
      headers.list('Via').map((element) => via(element)?.transport),
      ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
    );
  },
  mpart01: ({ body, headers }) => {
    assert.equal(String(body.length), headers.first('Content-Length'));
    assert.ok(Buffer.from(body).toString('latin1').trimEnd().endsWith('--7a9cbec02ceef655--'));
  },
  // Left to other layers: the parser lets them pass with what those need.
  escruri: ({ uri }) => assert.equal(parseUri(uri)?.headers.get('route'), '%3Csip:example.com%3E'),
  baddate: ({ headers }) => assert.match(value(headers.first('Date')), / EST$/),
  badaspec: ({ headers }) => assert.equal(nameAddress(value(headers.first('To')))?.uri, 'sip:t.watson@example.org'),
  baddn: ({ headers }) => assert.equal(nameAddress(value(headers.first('From')))?.display, 'Bell, Alexander'),
  badbranch: ({ headers }) => assert.equal(via(headers.list('Via')[0])?.branch, 'z9hG4bK'),
  unkscm: ({ uri }) => assert.deepEqual([uriScheme(uri), parseUri(uri)], ['nobodyknowsthisscheme', undefined]),
  novelsc: ({ uri }) => assert.deepEqual([uriScheme(uri), parseUri(uri)], ['soap.beep', undefined]),
  unksm2: ({ headers }) => {
    assert.equal(uriScheme(value(nameAddress(value(headers.first('To')))?.uri)), 'isbn');
    assert.equal(uriScheme(value(nameAddress(value(headers.first('From')))?.uri)), 'http');
    assert.equal(uriScheme(value(nameAddress(headers.list('Contact')[0])?.uri)), 'name');
  },
  bext01: ({ headers }) => {
    assert.deepEqual([...optionTags(headers, 'Require')], ['nothingsupportsthis', 'nothingsupportsthiseither']);
    assert.deepEqual([...optionTags(headers, 'Proxy-Require')], ['noproxiessupportthis', 'nordoanyproxiessupportthis']);
  },
  invut: ({ headers }) => assert.equal(headers.first('Content-Type'), 'application/unknownformat'),
  regaut01: ({ headers }) =>
    assert.equal(authParameters(value(headers.first('Authorization')))?.scheme, 'NoOneKnowsThisScheme'),
  zeromf: ({ headers }) => assert.equal(maxForwards(headers), 0),
  cparam01: ({ headers }) => {
    const contact = nameAddress(headers.list('Contact')[0]);
    assert.deepEqual([contact?.uri.includes('unknownparam'), contact?.parameters.has('unknownparam')], [false, true]);
  },
  cparam02: ({ headers }) => {
    const contact = nameAddress(headers.list('Contact')[0]);
    assert.deepEqual([contact?.uri.includes('unknownparam'), contact?.parameters.has('unknownparam')], [true, false]);
  },
  regescrt: ({ headers }) => {
    const uri = value(nameAddress(headers.list('Contact')[0])?.uri);
    assert.equal(writeUri(parseUri(uri) ?? assert.fail()).toLowerCase(), uri.toLowerCase());
    assert.equal(parseUri(uri)?.headers.get('route'), '%3Csip:sip.example.com%3E');
  },
  sdp01: ({ headers }) => assert.equal(headers.list('Accept').includes('application/sdp'), false),
  inv2543: ({ headers }) => assert.equal(via(headers.list('Via')[0])?.branch, undefined),
};

const responses: Readonly<Record<string, (message: SipMessage) => void>> = {
  unreason: (message) => {
    assert.ok(message.kind === 'response');
    assert.ok(Buffer.from(message.reason, 'latin1').toString('utf8').startsWith('= 2**3 * 5**2 но сто'));
  },
  noreason: (message) => assert.ok(message.kind === 'response' && message.status === 100 && message.reason === ''),
  bcast: ({ headers }) =>
    assert.deepEqual(
      headers.list('Via').map((element) => via(element)?.host),
      ['192.0.2.198', '255.255.255.255'],
    ),
};

/** Requests that are refused, with what is wrong. */
const refused: Readonly<Record<string, readonly [status: number, problem: string]>> = {
  badinv01: [400, 'Via is malformed'],
  clerr: [400, 'the body is shorter than Content-Length'],
  ncl: [400, 'Content-Length is no number of bytes a message can have'],
  scalar02: [400, 'CSeq is malformed, or its number not 0 to 2147483647'],
  quotbal: [400, 'To is malformed'],
  ltgtruri: [400, 'the Request-URI is malformed'],
  lwsruri: [400, 'the Request-URI is malformed'],
  lwsstart: [400, 'the Request-URI is malformed'],
  trws: [400, 'the first line names no version of SIP'],
  regbadct: [400, 'Contact is malformed'],
  badvers: [505, 'the version is not SIP/2.0'],
  mismatch01: [400, 'the method of CSeq is not that of the request'],
  mismatch02: [400, 'the method of CSeq is not that of the request'],
  insuf: [400, 'From is missing'],
  multi01: [400, 'CSeq comes twice'],
  mcl01: [400, 'Content-Length comes twice'],
};

/** Responses that are dropped, and a file that is no message. */
const dropped: Readonly<Record<string, string>> = {
  test: 'the first line is no request line',
  scalarlg: 'CSeq is malformed, or its number not 0 to 2147483647',
  bigcode: 'the status is not 100 to 699',
};

for (const [name, check] of Object.entries({ ...valid, ...responses })) {
  test(name, { skip }, () => {
    const message = parsed(name);
    assert.ok(message.kind !== 'fault', message.kind === 'fault' ? message.problem : '');
    (check as (message: SipMessage) => void)(message);
    writtenAgain(message);
  });
}

for (const [name, [status, problem]] of Object.entries(refused)) {
  test(name, { skip }, () => {
    const fault = parsed(name);
    assert.ok(fault.kind === 'fault', 'it is accepted');
    assert.deepEqual([fault.status, fault.problem, fault.isResponse], [status, problem, false]);
    assert.notEqual(fault.answerable?.first('Via'), undefined);
  });
}

for (const [name, problem] of Object.entries(dropped)) {
  test(name, { skip }, () => {
    const fault = parsed(name);
    assert.ok(fault.kind === 'fault', 'it is accepted');
    assert.deepEqual([fault.problem, fault.answerable], [problem, undefined]);
  });
}

test('each message of the archive has its test', { skip }, () => {
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.dat') ? [file.slice(0, -4)] : []));
  const tested = [valid, responses, refused, dropped].flatMap((list) => Object.keys(list));
  assert.deepEqual(
    names.filter((name) => !tested.includes(name)),
    [],
  );
});

function parsed(name: string): SipMessage | MessageFault {
  return parseMessage(readFileSync(join(folder, `${name}.dat`)));
}

function writtenAgain(message: SipMessage): void {
  const again = parseMessage(writeMessage(message));
  assert.ok(again.kind !== 'fault');
  const lines = ({ headers }: SipMessage) => headers.lines().filter(({ name }) => name !== 'Content-Length');
  assert.deepEqual(lines(again), lines(message));
  assert.deepEqual(Buffer.from(again.body), Buffer.from(message.body));
}

function value(text: string | undefined): string {
  return text ?? assert.fail('it is missing');
}
