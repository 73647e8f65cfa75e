import type { Clock, Timer } from '../clock.ts';
import type { SipHeaders } from '../message/headers.ts';
import { optionTags } from '../message/option-tags.ts';
import { minSe, sessionExpires, writeSessionExpires } from '../message/session-expires.ts';
import type { SignallingParameters } from '../parameters.ts';

/** The least session interval there is (RFC 4028, 4), in seconds; we ask for no more. */
export const MIN_SE_SECONDS = 90;

/** What the two sides of a leg have agreed on. */
export interface SessionTerms {
  readonly seconds: number;
  /** Whether we refresh, or the other side does. */
  readonly weRefresh: boolean;
}

/** What becomes of the session timer of a request that came to us (RFC 4028, 9). */
export type RequestTerms =
  | { readonly kind: 'none' }
  /** To be answered 422 with our Min-SE. */
  | { readonly kind: 'tooSmall' }
  | { readonly kind: 'agreed'; readonly terms: SessionTerms };

/** Whether a side knows session timers: by the option tag, or by a header field of them. */
export function supportsTimer(headers: SipHeaders): boolean {
  return headers.first('Session-Expires') !== undefined || optionTags(headers, 'Supported').has('timer');
}

/** @param ttlSeconds `SS_SIP_SESSION_TTL`: an interval that is asked for is shortened to it, but not below its Min-SE */
export function termsOfRequest(headers: SipHeaders, ttlSeconds: number): RequestTerms {
  if (!supportsTimer(headers)) return { kind: 'none' };
  const asked = sessionExpires(headers.first('Session-Expires') ?? '');
  const understands = optionTags(headers, 'Supported').has('timer');
  // Who does not say that it understands the extension would not understand 422, either.
  if (understands && asked !== undefined && asked.seconds < MIN_SE_SECONDS) return { kind: 'tooSmall' };
  const least = minSe(headers.first('Min-SE') ?? '') ?? MIN_SE_SECONDS;
  const wanted = Math.max(ttlSeconds, least);
  const seconds = asked === undefined ? wanted : Math.max(Math.min(asked.seconds, wanted), MIN_SE_SECONDS);
  return { kind: 'agreed', terms: { seconds, weRefresh: !understands || asked?.refresher !== 'uac' } };
}

/**
 * Header fields of a 2xx to a request under these terms (RFC 4028, 9): the other side must understand the extension to
 * refresh, and nothing is required of one that does not say so, whom we refresh.
 */
export function appendAnswerTerms(
  headers: SipHeaders,
  { seconds, weRefresh }: SessionTerms,
  request: SipHeaders,
): void {
  headers.append('Session-Expires', writeSessionExpires({ seconds, refresher: weRefresh ? 'uas' : 'uac' }));
  if (!weRefresh || optionTags(request, 'Supported').has('timer')) headers.append('Require', 'timer');
}

/** Header fields of a request that offers a session timer (RFC 4028, 7.1); in a refresh we say that we go on refreshing. */
export function appendOfferedTerms(headers: SipHeaders, seconds: number, least: number, isRefresh: boolean): void {
  const refresher = isRefresh ? 'uac' : undefined;
  headers.append('Session-Expires', writeSessionExpires({ seconds, refresher }));
  headers.append('Min-SE', String(least));
}

/** What a 2xx to our request agrees on (RFC 4028, 7.2); undefined when the other side has no session timer. */
export function termsOfAnswer(headers: SipHeaders): SessionTerms | undefined {
  const agreed = sessionExpires(headers.first('Session-Expires') ?? '');
  return agreed && { seconds: Math.max(agreed.seconds, MIN_SE_SECONDS), weRefresh: agreed.refresher !== 'uas' };
}

/** What the session timer of a leg is told to do. */
export interface SessionListener {
  /** A check is due: whether the other side is there is to be asked. */
  onCheck(): void;
  /** The other side was not heard of in time. */
  onExpired(): void;
}

type SessionParameters = Pick<
  SignallingParameters,
  'SS_SIP_SESSION_UPDATE_SEGMENT' | 'SS_SIP_SESSION_TIMEOUT_EARLY_HANGUP'
>;

/**
 * Supervises one leg: checks at each k-th part of the interval after the last confirmation, the last at its end, and then,
 * after the seconds of grace, the end. If the other side refreshes there are no checks.
 */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #parameters: SessionParameters;
  readonly #listener: SessionListener;
  #terms: SessionTerms;
  #check: Timer | undefined;
  #end: Timer | undefined;

  constructor(clock: Clock, terms: SessionTerms, parameters: SessionParameters, listener: SessionListener) {
    this.#clock = clock;
    this.#terms = terms;
    this.#parameters = parameters;
    this.#listener = listener;
    this.confirm(terms);
  }

  get terms(): SessionTerms {
    return this.#terms;
  }

  /** The other side is there: the interval begins anew, under other terms if they were agreed on. */
  confirm(terms: SessionTerms = this.#terms): void {
    this.#terms = terms;
    this.stop();
    if (terms.weRefresh) this.#wait(1);
    else this.#endAfter(1000 * terms.seconds + this.#graceMs);
  }

  stop(): void {
    this.#check?.cancel();
    this.#end?.cancel();
    this.#check = this.#end = undefined;
  }

  get #graceMs(): number {
    return 1000 * this.#parameters.SS_SIP_SESSION_TIMEOUT_EARLY_HANGUP;
  }

  #wait(nth: number): void {
    const segment = this.#parameters.SS_SIP_SESSION_UPDATE_SEGMENT;
    const at = (k: number) => Math.round((1000 * this.#terms.seconds * k) / segment);
    this.#check = this.#clock.after(at(nth) - at(nth - 1), () => {
      if (nth < segment) this.#wait(nth + 1);
      // The last check falls on the end of the interval.
      else this.#endAfter(this.#graceMs);
      this.#listener.onCheck();
    });
  }

  #endAfter(ms: number): void {
    this.#end = this.#clock.after(ms, () => {
      this.stop();
      this.#listener.onExpired();
    });
  }
}
