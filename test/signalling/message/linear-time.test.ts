import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authParameters } from '../../../signalling/message/auth-parameters.ts';
import { unquote } from '../../../signalling/message/byte-string.ts';
import { FrameStream } from '../../../signalling/message/frame-stream.ts';
import { nameAddress } from '../../../signalling/message/name-address.ts';
import { headerParameters } from '../../../signalling/message/parameters.ts';
import { parseMessage } from '../../../signalling/message/parse-message.ts';
import { splitList } from '../../../signalling/message/split-list.ts';
import { parseUri, unescapeUri } from '../../../signalling/message/uri.ts';
import { via } from '../../../signalling/message/via.ts';
import { decodeAll } from './decode-all.ts';
import { message } from './sample-messages.ts';

/**
 * Times of sixteen times as much input are compared: linear work takes 16 times as long, quadratic work 256 times. The
 * limit between them is generous to a busy machine, and the smallest of several times counts.
 */
const SMALL = 4_000;
/** What any datagram may take. */
const MAX_MS = 5;
const TIMES = 16;
const LIMIT = 64;

const marks = [
  ',',
  '"',
  '\\',
  '<',
  '>',
  ';',
  '=',
  '@',
  ':',
  '?',
  '&',
  '%',
  ' ',
  '\t',
  '/',
  '[',
  ';a',
  ',"',
  '"<',
  '<>',
  '"a",',
  '<a>,',
  '%41',
  ';=',
  'a,',
  '\\"',
  'a=b,',
  '"a"<b>',
  '::',
  '\xff',
  'a',
];

/** Texts as decoders get them: a mark repeated, behind what makes a decoder go on to it. */
const decoders: Readonly<
  Record<string, { readonly decode: (text: string) => unknown; readonly begins: readonly string[] }>
> = {
  splitList: { decode: (text) => splitList(text), begins: ['', ',', '"', '<'] },
  nameAddress: { decode: nameAddress, begins: ['', '"', '<sip:', '<sip:a>', 'sip:a', '"a" <sip:a>;b="'] },
  headerParameters: { decode: (text) => headerParameters(text, 0), begins: ['', ';a', ';a=', ';a="'] },
  parseUri: {
    decode: parseUri,
    begins: ['', 'sip:', 'sip:a@', 'sip:a@b', 'sip:a@b;c', 'sip:a@b?c', 'tel:', 'tel:1', 'sip:['],
  },
  unescapeUri: { decode: unescapeUri, begins: ['', '%'] },
  unquote: { decode: unquote, begins: ['', '"'] },
  via: { decode: via, begins: ['', 'SIP', 'SIP/2.0/', 'SIP/2.0/UDP ', 'SIP/2.0/UDP a;', 'SIP/2.0/UDP a;b="'] },
  authParameters: { decode: authParameters, begins: ['', 'Digest ', 'Digest a=', 'Digest a="', 'Digest a=b,'] },
};

for (const [name, { decode, begins }] of Object.entries(decoders)) {
  test(`${name} takes time in proportion to its input`, (context) => {
    const inputs = begins.flatMap((begin) =>
      marks.map((mark) => ({
        what: `${begin}${mark}…`,
        make: (size: number) => begin + mark.repeat(size / mark.length),
      })),
    );
    const worst = Math.max(...inputs.map(({ what, make }) => growth(what, make, decode)));
    context.diagnostic(`${inputs.length} inputs, at most ${worst.toFixed(1)} times as long for ${TIMES} times as much`);
  });
}

const usual = ['Via: SIP/2.0/UDP a', 'From: <sip:a>;tag=1', 'To: <sip:b>', 'Call-ID: 1', 'CSeq: 1 OPTIONS'];
const head = ['OPTIONS sip:b SIP/2.0', ...usual, ''].join('\r\n');

