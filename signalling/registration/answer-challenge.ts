import { type DigestAlgorithm, digestAlgorithms, digestOf, digestsOf } from '../authentication/digest.ts';
import type { GatewayRegistration } from '../configuration.ts';
import { type AuthParameters, authParameters, writeAuthParameters } from '../message/auth-parameters.ts';
import { textOf } from '../message/byte-string.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { randomToken } from '../message/random-token.ts';

/** Header field by which a request says who it comes from. */
export interface Credentials {
  readonly name: 'Authorization' | 'Proxy-Authorization';
  readonly value: string;
}

/** What a request needs to be authenticated by: the method and the URI of its request line. */
type Authenticated = Pick<SipRequest, 'method' | 'uri'>;

/**
 * The answer to a 401 or 407 (RFC 3261, 22.2 and 22.3; RFC 7616, 3.4; RFC 8760): to its challenge by SHA-256 if there is one,
 * or else by MD5. Undefined when the response is no challenge, or none of a realm and kind we have an answer to.
 */
export function answerChallenge(
  { method, uri }: Authenticated,
  { status, headers }: SipResponse,
  account: GatewayRegistration,
): Credentials | undefined {
  const isProxy = status === 407;
  if (!isProxy && status !== 401) return undefined;
  const challenges = headers
    .all(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')
    .slice(0, MOST_CHALLENGES)
    .flatMap((value) => usable(authParameters(value), account.realm));
  const chosen = challenges.find(({ algorithm }) => algorithm === 'SHA-256') ?? challenges[0];
  if (chosen === undefined) return undefined;
  return {
    name: isProxy ? 'Proxy-Authorization' : 'Authorization',
    value: writeAuthParameters({ scheme: 'Digest', parameters: answerTo(chosen, { method, uri }, account) }),
  };
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** Without it the answer is that of RFC 2069, which old servers want. */
  readonly hasQop: boolean;
  readonly namesAlgorithm: boolean;
}

/** A list of one or none. */
function usable(found: AuthParameters | undefined, only: string | null): Challenge[] {
  if (found?.scheme.toLowerCase() !== 'digest') return [];
  const { parameters } = found;
  const [realm, nonce] = [parameters.get('realm'), parameters.get('nonce')];
  const named = parameters.get('algorithm');
  const algorithm = digestAlgorithms.find((one) => one === (named ?? 'MD5').toUpperCase());
  const qop = parameters.get('qop');
  const isAuth = qop === undefined || qop.split(',').some((one) => one.trim().toLowerCase() === 'auth');
  if (realm === undefined || nonce === undefined || algorithm === undefined || !isAuth) return [];
  if (only !== null && textOf(realm) !== only) return [];
  const opaque = parameters.get('opaque');
  return [{ realm, nonce, opaque, algorithm, hasQop: qop !== undefined, namesAlgorithm: named !== undefined }];
}

function answerTo(
  { realm, nonce, opaque, algorithm, hasQop, namesAlgorithm }: Challenge,
  { method, uri }: Authenticated,
  { user, secret }: GatewayRegistration,
): ReadonlyMap<string, string> {
  const hash = (text: string) => digestOf(algorithm, text);
  const digests = 'digests' in secret ? secret.digests : digestsOf(user, textOf(realm), secret.password);
  // A nonce is used once, so that it is always the first time.
  const [count, clientNonce] = ['00000001', randomToken()];
  const what = hash(`${method}:${uri}`);
  const response = hash([digests[algorithm], nonce, ...(hasQop ? [count, clientNonce, 'auth'] : []), what].join(':'));
  const parameters = new Map([
    ['username', user],
    ['realm', realm],
    ['nonce', nonce],
    ['uri', uri],
    ['response', response],
  ]);
  if (namesAlgorithm) parameters.set('algorithm', algorithm);
  if (hasQop) {
    parameters.set('qop', 'auth').set('nc', count).set('cnonce', clientNonce);
  }
  if (opaque !== undefined) parameters.set('opaque', opaque);
  return parameters;
}

/** Of one response; more are looked at by nobody. */
const MOST_CHALLENGES = 8;
