/** Header fields whose values no trace may show. */
const SECRET = /^(authorization|proxy-authorization)\s*:/i;
const MASK = 'x';

/**
 * The bytes of a message with its credentials made unreadable: the values of Authorization and Proxy-Authorization, and
 * passwords in URIs (`sip:user:password@host`). Each byte of them becomes an x, so that lengths stay.
 */
export function withoutCredentials(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  const shown = withoutPasswords(/authorization/i.test(head) ? withoutAnswers(head) : head);
  return shown === head ? bytes : Buffer.from(shown + text.slice(head.length), 'latin1');
}

function withoutAnswers(head: string): string {
  let isSecret = false;
  const lines = head.split('\n').map((line) => {
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    if (!isFolded) isSecret = SECRET.test(line);
    if (!isSecret) return line;
    const from = isFolded ? 0 : line.indexOf(':') + 1;
    return line.slice(0, from) + line.slice(from).replace(/[^\s]/g, MASK);
  });
  return lines.join('\n');
}

/** What follows a scheme is looked at once, to the @ or to where no user part can go on (RFC 3261, 19.1.1). */
function withoutPasswords(head: string): string {
  const lower = head.toLowerCase();
  const parts: string[] = [];
  let done = 0;
  for (let at = nextUser(lower, 0); at >= 0; ) {
    let end = at;
    let colon = -1;
    while (end < head.length && !ENDS_USER.has(head[end])) {
      if (head[end] === ':' && colon < 0) colon = end;
      end++;
    }
    if (head[end] === '@' && colon >= 0) {
      parts.push(head.slice(done, colon + 1), MASK.repeat(end - colon - 1));
      done = end;
    }
    at = nextUser(lower, end);
  }
  return parts.length === 0 ? head : parts.join('') + head.slice(done);
}

/** Place behind the next `sip:` or `sips:`, -1 when there is none. */
function nextUser(lower: string, from: number): number {
  for (let at = lower.indexOf('sip', from); at >= 0; at = lower.indexOf('sip', at + 3)) {
    if (lower[at + 3] === ':') return at + 4;
    if (lower[at + 3] === 's' && lower[at + 4] === ':') return at + 5;
  }
  return -1;
}

const ENDS_USER = new Set(['@', '<', '>', '"', ' ', '\t', '\r', '\n']);
