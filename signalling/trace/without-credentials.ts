/** Header fields whose values no trace may show. */
const SECRET = /^(authorization|proxy-authorization)\s*:/i;
const MASK = 'x';

/**
 * The bytes of a message with its credentials made unreadable: each byte of their values becomes an x, so that lengths stay.
 */
export function withoutCredentials(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!/authorization/i.test(text)) return bytes;
  const headEnd = text.indexOf('\r\n\r\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  let isSecret = false;
  const lines = head.split('\n').map((line) => {
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    if (!isFolded) isSecret = SECRET.test(line);
    if (!isSecret) return line;
    const from = isFolded ? 0 : line.indexOf(':') + 1;
    return line.slice(0, from) + line.slice(from).replace(/[^\s]/g, MASK);
  });
  return Buffer.from(lines.join('\n') + text.slice(head.length), 'latin1');
}
