import type { CallContext } from '../call/leg.ts';
import { newIdentifiers } from '../call/outgoing-invite.ts';
import type { Timer } from '../clock.ts';
import type { GatewayRegistration, RoutingGateway } from '../configuration.ts';
import { SipHeaders } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { randomToken } from '../message/random-token.ts';
import { reasonPhrase } from '../message/reason-phrases.ts';
import { sameUri } from '../message/same-uri.ts';
import { escapeUser, parseUri, type Uri } from '../message/uri.ts';
import { cappedNumber } from '../message/whole-number.ts';
import type { SignallingParameters } from '../parameters.ts';
import { resolveUri } from '../transport/resolve-target.ts';
import { hostText, type Peer } from '../transport/transport.ts';
import { answerChallenge, type Credentials } from './answer-challenge.ts';
import {
  type RegistrationAction,
  type RegistrationInput,
  type RegistrationState,
  registrationStates,
} from './registration-states.ts';

export interface RegistrationSettings {
  readonly context: CallContext;
  readonly gateway: RegisteringGateway;
  readonly parameters: RegistrationParameters;
  /** A line for the operator. */
  readonly tell: (line: string) => void;
}

/** A gateway that has an account for us. */
export type RegisteringGateway = Pick<RoutingGateway, 'name' | 'host' | 'port' | 'transport'> & {
  readonly registration: GatewayRegistration;
};

export type RegistrationParameters = Pick<
  SignallingParameters,
  | 'SS_SIP_USER_AGENT_EXPIRE'
  | 'SS_SIP_USER_AGENT_RETRY_DELAY'
  | 'SS_SIP_USER_AGENT_SEND_UNREGISTER'
  | 'SS_SIP_AUTHENTICATION_RETRY'
>;

/** What is known of a registration, for the operator. */
export interface RegistrationStatus {
  readonly gateway: string;
  readonly user: string;
  readonly state: RegistrationState;
  /** Seconds for which it still holds; null when there is none. */
  readonly expiresInSeconds: number | null;
  /** Why it is not there; null when all is well. */
  readonly problem: string | null;
}

/** Our registration at one gateway: made, kept up, and taken back when the server stops. */
export class Registration {
  readonly #settings: RegistrationSettings;
  readonly #fromTag = randomToken();
  #state: RegistrationState = 'off';
  #callId = '';
  #sequence = 0;
  #timer: Timer | undefined;
  /** Milliseconds of the clock until which it holds; 0 for none. */
  #holdsUntil = 0;
  #leastSeconds = 0;
  #request: SipRequest | undefined;
  #credentials: Credentials | undefined;
  /** Challenges answered in a row. */
  #answered = 0;
  #problem: string | null = null;
  #told: string | null = null;
  #grantedSeconds = 0;
  #whenOff: (() => void) | undefined;

  constructor(settings: RegistrationSettings) {
    this.#settings = settings;
  }

  get status(): RegistrationStatus {
    const { gateway, context } = this.#settings;
    const leftMs = this.#holdsUntil - context.clock.elapsed();
    return {
      gateway: gateway.name,
      user: gateway.registration.user,
      state: this.#state,
      expiresInSeconds: leftMs > 0 ? Math.ceil(leftMs / 1000) : null,
      problem: this.#problem,
    };
  }

  start(): void {
    this.#input('start');
  }

  /** Takes it back, or lets it lapse (`SS_SIP_USER_AGENT_SEND_UNREGISTER`). @param done called once it is over */
  stop(done: () => void): void {
    this.#whenOff = done;
    this.#answered = 0;
    this.#input(this.#settings.parameters.SS_SIP_USER_AGENT_SEND_UNREGISTER === 'On' ? 'stop' : 'leave');
  }

  /** Waits for no answer any more. */
  abandon(): void {
    this.#input('leave');
  }

  #input(input: RegistrationInput): void {
    const { to, actions } = registrationStates[this.#state][input];
    this.#state = to;
    for (const action of actions) this.#do(action);
  }

