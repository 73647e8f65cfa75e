import type { Authenticator, Verdict } from './authentication/authenticator.ts';
import type { Caller, SignallingConfiguration, Terminal } from './configuration.ts';
import { answerTo } from './message/answer.ts';
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
  #gateways = new MappingGateways([]);
  #isSilent = false;

  constructor(authenticator: Authenticator) {
    this.#authenticator = authenticator;
  }

  configure(configuration: SignallingConfiguration): void {
    this.#authenticator.configure(configuration);
    this.#gateways = new MappingGateways(configuration.mappingGateways);
    this.#isSilent = configuration.parameters.SS_REPLY_UNAUTHORIZED === 'Off';
  }

  /**
   * What can be told without remembering the request: a challenge, or that nobody may call from there. While there are
   * terminals, who is none of them is challenged as one of them would be. Undefined when there is more to be looked at.
   */
  screen(request: SipRequest, address: string): Unauthorised | undefined {
    if (!this.#needsPassword(request, address)) return undefined;
    const toTag = statelessTag(request);
    if (!this.#authenticator.hasTerminals) {
      return {
        response: this.#isSilent ? undefined : answerTo(request, 403, undefined, { toTag }),
        isIllegalCall: true,
      };
    }
    const verdict = this.#authenticator.screen(request, address);
    return verdict && this.#unauthorised(request, address, verdict, toTag);
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

  #unauthorised(
    request: SipRequest,
    address: string,
    verdict: Exclude<Verdict, { kind: 'admitted' }>,
    toTag: string,
  ): Unauthorised {
    const isNobody = verdict.kind === 'refused' || !this.#authenticator.isTerminal(request);
    return {
      response: this.#authenticator.answer(request, address, verdict, toTag),
      isIllegalCall: request.method === 'INVITE' && isNobody,
    };
  }
}

const BY_PHONE = 0;
const BY_MAPPING_GATEWAY = 1;
