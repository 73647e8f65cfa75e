import { samples } from './sample-messages.ts';

/** A whole number from 0 to `below` - 1. */
type Draw = (below: number) => number;

/** One of the samples, damaged in one to four ways; the same one for the same draws. */
export function mutant(draw: Draw): Buffer {
  let bytes: Buffer = Buffer.from(samples[draw(samples.length)]);
  for (let left = 1 + draw(1 + draw(4)); left > 0; left--) bytes = mutations[draw(mutations.length)](bytes, draw);
  return bytes;
}

const mutations: readonly ((bytes: Buffer, draw: Draw) => Buffer)[] = [
  flipBits,
  overwrite,
  truncate,
  removePart,
  repeatPart,
  moveLines,
  foldLine,
  (bytes, draw) => insert(bytes, draw, MARKS[draw(MARKS.length)]),
  (bytes, draw) => insert(bytes, draw, HEADERS[draw(HEADERS.length)]),
  // Long parts are rarer than short ones, so that most of the time goes into variety.
  (bytes, draw) => insert(bytes, draw, MARKS[draw(MARKS.length)].repeat(1 + draw(draw(100) === 0 ? 4000 : 60))),
];

/** What has a meaning somewhere in a message. */
const MARKS = [
  ...',;"<>\\:=?@&%/[]()*. \t\r\n\0',
  '\r\n',
  '\r\n ',
  '\r\n\r\n',
  '\\"',
  '""',
  '<>',
  '"<',
  ';;',
  ';a=',
  ',,',
  '%00',
  '%',
  '\xff',
  '\xc3\xa0',
  '::',
  '2147483648',
  '-1',
  'SIP/2.0',
  'sip:',
  'tel:',
];

const HEADERS = [
  '\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1',
  '\r\nv:',
  '\r\nFrom: <sip:a>',
  '\r\nContact: *',
  '\r\nl: 7',
  '\r\nContent-Length: 99999999',
  '\r\nMax-Forwards: 0',
  '\r\nSession-Expires: 90;refresher=uas',
  '\r\nRoute: "a, <b>" <sip:c;lr>, <sip:d>',
  '\r\nWWW-Authenticate: Digest realm="a, b=\\"c\\"", nonce=""',
  '\r\nX-Long: ',
];

function flipBits(bytes: Buffer, draw: Draw): Buffer {
  for (let left = 1 + draw(8); left > 0 && bytes.length > 0; left--) bytes[draw(bytes.length)] ^= 1 << draw(8);
  return bytes;
}

function overwrite(bytes: Buffer, draw: Draw): Buffer {
  for (let left = 1 + draw(8); left > 0 && bytes.length > 0; left--) bytes[draw(bytes.length)] = draw(256);
  return bytes;
}

function truncate(bytes: Buffer, draw: Draw): Buffer {
  return bytes.subarray(0, draw(bytes.length + 1));
}

function removePart(bytes: Buffer, draw: Draw): Buffer {
  const [from, to] = part(bytes, draw);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

function repeatPart(bytes: Buffer, draw: Draw): Buffer {
  const [from, to] = part(bytes, draw);
  const again = Array.from({ length: 1 + draw(draw(50) === 0 ? 200 : 5) }, () => bytes.subarray(from, to));
  return Buffer.concat([bytes.subarray(0, to), ...again, bytes.subarray(to)]).subarray(0, 65_535);
}

/** Puts the lines behind one of them before it. */
function moveLines(bytes: Buffer, draw: Draw): Buffer {
  const lines = bytes.toString('latin1').split('\r\n');
  const at = draw(lines.length);
  return Buffer.from([lines[0], ...lines.slice(at), ...lines.slice(1, at)].join('\r\n'), 'latin1');
}

function foldLine(bytes: Buffer, draw: Draw): Buffer {
  const space = bytes.indexOf(' ', draw(bytes.length + 1));
  if (space < 0) return bytes;
  return Buffer.concat([bytes.subarray(0, space), Buffer.from('\r\n '), bytes.subarray(space)]);
}

function insert(bytes: Buffer, draw: Draw, text: string): Buffer {
  const at = draw(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(at)]).subarray(0, 65_535);
}

function part(bytes: Buffer, draw: Draw): [from: number, to: number] {
  const from = draw(bytes.length + 1);
  return [from, Math.min(bytes.length, from + draw(200))];
}
