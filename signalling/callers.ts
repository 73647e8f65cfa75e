import type { Authenticator, NotAdmitted, Verdict } from './authentication/authenticator.ts';
import type { Clock } from './clock.ts';
import type { Caller, SignallingConfiguration, Terminal } from './configuration.ts';
import type { SipRequest, SipResponse } from './message/message.ts';
import { statelessTag } from './message/stateless-tag.ts';
import { MappingGateways } from './routing/mapping-gateways.ts';

/** Somebody who may not do what he asks for. */
export interface Unauthorised {
  /** Undefined when he gets no answer. */
  readonly response: SipResponse | undefined;
  /** Whether it is a call nobody may make; a terminal that is asked for its password has made none yet. */
  readonly isIllegalCall: boolean;
}

/** Who is at the other end, and how `billing_mode` of his calls says it. */
export interface Known {
  readonly caller: Caller;
  readonly billingMode: 0 | 1;
  /** Undefined for a mapping gateway. */
  readonly terminal: Terminal | undefined;
}

/** Tells mapping gateways by their address, and terminals by their password. */
export class Callers {
  readonly #authenticator: Authenticator;
  readonly #clock: Clock;
  #gateways = new MappingGateways([]);
  /** Answers that may be given to strangers, and until when that is counted. */
  #answersLeft = ANSWERS_A_SECOND;
  #countedMs = 0;

  constructor(clock: Clock, authenticator: Authenticator) {
    this.#clock = clock;
    this.#authenticator = authenticator;
  }

  configure(configuration: SignallingConfiguration): void {
    this.#authenticator.configure(configuration);
    this.#gateways = new MappingGateways(configuration.mappingGateways);
  }

  /**
   * What can be told without remembering the request: a challenge, or that nobody may call from there. While there are
   * terminals, who is none of them is challenged as one of them would be. Undefined when there is more to be looked at.
   * Under a flood strangers get no more answers than `ANSWERS_A_SECOND`: to make and send one takes most of the time that
   * one of their requests costs, and calls that are authorised need it.
   */
  screen(request: SipRequest, address: string): Unauthorised | undefined {
    if (!this.#needsPassword(request, address)) return undefined;
    const verdict = this.#authenticator.hasTerminals ? this.#authenticator.screen(request, address) : NOBODY_MAY;
    if (verdict === undefined) return undefined;
    if (!this.#authenticator.isFamiliar(address) && !this.#hasAnswer()) {
      return { response: undefined, isIllegalCall: this.#isIllegalCall(request, verdict) };
    }
    return this.#unauthorised(request, address, verdict, statelessTag(request));
  }

  /** Who sends a request outside of a dialog; undefined for one that anybody may send. To be asked once a request. */
  identify(request: SipRequest, address: string, toTag: string): Known | Unauthorised | undefined {
    if (this.#needsPassword(request, address)) {
      const verdict = this.#authenticator.authenticate(request, address);
      if (verdict.kind !== 'admitted') return this.#unauthorised(request, address, verdict, toTag);
      return { caller: verdict.terminal, billingMode: BY_PHONE, terminal: verdict.terminal };
    }
    const gateway = this.#gateways.find(address);
    return gateway && { caller: gateway, billingMode: BY_MAPPING_GATEWAY, terminal: undefined };
  }

  /** Whether it is the address of a mapping gateway. */
  isGateway(address: string): boolean {
    return this.#gateways.find(address) !== undefined;
  }

  /** Calls of those who are no mapping gateway, and every registration when there is somebody to register. */
  #needsPassword({ method }: SipRequest, address: string): boolean {
    if (method === 'REGISTER') return this.#authenticator.hasTerminals;
    return method === 'INVITE' && this.#gateways.find(address) === undefined;
  }

  #hasAnswer(): boolean {
    const now = this.#clock.elapsed();
    const more = ((now - this.#countedMs) * ANSWERS_A_SECOND) / 1000;
    this.#answersLeft = Math.min(this.#answersLeft + more, ANSWERS_A_SECOND);
    this.#countedMs = now;
    if (this.#answersLeft < 1) return false;
    this.#answersLeft--;
    return true;
  }

  #unauthorised(request: SipRequest, address: string, verdict: NotAdmitted, toTag: string): Unauthorised {
    return {
      response: this.#authenticator.answer(request, address, verdict, toTag),
      isIllegalCall: this.#isIllegalCall(request, verdict),
    };
  }

  #isIllegalCall(request: SipRequest, { kind }: Verdict): boolean {
    return request.method === 'INVITE' && (kind === 'refused' || !this.#authenticator.isTerminal(request));
  }
}

/** Without terminals there is no password to be asked for. */
const NOBODY_MAY: NotAdmitted = { kind: 'refused', because: 'unknown' };
/** To addresses from which nobody was admitted of late. */
const ANSWERS_A_SECOND = 2000;
const BY_PHONE = 0;
const BY_MAPPING_GATEWAY = 1;