  #do(action: RegistrationAction): void {
    const { clock } = this.#settings.context;
    this.#timer?.cancel();
    switch (action) {
      case 'send':
        this.#credentials = undefined;
        this.#send();
        break;
      case 'sendCredentials':
        this.#send();
        break;
      case 'refreshLater': {
        const ms = 1000 * this.#grantedSeconds;
        this.#answered = 0;
        this.#holdsUntil = clock.elapsed() + ms;
        this.#tellWell();
        const early = Math.min(EARLY_MS, ms / 2);
        this.#timer = clock.after(Math.max(ms - early, LEAST_PAUSE_MS), () => this.#input('due'));
        break;
      }
      case 'retryLater':
        this.#answered = 0;
        this.#timer = clock.after(1000 * this.#settings.parameters.SS_SIP_USER_AGENT_RETRY_DELAY, () =>
          this.#input('due'),
        );
        break;
      case 'tellTrouble':
        this.#tellTrouble();
        break;
      case 'tellOff':
        this.#holdsUntil = 0;
        this.#whenOff?.();
        this.#whenOff = undefined;
        break;
    }
  }

  #send(): void {
    const { gateway, context } = this.#settings;
    // Answers to requests before this one count no more.
    const sequence = ++this.#sequence;
    const fail = (problem: string) => {
      if (sequence !== this.#sequence) return;
      this.#problem = problem;
      this.#input('silent');
    };
    resolveUri(serverUri(gateway, gateway.port), (resolved) => {
      if (sequence !== this.#sequence || this.#state === 'off') return;
      if ('problem' in resolved) {
        fail(resolved.problem);
        return;
      }
      const request = this.#make(resolved.peer, sequence);
      this.#request = request;
      context.transactions.request(request, resolved.peer, {
        onResponse: (response) => {
          if (sequence === this.#sequence && response.status >= 200) this.#receive(response);
        },
        onTimeout: () => fail('no answer'),
        onTransportFault: fail,
      });
    });
  }

  /** RFC 3261, 10.2. */
  #make(peer: Peer, sequence: number): SipRequest {
    const { gateway, context } = this.#settings;
    const local = context.sender.localAddress(peer);
    if (this.#callId === '') this.#callId = newIdentifiers(local).callId;
    const user = escapeUser(gateway.registration.user);
    const seconds = this.#askedSeconds;
    const uri = serverUri(gateway, gateway.port === DEFAULT_PORT ? undefined : gateway.port);
    const address = `<sip:${user}@${hostText(gateway.host)}>`;
    const headers = new SipHeaders();
    headers.append('Max-Forwards', '70');
    headers.append('From', `${address};tag=${this.#fromTag}`);
    headers.append('To', address);
    headers.append('Call-ID', this.#callId);
    headers.append('CSeq', `${sequence} REGISTER`);
    headers.append('Contact', `<sip:${user}@${local}${gateway.transport === 'tcp' ? ';transport=tcp' : ''}>`);
    if (seconds !== null) headers.append('Expires', String(seconds));
    if (this.#credentials !== undefined) headers.append(this.#credentials.name, this.#credentials.value);
    return { kind: 'request', method: 'REGISTER', uri, headers, body: NO_BODY };
  }

  /** Null leaves it to the gateway. */
  get #askedSeconds(): number | null {
    if (this.#state === 'unregistering') return 0;
    const asked = this.#settings.parameters.SS_SIP_USER_AGENT_EXPIRE;
    return asked === null && this.#leastSeconds === 0 ? null : Math.max(asked ?? 0, this.#leastSeconds);
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    if (status < 300) {
      this.#grantedSeconds = this.#granted(response);
      this.#input('accepted');
    } else if (this.#answersChallenge(response)) {
      this.#input('challenged');
    } else if (status === 423 && this.#raises(response)) {
      this.#input('tooBrief');
    } else {
      this.#problem = `refused with ${status} ${reasonPhrase(status)}`;
      this.#input('refused');
    }
  }

  #answersChallenge(response: SipResponse): boolean {
    const { gateway, parameters } = this.#settings;
    if (this.#answered >= parameters.SS_SIP_AUTHENTICATION_RETRY || this.#request === undefined) return false;
    const credentials = answerChallenge(this.#request, response, gateway.registration);
    if (credentials === undefined) return false;
    this.#credentials = credentials;
    this.#answered++;
    return true;
  }

  /** RFC 3261, 10.2.8. @returns whether more can be asked for */
  #raises({ headers }: SipResponse): boolean {
    const least = cappedNumber(headers.first('Min-Expires') ?? '', Number.MAX_SAFE_INTEGER) ?? 0;
    if (least <= this.#leastSeconds || least > LONGEST_SECONDS) return false;
    this.#leastSeconds = least;
    return true;
  }

  /** What our Contact got, or else Expires, or what we asked for; an hour when nothing says it (10.2.1.1 and 10.2.4). */
  #granted({ headers }: SipResponse): number {
    const own = parseUri(nameAddress(this.#request?.headers.first('Contact') ?? '')?.uri ?? '');
    const listed = headers
      .list('Contact')
      .map((value) => nameAddress(value))
      .find((contact) => own !== undefined && isSame(contact?.uri, own));
    const told = listed?.parameters.get('expires') ?? headers.first('Expires');
    const seconds = cappedNumber(told ?? '', LONGEST_SECONDS) ?? this.#askedSeconds ?? 3600;
    return Math.min(seconds, LONGEST_SECONDS);
  }

  /** Each trouble is told once, and its end. */
  #tellTrouble(): void {
    const { gateway, tell, parameters } = this.#settings;
    if (this.#problem === this.#told) return;
    this.#told = this.#problem;
    const delay = parameters.SS_SIP_USER_AGENT_RETRY_DELAY;
    tell(
      `gateway ${gateway.name}: not registered as ${gateway.registration.user}: ${this.#problem}; tried again each ${delay} s`,
    );
  }

  #tellWell(): void {
    const { gateway, tell } = this.#settings;
    if (this.#told !== null) tell(`gateway ${gateway.name}: registered as ${gateway.registration.user} again`);
    this.#problem = null;
    this.#told = null;
  }
}

function serverUri({ host, transport }: RegisteringGateway, port: number | undefined): string {
  const place = port === undefined ? hostText(host) : `${hostText(host)}:${port}`;
  return `sip:${place}${transport === 'tcp' ? ';transport=tcp' : ''}`;
}

function isSame(uri: string | undefined, own: Uri): boolean {
  const parsed = parseUri(uri ?? '');
  return parsed !== undefined && sameUri(parsed, own);
}

/** A registration is refreshed so long before it ends, or at half of its time: two tries fit in. */
const EARLY_MS = 60_000;
/** A gateway that grants next to nothing is not asked all the time. */
const LEAST_PAUSE_MS = 5000;
/** A day; what a gateway grants or wants beyond is cut, or refused. */
const LONGEST_SECONDS = 86_400;
const DEFAULT_PORT = 5060;
const NO_BODY = new Uint8Array(0);