/** Whole messages: what fits into 64,000 bytes. */
const messages: Readonly<Record<string, (size: number) => Buffer>> = {
  'line breaks before it': (size) =>
    Buffer.concat([Buffer.alloc(size, '\r\n'), message('OPTIONS sip:b SIP/2.0', usual)]),
  'no line end': (size) => Buffer.alloc(size, 'x'),
  'header lines': (size) => Buffer.from(`${head}${'X:1\r\n'.repeat(size / 5)}\r\n`),
  'lines without a colon': (size) => Buffer.from(`${head}${'x\r\n'.repeat(size / 3)}\r\n`),
  'folded lines': (size) => Buffer.from(`${head}Subject: a${'\r\n b'.repeat(size / 4)}\r\n\r\n`),
  'empty folded lines': (size) => Buffer.from(`${head}Subject: a${'\r\n '.repeat(size / 3)}\r\n\r\n`),
  'CR alone': (size) => Buffer.from(`${head}Subject: ${'\r'.repeat(size)}\r\n\r\n`),
  'spaces around a colon': (size) =>
    Buffer.from(`${head}Subject${' '.repeat(size / 2)}:${' '.repeat(size / 2)}\r\n\r\n`),
  'long names': (size) => Buffer.from(`${head}${`${'n'.repeat(998)}\r\n`.repeat(size / 1000)}\r\n`),
  'many Via elements': (size) =>
    Buffer.from(`${head}${`Via: ${'SIP/2.0/UDP a,'.repeat(70)}\r\n`.repeat(size / 1000)}\r\n`),
  'short Via elements': (size) =>
    Buffer.from(`${head}${`v: ${'SIP/2.0/UDP a;b,'.repeat(62)}\r\n`.repeat(size / 1000)}\r\n`),
  'many contacts': (size) =>
    Buffer.from(`${head}${`m: ${'<sip:a;b?c=d>;e="f,",'.repeat(47)}\r\n`.repeat(size / 1000)}\r\n`),
  'open quotes': (size) => Buffer.from(`${head}${`m: ${'"a\\"<,'.repeat(160)}\r\n`.repeat(size / 1000)}\r\n`),
  'parameters of different names': (size) => {
    const parameters = Array.from({ length: 150 }, (_, at) => `;p${at}=x`).join('');
    return Buffer.from(`${head}${`Route: <sip:a${parameters}>${parameters}\r\n`.repeat(size / 2000)}\r\n`);
  },
};

for (const [name, make] of Object.entries(messages)) {
  test(`${name}: a message takes time in proportion to its bytes`, (context) => {
    const work = (bytes: Buffer) => {
      const parsed = parseMessage(bytes);
      const headers = parsed.kind === 'fault' ? parsed.answerable : parsed.headers;
      if (headers !== undefined) decodeAll(headers);
    };
    const times = growth(name, make, work);
    const large = make(SMALL * TIMES);
    let ms = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 4 && ms > MAX_MS; attempt++) ms = Math.min(ms, shortest(work, large));
    context.diagnostic(`${times.toFixed(1)} times as long for ${TIMES} times as much, which takes ${ms.toFixed(2)} ms`);
    assert.ok(ms <= MAX_MS, `${ms} ms`);
  });
}

test('a stream in small pieces takes time in proportion to its bytes', (context) => {
  const make = (size: number) => Buffer.from(`${head}${'X: 1\r\n'.repeat(size / 6)}`);
  const work = (bytes: Buffer) => {
    const stream = new FrameStream();
    for (let at = 0; at < bytes.length; at += 4) stream.push(bytes.subarray(at, at + 4));
  };
  context.diagnostic(`${growth('pieces', make, work).toFixed(1)} times as long for ${TIMES} times as much`);
});

/** How many times longer a large input takes than a small one; fails when it is too long each time it is measured. */
function growth<Input>(what: string, make: (size: number) => Input, work: (input: Input) => unknown): number {
  const [small, large] = [make(SMALL), make(SMALL * TIMES)];
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4; attempt++) {
    // A clock cannot tell less than some microseconds, so the small input counts as 5 at least.
    least = Math.min(least, shortest(work, large) / Math.max(0.005, shortest(work, small)));
    if (least < LIMIT) return least;
  }
  assert.fail(`${what} takes ${least.toFixed(0)} times as long for ${TIMES} times as much`);
}

/** Milliseconds. */
function shortest<Input>(work: (input: Input) => unknown, input: Input): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    work(input);
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
