/** What is known of a header field by its name. */
export interface KnownHeader {
  /** Long form in its usual case. */
  readonly name: string;
  /** A bit of its own when the message may have one line of it only; 0 otherwise. */
  readonly single: number;
}

/** Header fields that come once (RFC 3261, 7.3.1 and 20); a second line of one makes a message invalid. */
export const singleHeaders = [
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Content-Length',
  'Content-Type',
  'Expires',
  'Session-Expires',
  'Min-SE',
] as const;

/** Compact forms (RFC 3261, 7.3.3, and those registered since). */
const compactForms: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const otherNames =
  'Via Route Record-Route Contact Allow Supported Require Proxy-Require Unsupported Accept Accept-Encoding ' +
  'Accept-Language Content-Disposition Content-Encoding Content-Language User-Agent Server Date Subject Organization ' +
  'Priority Timestamp Warning Reason Retry-After Min-Expires Authorization Proxy-Authorization WWW-Authenticate ' +
  'Proxy-Authenticate Authentication-Info Allow-Events Event Refer-To Referred-By Replaces RSeq RAck Diversion ' +
  'History-Info Privacy P-Asserted-Identity P-Preferred-Identity P-Charging-Vector Remote-Party-ID Path Service-Route ' +
  'Error-Info Alert-Info Call-Info In-Reply-To MIME-Version Reply-To Identity Identity-Info Subscription-State SIP-ETag ' +
  'SIP-If-Match Accept-Contact Reject-Contact Request-Disposition Session-ID Target-Dialog';

/** Slots of the table below: more than three for a name, so that few share one. */
const SLOTS = 512;

/**
 * The header field a name in the text from `start` to `end` stands for, in any case and compact or long; undefined for
 * one that is not known.
 */
export function knownHeader(text: string, start: number, end: number): KnownHeader | undefined {
  for (const { lower, header } of table[slot(text, start, end)]) {
    if (isName(lower, text, start, end)) return header;
  }
  return undefined;
}

/** Long form and usual case of a name: `Via` for `v` and `VIA`; a name that is not known as it stands. */
export function headerName(name: string): string {
  return knownHeader(name, 0, name.length)?.name ?? name;
}

/** Of its length and three of its letters, in any case. */
function slot(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) | 32;
  const middle = text.charCodeAt((start + end) >> 1) | 32;
  const last = text.charCodeAt(end - 1) | 32;
  return (((first * 31 + middle) * 31 + last) * 31 + end - start) % SLOTS;
}

function isName(lower: string, text: string, start: number, end: number): boolean {
  if (lower.length !== end - start) return false;
  for (let at = 0; at < lower.length; at++) {
    const code = text.charCodeAt(start + at);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== lower.charCodeAt(at)) return false;
  }
  return true;
}

const table = makeTable();

function makeTable(): { lower: string; header: KnownHeader }[][] {
  const slots: { lower: string; header: KnownHeader }[][] = Array.from({ length: SLOTS }, () => []);
  const put = (name: string, header: KnownHeader) => {
    const lower = name.toLowerCase();
    slots[slot(lower, 0, lower.length)].push({ lower, header });
  };
  const known = new Map<string, KnownHeader>();
  for (const [at, name] of singleHeaders.entries()) known.set(name, { name, single: 1 << at });
  for (const name of otherNames.split(' ')) known.set(name, { name, single: 0 });
  for (const [name, header] of known) put(name, header);
  for (const [letter, name] of Object.entries(compactForms)) put(letter, known.get(name) as KnownHeader);
  return slots;
}
