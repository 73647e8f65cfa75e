import { Dialog } from '../dialog/dialog.ts';
import type { NumberSources } from '../identity/identity-policy.ts';
import { SipHeaders } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { SignallingParameters } from '../parameters.ts';
import { answerChallenge } from '../registration/answer-challenge.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { ResendSchedule } from '../transaction/resend.ts';
import { resolveUri } from '../transport/resolve-target.ts';
import { hostText, type Peer } from '../transport/transport.ts';
import type { Destination } from './destination.ts';
import type { AttemptEnd } from './failover.ts';
import { type CallContext, Leg, type LegListener, tagOf } from './leg.ts';
import { newIdentifiers, type OutgoingCall, outgoingInvite } from './outgoing-invite.ts';
import { bodyOf, type SessionBody } from './session-body.ts';
import { MIN_SE_SECONDS, termsOfAnswer } from './session-timer.ts';
import { type StageTimeouts, StageTimers } from './stage-timers.ts';

export interface AttemptSettings {
  readonly gateway: Destination;
  /** From where the numbers of its caller are read. */
  readonly sources: NumberSources;
  /** Numbers as the gateway gets them. */
  readonly caller: string;
  readonly callee: string;
  readonly timeouts: StageTimeouts;
  readonly schedule: ResendSchedule;
  readonly parameters: SignallingParameters;
}

/** Told what comes of an attempt; after `onAnswer` or `onEnd`, or when it was given up, nothing more. */
export interface AttemptListener {
  /** The INVITE is on its way to that peer, under identifiers by which requests of the callee's dialog are found. */
  onSent(peer: Peer, callId: string, localTag: string): void;
  onProgress(response: SipResponse): void;
  onAnswer(leg: Leg, response: SipResponse): void;
  onEnd(end: AttemptEnd, response: SipResponse | undefined): void;
}

/** One INVITE to one gateway: its stages, its answer, and what comes after it was given up. */
export class Attempt {
  readonly gateway: Destination;
  readonly #context: CallContext;
  /** Let go when the search is over: calls are up for long. */
  #incoming: SipRequest | undefined;
  readonly #settings: AttemptSettings;
  /** Let go when there is nothing more to tell, so that what waits for late answers does not hold the call. */
  #listener: AttemptListener;
  #legListener: LegListener;
  #transaction: ClientTransaction | undefined;
  #stages: StageTimers | undefined;
  #request: SipRequest | undefined;
  #state: 'trying' | 'answered' | 'ended' = 'trying';
  /** Until its answer is acknowledged. */
  #leg: Leg | undefined;
  /** Tag of the callee whose answer counts. */
  #answeredBy: string | undefined;
  #sequence = 1;
  #leastSeconds = MIN_SE_SECONDS;
  /** By header field: a proxy on the way may ask as well as the gateway. */
  readonly #credentials = new Map<string, string>();
  #challengesAnswered = 0;
  #ackAgain: (() => void) | undefined;
  #isAcknowledged = false;
  /** Tags of callees whose answer came too late. */
  readonly #hungUp = new Set<string>();

  constructor(
    context: CallContext,
    incoming: SipRequest,
    settings: AttemptSettings,
    listener: AttemptListener,
    legListener: LegListener,
  ) {
    this.#context = context;
    this.#incoming = incoming;
    this.#settings = settings;
    this.gateway = settings.gateway;
    this.#listener = listener;
    this.#legListener = legListener;
  }

  start(): void {
    const { host, port, transport, phone } = this.gateway;
    if (phone !== undefined) {
      this.#invite(phone.peer, newIdentifiers(this.#context.sender.localAddress(phone.peer)));
      return;
    }
    resolveUri(`sip:${hostText(host)}:${port};transport=${transport}`, (resolved) => {
      if (this.#state !== 'trying') return;
      if ('problem' in resolved) this.#end({ kind: 'unreachable' }, undefined);
      else {
        const peer = { ...resolved.peer, isNoticed: true };
        this.#invite(peer, newIdentifiers(this.#context.sender.localAddress(peer)));
      }
    });
  }

  /** Gives it up: CANCEL when a provisional response was there or comes, ACK and BYE to an answer that comes all the same. */
  abandon(reason: string | undefined): void {
    if (this.#state !== 'trying') return;
    this.#leave('ended');
    this.#transaction?.cancel(reason);
  }

  /** ACK to the answer, once, with the description of the caller when the answer was an offer. */
  acknowledge(body?: SessionBody): void {
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    this.#leg?.sendAck(this.#sequence, body, (again) => {
      this.#ackAgain = again;
    });
    this.#leg = undefined;
  }

