import { hash, timingSafeEqual } from 'node:crypto';
import { authParameters, writeAuthParameters } from '../message/auth-parameters.ts';
import { byteString } from '../message/byte-string.ts';
import type { SipHeaders } from '../message/headers.ts';

/** Algorithms that are known, the strongest first, which is also the usual order of the challenges (RFC 8760, 2.4). */
export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** What is kept of a password, by algorithm. */
export type Digests = { readonly [A in DigestAlgorithm]: string };

/** What a client says to prove that it knows a password. Text as it came, without quotes. */
export interface DigestCredentials {
  readonly username: string;
  readonly nonce: string;
  /** All parameters, names in lower case; which of them make sense is seen when they are verified. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** H(name:realm:password), which is all that is kept of a password (RFC 7616, 3.4.2). */
export function digestsOf(name: string, realm: string, password: string): Digests {
  const secret = byteString(`${name}:${realm}:${password}`);
  return { MD5: digestOf('MD5', secret), 'SHA-256': digestOf('SHA-256', secret) };
}

/** The credentials for this realm; undefined when there are none, or in a form that has no user and nonce. */
export function credentialsFor(headers: SipHeaders, realm: string): DigestCredentials | undefined {
  for (const name of CREDENTIALS) {
    for (const value of headers.all(name)) {
      const found = authParameters(value);
      if (found?.scheme.toLowerCase() !== 'digest' || found.parameters.get('realm') !== realm) continue;
      const username = found.parameters.get('username');
      const nonce = found.parameters.get('nonce');
      if (username !== undefined && nonce !== undefined) return { username, nonce, parameters: found.parameters };
    }
  }
  return undefined;
}

/**
 * The values of WWW-Authenticate or Proxy-Authenticate, a line each (RFC 7616, 3.3 and 3.7). A client takes the first that
 * it knows; some take the first whether they know it or not.
 */
export function challengesFor(
  realm: string,
  nonce: string,
  stale: boolean,
  offered: readonly DigestAlgorithm[] = digestAlgorithms,
): string[] {
  return offered.map((algorithm) => {
    const parameters = new Map([
      ['realm', realm],
      ['nonce', nonce],
      ['algorithm', algorithm],
      ['qop', 'auth'],
    ]);
    if (stale) parameters.set('stale', 'true');
    return writeAuthParameters({ scheme: 'Digest', parameters });
  });
}

/**
 * Whether the credentials come from somebody who knows the password. Only `qop=auth` is taken, since without it there is no
 * count and a recording could be played again. The digest holds for the URI that the credentials name: phones write another
 * one there than on the request line, so the two are not compared.
 *
 * @returns the nonce count, undefined when the answer is wrong
 */
export function verifiedCount(
  { nonce, parameters }: DigestCredentials,
  method: string,
  digests: Digests,
): number | undefined {
  const written = parameters.get('algorithm')?.toUpperCase() ?? 'MD5';
  const algorithm = digestAlgorithms.find((one) => one === written) ?? 'MD5';
  const value = (name: string) => parameters.get(name) ?? '';
  const [uri, count, clientNonce] = [value('uri'), value('nc'), value('cnonce')];
  const ofRequest = digestOf(algorithm, `${method}:${uri}`);
  const ours = digestOf(algorithm, `${digests[algorithm]}:${nonce}:${count}:${clientNonce}:auth:${ofRequest}`);
  const isRight = isSame(ours, value('response').toLowerCase());
  const isWhole =
    algorithm === written && value('qop') === 'auth' && clientNonce !== '' && /^[\dA-Fa-f]{8}$/.test(count);
  return isRight && isWhole ? Number.parseInt(count, 16) : undefined;
}

/** Takes the same time wherever the two differ. */
function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours, 'latin1'), Buffer.from(theirs, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Hash of a byte string, in lower-case hexadecimal digits. */
export function digestOf(algorithm: DigestAlgorithm, bytes: string): string {
  return hash(NAMES[algorithm], Buffer.from(bytes, 'latin1'), 'hex');
}

const CREDENTIALS = ['Authorization', 'Proxy-Authorization'];
const NAMES = { MD5: 'md5', 'SHA-256': 'sha256' } as const;
