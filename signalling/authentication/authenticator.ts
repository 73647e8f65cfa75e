import type { Clock } from '../clock.ts';
import type { SignallingConfiguration, Terminal } from '../configuration.ts';
import { answerTo } from '../message/answer.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { randomToken } from '../message/random-token.ts';
import { parseUri, unescapeUri } from '../message/uri.ts';
import { BadAnswers } from './bad-answers.ts';
import {
  challengesFor,
  credentialsFor,
  type DigestCredentials,
  type Digests,
  digestsOf,
  verifiedCount,
} from './digest.ts';
import { Nonces } from './nonce.ts';
import { ANY, type SuspensionStore, Suspensions, sourceKey } from './suspensions.ts';

/** What a request is told that needs a password. */
export type Verdict =
  /** Its credentials are right. */
  | { readonly kind: 'admitted'; readonly terminal: Terminal }
  /** It may try with the nonce it gets; `stale` says that the password was right (RFC 7616, 3.3). */
  | { readonly kind: 'challenged'; readonly stale: boolean }
  | { readonly kind: 'refused'; readonly because: 'retries' | 'timeout' | 'suspended' | 'unknown' };

export type NotAdmitted = Exclude<Verdict, { kind: 'admitted' }>;

type Configuration = Pick<SignallingConfiguration, 'realm' | 'digestAlgorithms' | 'parameters' | 'terminals'>;

/** Most entries of each table. */
export interface AuthenticatorLimits {
  readonly nonces: number;
  readonly sessions: number;
  readonly terminals: number;
  readonly addresses: number;
  readonly suspensions: number;
}

/**
 * Digest authentication of terminals (RFC 3261, 22; RFC 7616; RFC 8760). A request without credentials costs no memory, and
 * neither does one from a forged address. Bad answers are counted in three ways: of a session, which is the requests of one
 * Call-ID from one address; of a terminal at an address; and of an address whatever the terminal. A name that nobody has is
 * counted, answered and worked on as one whose password is wrong.
 */
export class Authenticator {
  readonly suspensions: Suspensions;
  readonly #clock: Clock;
  readonly #nonces: Nonces;
  readonly #sessions: BadAnswers;
  readonly #ofTerminals: BadAnswers;
  readonly #ofAddresses: BadAnswers;
  /** Addresses from which somebody was admitted, the last ones. */
  readonly #familiar = new Set<string>();
  readonly #mostFamiliar: number;
  /** What an answer in the name of nobody is compared with. */
  readonly #nobody: Digests;
  #configuration!: Configuration;
  #terminals = new Map<string, Terminal>();

  constructor(clock: Clock, store: SuspensionStore, limits: AuthenticatorLimits = LIMITS) {
    this.#clock = clock;
    this.#nonces = new Nonces(clock, limits.nonces);
    this.#sessions = new BadAnswers(clock, limits.sessions);
    this.#ofTerminals = new BadAnswers(clock, limits.terminals);
    this.#ofAddresses = new BadAnswers(clock, limits.addresses);
    this.suspensions = new Suspensions(clock, store, limits.suspensions);
    this.#mostFamiliar = limits.addresses;
    this.#nobody = digestsOf('', '', randomToken(32));
  }

  /** Terminals and parameters from now on. */
  configure(configuration: Configuration): void {
    this.#configuration = configuration;
    this.#terminals = new Map(configuration.terminals.map((terminal) => [terminal.name, terminal]));
  }

  /** Without terminals nobody is asked for a password. */
  get hasTerminals(): boolean {
    return this.#terminals.size > 0;
  }

  /** Whether somebody was admitted from there, of late. */
  isFamiliar(address: string): boolean {
    return this.#familiar.has(sourceKey(address));
  }

  /** Entries of the tables together. */
  get size(): number {
    const tables = [
      this.#nonces,
      this.#sessions,
      this.#ofTerminals,
      this.#ofAddresses,
      this.#familiar,
      this.suspensions,
    ];
    return tables.reduce((sum, { size }) => sum + size, 0);
  }

  /** Whether a terminal has the name by which the request comes. What is answered must not depend on it. */
  isTerminal(request: SipRequest): boolean {
    return this.#terminals.has(nameOf(request, this.#credentials(request)));
  }

  /** What is told without a look at the password, and without memory; undefined when there is an answer to be verified. */
  screen(request: SipRequest, address: string): NotAdmitted | undefined {
    const credentials = this.#credentials(request);
    if (this.suspensions.has(keyName(nameOf(request, credentials)), sourceKey(address))) return SUSPENDED;
    const isAnswer = credentials !== undefined && this.#nonces.open(credentials.nonce, address) !== undefined;
    return isAnswer ? undefined : { kind: 'challenged', stale: false };
  }