  #invite(peer: Peer, identifiers: { callId: string; fromTag: string }): void {
    const { sources, caller, callee, timeouts, schedule, parameters } = this.#settings;
    const { gateway } = this;
    const outgoing: OutgoingCall = {
      gateway,
      sources,
      caller,
      callee,
      ...identifiers,
      sequence: this.#sequence,
      local: this.#context.sender.localAddress(peer),
      timer: gateway.sipTimer
        ? { seconds: Math.max(parameters.SS_SIP_SESSION_TTL, this.#leastSeconds), least: this.#leastSeconds }
        : undefined,
      parameters,
    };
    const request = outgoingInvite(this.#incoming as SipRequest, outgoing);
    for (const [name, value] of this.#credentials) request.headers.append(name, value);
    this.#request = request;
    this.#listener.onSent(peer, identifiers.callId, identifiers.fromTag);
    this.#stages?.stop();
    this.#stages = new StageTimers(this.#context.clock, timeouts, (stage) => {
      // Without any response there is nothing to cancel yet; the transaction sees to it.
      const listener = this.#listener;
      this.abandon(undefined);
      listener.onEnd({ kind: stage === 'invite' ? 'silent' : 'stalled' }, undefined);
    });
    this.#transaction = this.#context.transactions.request(
      request,
      peer,
      {
        onResponse: (response) => this.#receive(response, peer, identifiers),
        onTimeout: () => this.#end({ kind: 'silent' }, undefined),
        onTransportFault: () => this.#end({ kind: 'unreachable' }, undefined),
      },
      { schedule },
    );
  }

  #receive(response: SipResponse, peer: Peer, identifiers: { callId: string; fromTag: string }): void {
    const { status, headers } = response;
    if (status < 200) {
      if (this.#state !== 'trying') return;
      this.#stages?.progress(status, bodyOf(response) !== undefined);
      if (status > 100) this.#listener.onProgress(response);
    } else if (status < 300) {
      this.#answer(response);
    } else if (status === 422 && this.#state === 'trying' && this.#raiseInterval(headers.first('Min-SE'))) {
      this.#sequence++;
      this.#invite(peer, identifiers);
    } else if (this.#state === 'trying' && this.#answersChallenge(response)) {
      this.#sequence++;
      this.#invite(peer, identifiers);
    } else {
      this.#end({ kind: 'status', status }, response);
    }
  }

  /** RFC 4028, 7.3: once more with the interval that is asked for. @returns whether that is possible */
  #raiseInterval(minSe: string | undefined): boolean {
    const seconds = Number(minSe);
    if (!Number.isInteger(seconds) || seconds <= this.#leastSeconds || seconds > LONGEST_INTERVAL) return false;
    this.#leastSeconds = seconds;
    return true;
  }

  /** RFC 3261, 22.2 and 22.3. @returns whether the INVITE is sent once more */
  #answersChallenge(response: SipResponse): boolean {
    const { registration } = this.gateway;
    const most = this.#settings.parameters.SS_SIP_AUTHENTICATION_RETRY;
    if (registration === null || this.#challengesAnswered >= most) return false;
    const found = answerChallenge(this.#request as SipRequest, response, registration);
    if (found === undefined) return false;
    this.#challengesAnswered++;
    this.#credentials.set(found.name, found.value);
    return true;
  }

  #answer(response: SipResponse): void {
    const remoteTag = tagOf(response.headers.first('To'));
    if (this.#answeredBy === remoteTag) {
      this.#ackAgain?.();
      return;
    }
    const leg = this.#newLeg(response, remoteTag);
    if (this.#state === 'trying') {
      this.#leg = leg;
      this.#answeredBy = remoteTag;
      leg.learn(response);
      leg.sent = bodyOf(this.#incoming as SipRequest);
      this.#request = dialogPartOf(this.#request as SipRequest);
      leg.supervise(this.gateway.sipTimer ? termsOfAnswer(response.headers) : undefined);
      this.#leave('answered').onAnswer(leg, response);
      return;
    }
    // Another branch of a fork, or an answer after we had given up: nobody is to be billed for it (RFC 3261, 13.2.2.4).
    leg.sendAck(this.#sequence, undefined);
    if (!this.#hungUp.has(remoteTag)) leg.hangUp(undefined);
    this.#hungUp.add(remoteTag);
  }

  #newLeg(response: SipResponse, remoteTag: string): Leg {
    const request = this.#request as SipRequest;
    return new Leg(
      this.#context,
      {
        dialog: Dialog.ofClient(request, response),
        remoteTag,
        contact: request.headers.first('Contact') as string,
        parameters: this.#settings.parameters,
        account: this.gateway.registration,
        credentials: this.#credentials,
        onlyWay: this.gateway.phone?.isOnlyWay ? this.gateway.phone.peer : undefined,
      },
      this.#legListener,
    );
  }

  #end(end: AttemptEnd, response: SipResponse | undefined): void {
    if (this.#state !== 'trying') return;
    this.#leave('ended').onEnd(end, response);
  }

  /** Nothing is tried any more. @returns who is to be told so, for the last time */
  #leave(state: 'answered' | 'ended'): AttemptListener {
    const listener = this.#listener;
    this.#state = state;
    this.#incoming = undefined;
    this.#stages?.stop();
    this.#stages = undefined;
    this.#listener = NOBODY;
    this.#legListener = NOBODY;
    return listener;
  }
}

/** What the dialogs of further answers are made of, which rarely come. */
function dialogPartOf({ kind, method, uri, headers }: SipRequest): SipRequest {
  const kept = ['From', 'Call-ID', 'CSeq', 'Contact'].map((name) => ({ name, value: headers.first(name) as string }));
  return { kind, method, uri, headers: new SipHeaders(kept), body: NO_BODY };
}

const NO_BODY = new Uint8Array(0);
const nothing = () => undefined;
const NOBODY: AttemptListener & LegListener = {
  onSent: nothing,
  onProgress: nothing,
  onAnswer: nothing,
  onEnd: nothing,
  onLost: nothing,
  onAlive: nothing,
};
/** A gateway that wants a longer one wants none. */
const LONGEST_INTERVAL = 86_400;
