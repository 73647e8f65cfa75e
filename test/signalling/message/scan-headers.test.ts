import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipHeaders } from '../../../signalling/message/headers.ts';
import { MAX_HEADER_LINES, MAX_LINE_BYTES, scanHeaders } from '../../../signalling/message/scan-headers.ts';

const scan = (text: string) => {
  const scanned = scanHeaders(text, 0);
  const lines = SipHeaders.received(text, scanned.lines).lines();
  return { ...scanned, lines: lines.map(({ name, value }) => [name, value]), body: text.slice(scanned.bodyStart) };
};

test('lines up to the empty one, the body behind it', () => {
  const { lines, body, problem } = scan('To: <sip:a>\r\nX-1: 1\r\n\r\nbody: 2\r\n');
  assert.deepEqual(
    [lines, body, problem],
    [
      [
        ['To', '<sip:a>'],
        ['X-1', '1'],
      ],
      'body: 2\r\n',
      undefined,
    ],
  );
});

test('LF alone ends a line, too, and the empty line may be missing', () => {
  assert.deepEqual(scan('A-1: 1\nB-1: 2\n\nbody').body, 'body');
  const { lines, body, problem } = scan('A-1: 1\r\nB-1: 2\r\n');
  assert.deepEqual([lines.length, body, problem], [2, '', undefined]);
  assert.deepEqual(scan('\r\nbody').body, 'body');
});

test('space around the colon, and lines that continue the one before', () => {
  assert.deepEqual(scan('A-1 \t:\t 1 \r\nB-1:\r\n 2\r\n\t\t3\n  \r\n 4 \r\nC-1:\r\n\r\n').lines, [
    ['A-1', '1'],
    ['B-1', '2 3 4'],
    ['C-1', ''],
  ]);
  assert.deepEqual(scan('A-1\r\n : 1\r\n\r\n').lines, [['A-1', '1']]);
});

test('the first thing wrong is told, the lines that are well-formed stay', () => {
  const problems = {
    'no colon\r\nX-1: 1\r\n\r\n': 'a header line has no colon',
    'a b: 2\r\nX-1: 1\r\n\r\n': 'the name of a header line is no token',
    ' A-1: 2\r\nX-1: 1\r\n\r\n': 'the name of a header line is no token',
    ': 2\r\nX-1: 1\r\n\r\n': 'the name of a header line is no token',
    'A-1: 2\r3\r\nX-1: 1\r\n\r\n': 'a CR within A-1',
    'A-1: 2\r\r\nX-1: 1\r\n\r\n': 'a CR within A-1',
    'X-1: 1\r\nA-1: 2': 'the message ends within A-1',
  };
  for (const [text, problem] of Object.entries(problems)) {
    const scanned = scan(text);
    assert.deepEqual([scanned.problem, scanned.lines], [problem, [['X-1', '1']]], text);
  }
});

test('a header field that comes once keeps its first line', () => {
  const scanned = scan('To: <sip:a>\r\nVia: 1\r\nt: <sip:b>\r\nVia: 2\r\n\r\n');
  assert.deepEqual(scanned.lines, [
    ['To', '<sip:a>'],
    ['Via', '1'],
    ['Via', '2'],
  ]);
  assert.equal(scanned.problem, 'To comes twice');
  assert.notEqual(scanned.repeated & scanned.present, 0);
});

test('limits of lines and of their length, each met exactly and passed by one', () => {
  assert.equal(scan(`${'A: 1\r\n'.repeat(MAX_HEADER_LINES)}\r\n`).problem, undefined);
  assert.equal(scan(`${'A: 1\r\n'.repeat(MAX_HEADER_LINES + 1)}\r\n`).problem, 'more than 256 header lines');
  assert.equal(scan(`${'A: 1\r\n'.repeat(MAX_HEADER_LINES + 100)}\r\n`).lines.length, MAX_HEADER_LINES);
  assert.equal(scan(`${'A:'.padEnd(MAX_LINE_BYTES, 'x')}\r\n\r\n`).problem, undefined);
  assert.equal(scan(`${'A:'.padEnd(MAX_LINE_BYTES + 1, 'x')}\r\n\r\n`).problem, 'more than 8192 bytes a line');
  assert.equal(scan(`A:${'\r\n x'.repeat(MAX_LINE_BYTES / 4)}\r\n\r\n`).problem, 'more than 8192 bytes a line');
});
