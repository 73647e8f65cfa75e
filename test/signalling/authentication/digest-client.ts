import { createHash } from 'node:crypto';
import { digestsOf } from '../../../signalling/authentication/digest.ts';
import type { Terminal } from '../../../signalling/configuration.ts';
import { defaultNumberSources } from '../../../signalling/identity/identity-policy.ts';
import { authParameters } from '../../../signalling/message/auth-parameters.ts';

/** How a client answers a challenge; written apart from what it tests. */
export interface DigestAnswer {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri?: string;
  readonly count?: number;
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Parameters to be put in place of, or without a value left out. */
  readonly instead?: Readonly<Record<string, string | undefined>>;
}

/** The value of Authorization that answers a challenge. */
export function answerTo(challenge: string, answer: DigestAnswer): string {
  const { username, password, method, uri = 'sip:49301@192.0.2.1', count = 1, algorithm = 'SHA-256' } = answer;
  const asked = authParameters(challenge)?.parameters;
  const [realm, nonce] = [asked?.get('realm') ?? '', asked?.get('nonce') ?? ''];
  const h = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text, 'utf8')
      .digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const response = h(`${h(`${username}:${realm}:${password}`)}:${nonce}:${nc}:0a4f113b:auth:${h(`${method}:${uri}`)}`);
  const parameters: Record<string, string | undefined> = {
    username: `"${username}"`,
    realm: `"${realm}"`,
    nonce: `"${nonce}"`,
    uri: `"${uri}"`,
    response: `"${response}"`,
    algorithm,
    cnonce: '"0a4f113b"',
    qop: 'auth',
    nc,
    ...answer.instead,
  };
  const written = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `Digest ${written.map(([name, value]) => `${name}=${value}`).join(', ')}`;
}

export const PASSWORD = 'Circle of Life';

export function terminalOf(name: string, realm: string, password = PASSWORD): Terminal {
  return {
    name,
    account: 'acme',
    digests: digestsOf(name, realm, password),
    ...defaultNumberSources,
    rewriteCaller: [],
    rewriteCallee: [],
    sipTimer: true,
  };
}
