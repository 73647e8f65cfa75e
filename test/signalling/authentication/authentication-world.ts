import assert from 'node:assert/strict';
import {
  Authenticator,
  type AuthenticatorLimits,
  type Verdict,
} from '../../../signalling/authentication/authenticator.ts';
import type { Suspension, SuspensionStore } from '../../../signalling/authentication/suspensions.ts';
import type { SipRequest } from '../../../signalling/message/message.ts';
import { defaultSignallingParameters, type SignallingParameters } from '../../../signalling/parameters.ts';
import { requestOf } from '../sip-text.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { answerTo, type DigestAnswer, PASSWORD, terminalOf } from './digest-client.ts';

export const HERE = '192.0.2.9';
export const REALM = 'voice.example.org';

/** Keeps suspensions as a file would. */
export class KeptSuspensions implements SuspensionStore {
  readonly #kept = new Map<string, Suspension>();
  notes = 0;

  load(): readonly Suspension[] {
    return [...this.#kept.values()];
  }

  note(suspension: Suspension): void {
    this.notes++;
    this.#kept.set(`${suspension.terminal} ${suspension.address}`, suspension);
  }

  replace(suspensions: readonly Suspension[]): void {
    this.#kept.clear();
    for (const suspension of suspensions) this.note(suspension);
    this.notes = 0;
  }
}

/** An authenticator with the terminals 6001 and 6002, and clients of it. */
export class AuthenticationWorld {
  readonly clock: VirtualClock;
  readonly store: KeptSuspensions;
  readonly authenticator: Authenticator;
  /** Challenges by Call-ID, the last of each, and the last of all. */
  readonly challenges = new Map<string, string>();
  last = '';
  #guesses = 0;

  constructor({
    parameters = {},
    limits,
    clock = new VirtualClock(Date.UTC(2026, 0, 5)),
    store = new KeptSuspensions(),
  }: {
    parameters?: Partial<SignallingParameters>;
    limits?: AuthenticatorLimits;
    clock?: VirtualClock;
    store?: KeptSuspensions;
  } = {}) {
    this.clock = clock;
    this.store = store;
    this.authenticator = new Authenticator(clock, store, limits);
    this.authenticator.configure({
      realm: REALM,
      digestAlgorithms: ['SHA-256', 'MD5'],
      parameters: { ...defaultSignallingParameters, ...parameters },
      terminals: ['6001', '6002'].map((name) => terminalOf(name, REALM)),
    });
  }

  /** A REGISTER and what it is told: without credentials, or with those that answer the last challenge of its Call-ID. */
  register({ callId = 'session', user = '6001', from = HERE, ...given }: Register = {}): Verdict {
    const asked = this.challenges.get(callId) ?? this.last;
    const authorization =
      given.authorization ??
      (given.password === undefined
        ? undefined
        : answerTo(asked, { username: user, method: 'REGISTER', ...given, password: given.password }));
    const request = registerOf(user, callId, authorization);
    const verdict = this.authenticator.authenticate(request, from);
    if (verdict.kind === 'challenged') {
      const answer = this.authenticator.answer(request, from, verdict, 'tag');
      const headers = answer?.headers;
      this.last = headers?.first('WWW-Authenticate') ?? headers?.first('Proxy-Authenticate') ?? '';
      this.challenges.set(callId, this.last);
    }
    return verdict;
  }

  /** A challenge and the right answer to it. */
  logIn(register: Register = {}): Verdict {
    assert.deepEqual(this.register(register), { kind: 'challenged', stale: false });
    return this.register({ password: PASSWORD, ...register });
  }

  /** So many wrong answers, each after a challenge of its own session. */
  guess(times: number, register: Register = {}): Verdict[] {
    return Array.from({ length: times }, () => {
      const callId = `guess-${this.#guesses++}`;
      this.register({ callId, ...register });
      return this.register({ callId, password: 'wrong', ...register });
    });
  }
}

export type Register = Partial<DigestAnswer> & {
  readonly callId?: string;
  readonly user?: string;
  readonly from?: string;
  readonly authorization?: string;
};

export function registerOf(user: string, callId: string, authorization?: string): SipRequest {
  return requestOf('REGISTER', {
    uri: 'sip:192.0.2.1',
    from: `<sip:${user}@192.0.2.1>;tag=a`,
    to: `<sip:${user}@192.0.2.1>`,
    callId,
    lines: authorization === undefined ? [] : [`Authorization: ${authorization}`],
  });
}