  /** Verifies the credentials of a request, and counts it when they are wrong: to be asked once a request. */
  authenticate(request: SipRequest, address: string): Verdict {
    const screened = this.screen(request, address);
    if (screened !== undefined) return screened;
    const credentials = this.#credentials(request) as DigestCredentials;
    const nonce = this.#nonces.open(credentials.nonce, address);
    if (nonce === undefined) throw new TypeError('the nonce was screened');
    const { parameters } = this.#configuration;
    const callId = request.headers.first('Call-ID') ?? '';
    const session = `${sourceKey(address)} ${callId.slice(0, LONGEST_CALL_ID)}`;
    const timeoutMs = 1000 * parameters.SS_SIP_AUTHENTICATION_TIMEOUT;
    const before = this.#sessions.of(session);
    // A telephone registers under one Call-ID: who was asked anew after the time of a session is in another one.
    const begun = before !== undefined && nonce.issuedMs >= before.sinceMs + timeoutMs ? undefined : before;
    const isFirst = this.#nonces.isFirstOf(nonce, callId);
    const sinceMs = begun?.sinceMs ?? (isFirst ? nonce.issuedMs : this.#clock.elapsed());
    if (this.#clock.elapsed() - sinceMs >= timeoutMs) {
      this.#sessions.forget(session);
      // An answer that was not verified is no guess.
      return { kind: 'refused', because: 'timeout' };
    }
    if (begun !== undefined && begun.bad >= parameters.SS_SIP_AUTHENTICATION_RETRY) return OUT_OF_RETRIES;
    const terminal = this.#terminals.get(credentials.username);
    const count = verifiedCount(credentials, request.method, terminal?.digests ?? this.#nobody);
    if (terminal === undefined || count === undefined) {
      return this.#failed(keyName(credentials.username), sourceKey(address), session, sinceMs);
    }
    if (!this.#nonces.use(nonce, count)) return { kind: 'challenged', stale: true };
    this.#sessions.forget(session);
    this.#ofTerminals.forget(`${terminal.name} ${sourceKey(address)}`);
    this.#welcome(sourceKey(address));
    return { kind: 'admitted', terminal };
  }

  /**
   * The answer to a request that is not admitted; undefined when it gets none.
   *
   * @param toTag the same for copies of the request
   */
  answer(request: SipRequest, address: string, verdict: NotAdmitted, toTag: string): SipResponse | undefined {
    const { realm, digestAlgorithms, parameters } = this.#configuration;
    if (parameters.SS_REPLY_UNAUTHORIZED === 'Off') return undefined;
    if (verdict.kind === 'refused') return answerTo(request, 403, undefined, { toTag });
    const code = parameters.SS_SIP_AUTHENTICATION_CODE;
    const answer = answerTo(request, code, undefined, { toTag });
    const nonce = this.#nonces.issue(address, request.headers.first('Call-ID') ?? '');
    for (const challenge of challengesFor(realm, nonce, verdict.stale, digestAlgorithms)) {
      answer.headers.append(code === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate', challenge);
    }
    return answer;
  }

  #credentials({ headers }: SipRequest): DigestCredentials | undefined {
    return credentialsFor(headers, this.#configuration.realm);
  }

  #welcome(source: string): void {
    this.#familiar.delete(source);
    this.#familiar.add(source);
    if (this.#familiar.size <= this.#mostFamiliar) return;
    for (const oldest of this.#familiar) {
      this.#familiar.delete(oldest);
      return;
    }
  }

  /** The session was begun when it was first asked, `sinceMs`. */
  #failed(name: string, source: string, session: string, sinceMs: number): Verdict {
    const {
      SS_SIP_AUTHENTICATION_RETRY: mostOfSession,
      SS_SIP_AUTHENTICATION_TIMEOUT: timeoutSeconds,
      SS_AUTHENTICATION_MAX_RETRY: mostOfTerminal,
      SS_AUTHENTICATION_FAILED_SUSPEND: suspendSeconds,
    } = this.#configuration.parameters;
    const ofSession = this.#sessions.add(session, 1000 * timeoutSeconds, sinceMs);
    // As long as an attacker waits who goes to the limit: to stop before it gives him no more guesses an hour.
    const windowMs = 1000 * (timeoutSeconds + suspendSeconds);
    const ofTerminal = this.#ofTerminals.add(`${name} ${source}`, windowMs);
    const ofAddress = this.#ofAddresses.add(source, windowMs);
    if (mostOfTerminal > 0 && ofAddress >= TERMINALS_OF_AN_ADDRESS * mostOfTerminal) {
      this.#ofAddresses.forget(source);
      this.#suspend(ANY, source, suspendSeconds);
      return SUSPENDED;
    }
    if (mostOfTerminal > 0 && ofTerminal >= mostOfTerminal) {
      this.#suspend(name, source, suspendSeconds);
      return SUSPENDED;
    }
    return ofSession >= mostOfSession ? OUT_OF_RETRIES : { kind: 'challenged', stale: false };
  }

  #suspend(name: string, source: string, seconds: number): void {
    this.#ofTerminals.forget(`${name} ${source}`);
    this.suspensions.add(name, source, 1000 * seconds);
  }
}

/** By whom a request says it comes; a REGISTER by whose place it is about. */
function nameOf({ method, headers }: SipRequest, credentials: DigestCredentials | undefined): string {
  if (credentials !== undefined) return credentials.username;
  const named = headers.first(method === 'REGISTER' ? 'To' : 'From') ?? '';
  return unescapeUri(parseUri(nameAddress(named)?.uri ?? '')?.user ?? '');
}

/** Names no terminal can have are counted as one. */
function keyName(name: string): string {
  return name.length <= LONGEST_NAME && /^[\x21-\x7e]+$/.test(name) && name !== ANY ? name : NO_NAME;
}

const SUSPENDED = { kind: 'refused', because: 'suspended' } as const;
const OUT_OF_RETRIES = { kind: 'refused', because: 'retries' } as const;
const NO_NAME = '?';
const LONGEST_NAME = 64;
/** Characters by which sessions are told apart. */
const LONGEST_CALL_ID = 128;
/** An office behind one address may have so many telephones with a wrong password before all of it is shut out. */
const TERMINALS_OF_AN_ADDRESS = 10;
/** A few hundred bytes each. */
const LIMITS: AuthenticatorLimits = {
  nonces: 200_000,
  sessions: 20_000,
  terminals: 100_000,
  addresses: 100_000,
  suspensions: 100_000,
};
