/**
 * What peers send to keep a path through NAT open. `ping` (CR LF CR LF) wants CR LF back (RFC 5626, 3.5.1); the others want
 * no answer and are worth no line in the log.
 */
export type KeepAlive = 'empty' | 'crlf' | 'ping' | 'zeros' | 'stun' | 'text';

/** What kind of keep-alive a datagram is; undefined for what may be a SIP message. */
export function keepAlive(bytes: Uint8Array): KeepAlive | undefined {
  if (bytes.length === 0) return 'empty';
  const first = bytes[0];
  if (first === 13 || first === 10) return lineBreaks(bytes);
  if (first === 0) return isStunRequest(bytes) ? 'stun' : allZeros(bytes) ? 'zeros' : undefined;
  return isWord(bytes) ? 'text' : undefined;
}

function lineBreaks(bytes: Uint8Array): KeepAlive | undefined {
  if (bytes.length > MAX_LINE_BREAKS || !bytes.every((byte) => byte === 13 || byte === 10)) return undefined;
  return bytes.filter((byte) => byte === 10).length > 1 ? 'ping' : 'crlf';
}

/** A binding request (RFC 5389, 6): type 0x0001, the magic cookie behind the length. */
function isStunRequest(bytes: Uint8Array): boolean {
  return bytes.length >= 20 && bytes[1] === 1 && STUN_COOKIE.every((byte, at) => bytes[4 + at] === byte);
}

function allZeros(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_ZEROS && bytes.every((byte) => byte === 0);
}

/** A short text without line break: `HELLO`. A message has line breaks. */
function isWord(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_TEXT_BYTES && bytes.every((byte) => byte >= 32 && byte !== 127);
}

/** Two, and room for senders that repeat themselves. */
const MAX_LINE_BREAKS = 8;
/** Four are usual. */
const MAX_ZEROS = 8;
const MAX_TEXT_BYTES = 64;
const STUN_COOKIE = [0x21, 0x12, 0xa4, 0x42];
