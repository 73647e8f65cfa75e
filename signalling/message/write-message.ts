import assert from 'node:assert/strict';
import type { SipMessage } from './message.ts';

/**
 * The bytes of a message. Header lines are written in their order; Content-Length comes last and is always right, a line of
 * that name among the headers is left out. Throws AssertionError when a part has a line break in it, which would begin
 * a header line of somebody else's choice, or a character that is no byte.
 */
export function writeMessage(message: SipMessage): Buffer {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  assertLine(head);
  for (const { name, value } of message.headers.lines()) {
    if (isContentLength(name)) continue;
    const line = `${name}: ${value}`;
    assertLine(line);
    head += `\r\n${line}`;
  }
  head += `\r\nContent-Length: ${message.body.length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + message.body.length);
  bytes.write(head, 0, 'latin1');
  bytes.set(message.body, head.length);
  return bytes;
}

/** In any case; nearly all names are told by their length. */
function isContentLength(name: string): boolean {
  return name.length === 14 && name.toLowerCase() === 'content-length';
}

function assertLine(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13 || code > 255) {
      assert.fail(`character ${code} at ${at} of a line: a line break, or none that is a byte (see byteString)`);
    }
  }
}
