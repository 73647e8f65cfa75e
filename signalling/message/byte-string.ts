/** Text of a byte string for people: its bytes read as UTF-8, what is not UTF-8 as U+FFFD. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The byte string by which text travels: its UTF-8, a character each byte. */
export function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The byte string of bytes from `start` to before `end`. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', start, end);
}

/**
 * Without spaces and tabs at both ends. `String.trim` would take the byte 0xA0 off as well, which is the end of many a
 * letter in UTF-8.
 */
export function trimSpace(text: string, start = 0, end = text.length): string {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Place of the first character from `at` on that is no space and no tab; the length when there is none. */
export function skipSpace(text: string, at: number): number {
  let place = at;
  while (place < text.length && isSpace(text.charCodeAt(place))) place++;
  return place;
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

/** Place behind the quoted string that begins at `at`; -1 when it does not end. A backslash takes the next character along. */
export function quotedEnd(text: string, at: number): number {
  for (let place = at + 1; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === 34) return place + 1;
    if (code === 92) place++;
  }
  return -1;
}

/** Characters within a quoted string; anything else as it stands. */
export function unquote(text: string): string {
  if (!text.startsWith('"') || quotedEnd(text, 0) !== text.length) return text;
  if (!text.includes('\\')) return text.slice(1, -1);
  let plain = '';
  let from = 1;
  for (let place = 1; place < text.length - 1; place++) {
    if (text.charCodeAt(place) !== 92) continue;
    plain += text.slice(from, place);
    from = ++place;
  }
  return plain + text.slice(from, -1);
}

/** A quoted string (RFC 3261, 25.1). */
export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Whether text is a token (RFC 3261, 25.1): one or more of letters, digits and -.!%*_+`'~ */
export function isToken(text: string): boolean {
  return text !== '' && tokenEnd(text, 0) === text.length;
}

/** Place behind the token that begins at `at`; `at` itself when none does. */
export function tokenEnd(text: string, at: number): number {
  let place = at;
  while (place < text.length && TOKEN[text.charCodeAt(place)] === 1) place++;
  return place;
}

const TOKEN = new Uint8Array(256);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~") {
  TOKEN[character.charCodeAt(0)] = 1;
}
