import type { Clock, Timer } from '../clock.ts';
import type { Caller } from '../configuration.ts';
import { Dialog } from '../dialog/dialog.ts';
import type { CallEvent } from '../events/call-event.ts';
import type { ServerReasonSymbol } from '../events/server-reasons.ts';
import { answerTo } from '../message/answer.ts';
import { cseq } from '../message/cseq.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { SignallingParameters } from '../parameters.ts';
import type { CallGrant } from '../prepaid/call-budget.ts';
import { rewriteNumber } from '../routing/rewrite-number.ts';
import type { ResendSchedule } from '../transaction/resend.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Peer } from '../transport/transport.ts';
import { Attempt } from './attempt.ts';
import type { CallEnd, CallRecord } from './call-record.ts';
import { type CallAction, type CallInput, type CallState, callStates } from './call-states.ts';
import type { Destination } from './destination.ts';
import { durationCap } from './duration-caps.ts';
import { type AttemptEnd, speaksForCallee, statusForCaller, triesNext } from './failover.ts';
import { type CallContext, Leg, tagOf } from './leg.ts';
import { relayRequest } from './relay-request.ts';
import { bodyOf, withBody } from './session-body.ts';
import { MIN_SE_SECONDS, supportsTimer, termsOfAnswer, termsOfRequest } from './session-timer.ts';
import { stageTimeouts } from './stage-timers.ts';

/** What a call begins with. */
export interface CallSettings {
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
  /** Whose call it is. */
  readonly origin: Caller;
  /** Where requests to the caller go when his Contact is no way to him. */
  readonly onlyWay?: Peer | undefined;
  /** Phones and gateways in the order in which they are tried; at least one. */
  readonly route: readonly Destination[];
  /** Numbers as they count here. */
  readonly caller: string;
  readonly callee: string;
  readonly parameters: SignallingParameters;
  readonly schedule: ResendSchedule;
  readonly record: CallRecord;
  /** What it may spend, when its account cannot go below its limit. */
  readonly grant?: CallGrant;
}

/** What the server does for a call. */
export interface CallHost {
  readonly context: CallContext;
  /** From now on requests of that dialog are for this call. */
  register(callId: string, localTag: string, call: Call): void;
  /** The gateway has the call, or has it no more; `responded` says whether it is there at all. */
  gatewayTaken(gateway: Destination): void;
  gatewayLeft(gateway: Destination, responded: boolean, answered: boolean): void;
  /** Something that is billed has changed: the call is to be found as it is now if the server dies. */
  changed(event: CallEvent): void;
  /** The call was heard of. */
  alive(call: Call): void;
  /** The call is over, and something may still have to be said to the other side. */
  ended(call: Call, event: CallEvent): void;
  /** All is said: the call itself answers to nothing any more. */
  over(call: Call): void;
}

/** One call: the caller's leg, the gateway that is tried or has answered, and the timers over both. */
export class Call {
  /** Keys of its dialogs in the server's list, that of the caller first. */
  readonly keys: string[] = [];
  readonly #host: CallHost;
  readonly #clock: Clock;
  readonly #settings: Omit<CallSettings, 'request'>;
  /** The INVITE of the caller, let go when it is answered: calls are up for long. */
  #invite: SipRequest | undefined;
  readonly #caller: Leg;
  #state: CallState = 'routing';
  #attempt: Attempt | undefined;
  #gateway: Destination | undefined;
  #hasResponded = false;
  #next = 0;
  #callee: Leg | undefined;
  #sdpSeen = false;
  /** What the input at hand brings: a response of the gateway, an ACK, the end and what the caller is told. */
  #response: SipResponse | undefined;
  #ack: SipRequest | undefined;
  #end: CallEnd = { by: 'server', reason: 'lost_at_restart' };
  #status = 503;
  #hangUpReason: string | undefined;
  #cap: Timer | undefined;
  #spent: Timer | undefined;
  #isRecorded = false;
  #isOver = false;

  constructor(host: CallHost, settings: CallSettings) {
    this.#host = host;
    const { request, ...others } = settings;
    this.#invite = request;
    this.#settings = others;
    this.#clock = host.context.clock;
    const { transaction, parameters, onlyWay } = settings;
    const contact = this.#contactFor(transaction);
    const remoteTag = tagOf(request.headers.first('From'));
    const dialog = Dialog.ofServer(request, transaction.toTag);
    this.#caller = new Leg(
      host.context,
      { dialog, remoteTag, contact, parameters, onlyWay },
      this.#legListener('caller'),
    );
    this.#caller.learn(request);
  }

  /** Keys of the dialogs that both sides know of: an early one of the callee ends with the INVITE (RFC 3261, 12.3). */
  get confirmedKeys(): readonly string[] {
    return this.#callee === undefined ? this.keys.slice(0, 1) : [this.keys[0], this.keys[this.keys.length - 1]];
  }

  get isUp(): boolean {
    return this.#state === 'up' || this.#state === 'answered';
  }

  /** Begins to try gateways. */
  start(): void {
    const { transaction } = this.#settings;
    const request = this.#invite as SipRequest;
    this.#host.register(request.headers.first('Call-ID') as string, transaction.toTag, this);
    transaction.onCancel = (cancel) => {
      this.#hangUpReason = cancel.headers.first('Reason');
      this.#finish({ by: 'caller', status: 487 }, 'callerCancel');
    };
    this.#tryNext();
  }

  /** The server ends the call. @param status what the caller is told if nobody has answered yet */
  endByServer(reason: ServerReasonSymbol, status: number, text: string): void {
    this.#status = status;
    this.#hangUpReason = `SIP;cause=${status};text="${text}"`;
    this.#finish({ by: 'server', reason }, 'serverEnd');
  }

  /** A request within one of its dialogs, from the side with that tag. */
  receive(request: SipRequest, transaction: ServerTransaction, localTag: string): void {
    const isCaller = localTag === this.#settings.transaction.toTag;
    const from = isCaller ? this.#caller : this.#callee;
    if (from === undefined || from.remoteTag !== tagOf(request.headers.first('From'))) {
      transaction.respond(answerTo(request, 481));
      return;
    }
    if (!from.dialog.receive(request)) {
      transaction.respond(answerTo(request, 500));
      return;
    }
    if (request.method === 'BYE') this.#receiveBye(request, transaction, isCaller);
    else this.#receiveOther(request, transaction, from, isCaller);
  }

  /** An ACK to a 2xx. */
  receiveAck(ack: SipRequest, localTag: string): void {
    const leg = localTag === this.#settings.transaction.toTag ? this.#caller : this.#callee;
    if (leg !== undefined && leg.remoteTag === tagOf(ack.headers.first('From'))) leg.acknowledge(ack);
  }

  #receiveBye(request: SipRequest, transaction: ServerTransaction, isCaller: boolean): void {
    transaction.respond(answerTo(request, 200));
    this.#hangUpReason = request.headers.first('Reason');
    (isCaller ? this.#caller : this.#callee)?.stop();
    const isAnswered = this.#settings.record.isAnswered;
    this.#finish(
      { by: isCaller ? 'caller' : 'callee', status: isAnswered ? 200 : 487 },
      isCaller ? 'callerBye' : 'calleeBye',
    );
  }

  #receiveOther(request: SipRequest, transaction: ServerTransaction, from: Leg, isCaller: boolean): void {
    const to = isCaller ? this.#callee : this.#caller;
    if (request.method === 'OPTIONS') {
      transaction.respond(from.answer(request, undefined));
    } else if (to === undefined || !this.#settings.record.isAnswered) {
      // Before the answer the description of the session is still under way (RFC 3261, 14.2; RFC 3311, 5.2).
      transaction.respond(answerTo(request, 491));
    } else {
      this.#host.alive(this);
      const ttlSeconds = this.#settings.parameters.SS_SIP_SESSION_TTL;
      relayRequest({ request, transaction, from, to, ttlSeconds });
    }
  }

  #input(input: CallInput): void {
    const { to, actions } = callStates[this.#state][input];
    this.#state = to;
    if (to === 'over' || to === 'leaving') this.#recordEnd();
    for (const action of actions) this.#do(action);
    if (to !== 'over' || this.#isOver) return;
    this.#isOver = true;
    this.#host.over(this);
  }

  /** An input that ends the call, if it is not over yet. */
  #finish(end: CallEnd, input: CallInput): void {
    if (!this.#isRecorded) this.#end = end;
    this.#input(input);
  }

  #do(action: CallAction): void {
    switch (action) {
      case 'relayProgress':
        this.#relayProgress(this.#response as SipResponse);
        break;
      case 'relayAnswer':
        this.#relayAnswer(this.#response as SipResponse);
        break;
      case 'tryNextGateway':
        this.#tryNext();
        break;
      case 'relayRefusal':
        this.#refuse(this.#status, this.#response?.headers.first('Reason'));
        break;
      case 'refuseCancelled':
        this.#refuse(487, undefined);
        break;
      case 'refuseByServer':
        this.#refuse(this.#status, undefined);
        break;
      case 'cancelCallee':
        this.#attempt?.abandon(this.#hangUpReason);
        break;
      case 'acknowledgeCallee':
        this.#attempt?.acknowledge(this.#ack && bodyOf(this.#ack));
        break;
      case 'hangUpCallee':
        this.#callee?.hangUp(this.#hangUpReason);
        break;
      case 'hangUpCaller':
        this.#caller.hangUp(this.#hangUpReason);
        break;
    }
  }

  #tryNext(): void {
    const { origin, route, parameters, schedule, record, caller, callee } = this.#settings;
    const gateway = route[this.#next++];
    const sentCallee = rewriteNumber(gateway.rewriteCallee, callee);
    this.#gateway = gateway;
    this.#hasResponded = false;
    this.#host.gatewayTaken(gateway);
    const isPhone = gateway.phone !== undefined;
    record.tried({
      callee_gateway: isPhone ? null : gateway.name,
      callee_ip: null,
      callee_to_gateway_e164: isPhone ? null : sentCallee,
    });
    const attempt = new Attempt(
      this.#host.context,
      this.#invite as SipRequest,
      {
        gateway,
        sources: origin,
        caller: rewriteNumber(gateway.rewriteCaller, caller),
        callee: sentCallee,
        timeouts: stageTimeouts(parameters, gateway.timeouts),
        schedule,
        parameters,
      },
      {
        onSent: (peer, callId, localTag) => {
          record.located(peer.address);
          this.#host.register(callId, localTag, this);
          this.#host.changed(record.event(LOST));
        },
        onProgress: (response) => this.#bring('progress', response),
        onAnswer: (leg, response) => {
          this.#callee = leg;
          this.#bring('answer', response);
        },
        onEnd: (end, response) => this.#attemptEnded(end, response),
      },
      this.#legListener('callee'),
    );
    this.#attempt = attempt;
    attempt.start();
  }

  #bring(input: CallInput, response: SipResponse | undefined): void {
    this.#hasResponded = true;
    this.#response = response;
    this.#input(input);
    this.#response = undefined;
  }

  #attemptEnded(end: AttemptEnd, response: SipResponse | undefined): void {
    const { route, parameters, record } = this.#settings;
    this.#hasResponded ||= end.kind === 'status' || end.kind === 'stalled';
    const isPhone = this.#gateway?.phone !== undefined;
    this.#leaveGateway(false);
    this.#response = response;
    const soFar = { attempts: record.attempts, sdpSeen: this.#sdpSeen, isPhone };
    if (this.#next < route.length && triesNext(end, soFar, parameters)) {
      this.#input('gatewayLeft');
    } else {
      this.#status = statusForCaller(end);
      this.#finish(endOf(end, record.attempts), 'refusal');
    }
    this.#response = undefined;
  }

  #relayProgress(response: SipResponse): void {
    const { transaction, record } = this.#settings;
    const request = this.#invite as SipRequest;
    const { status, reason } = response;
    const isRinging = status === 180 || status === 183;
    if (isRinging) record.ringing();
    const body = bodyOf(response);
    if (body !== undefined) this.#sdpSeen = true;
    const progress = withBody(answerTo(request, status, reason, { toTag: transaction.toTag }), body);
    progress.headers.append('Contact', this.#contactFor(transaction));
    transaction.respond(progress);
    if (isRinging) this.#host.changed(record.event(LOST));
  }

  #relayAnswer(response: SipResponse): void {
    const { transaction, record, parameters, origin, grant } = this.#settings;
    const request = this.#invite as SipRequest;
    this.#invite = undefined;
    record.answered();
    if (grant !== undefined) this.#limitSpending(grant, grant.answered(record.event(LOST)));
    this.#host.changed(record.event(LOST));
    const offered = bodyOf(request) !== undefined;
    if (offered) this.#attempt?.acknowledge();
    const body = bodyOf(response);
    const answer = this.#caller.answer(request, body, transaction.toTag);
    this.#caller.sent = body;
    const asked = origin.sipTimer ? termsOfRequest(request.headers, parameters.SS_SIP_SESSION_TTL) : NO_TERMS;
    if (asked.kind === 'agreed') {
      this.#caller.supervise(asked.terms);
      this.#caller.appendTerms(answer, request);
    }
    const hasTimer =
      (origin.sipTimer && supportsTimer(request.headers)) || termsOfAnswer(response.headers) !== undefined;
    this.#limitDuration(hasTimer);
    const sequence = cseq(request.headers.first('CSeq') as string)?.number as number;
    this.#caller.answerInvite(
      transaction,
      { answer, sequence },
      {
        onAck: (ack) => {
          this.#ack = ack;
          this.#caller.received = bodyOf(ack) ?? this.#caller.received;
          this.#input('ack');
          this.#ack = undefined;
        },
        onNoAck: () => {
          this.#hangUpReason = 'SIP;cause=408;text="the answer was not acknowledged"';
          this.#finish({ by: 'server', reason: 'no_acknowledgement' }, 'noAck');
        },
      },
    );
  }

  /** Caps hold as they were when the call began. */
  #limitDuration(hasTimer: boolean): void {
    const cap = durationCap(hasTimer, this.#settings.parameters);
    if (cap === null) return;
    this.#cap = this.#clock.after(1000 * cap.seconds, () => {
      this.endByServer('duration_cap', 480, `the call has reached ${cap.by}`);
    });
  }

  /** When what is set aside is nearly used up there is more, or both sides are hung up. */
  #limitSpending(grant: CallGrant, longestMs: number): void {
    const { record } = this.#settings;
    record.limitTo(longestMs);
    this.#spent = this.#clock.after(Math.max(0, longestMs - HANG_UP_EARLY_MS - record.talkedMs), () => {
      const extendedMs = grant.extend(record.event(LOST));
      if (extendedMs > longestMs) this.#limitSpending(grant, extendedMs);
      else this.endByServer('balance_used_up', 402, 'balance and credit are used up');
    });
  }

  #refuse(status: number, reason: string | undefined): void {
    const { transaction } = this.#settings;
    const refusal = answerTo(this.#invite as SipRequest, status, undefined, { toTag: transaction.toTag });
    if (reason !== undefined) refusal.headers.append('Reason', reason);
    if (status === 503) refusal.headers.append('Retry-After', '5');
    if (status === 422) refusal.headers.append('Min-SE', String(MIN_SE_SECONDS));
    transaction.respond(refusal);
  }

  #legListener(side: 'caller' | 'callee') {
    return {
      onAlive: () => this.#host.alive(this),
      onLost: (cause: 'expired' | 'unknownThere') => {
        const text =
          cause === 'expired' ? `the ${side} was not heard of in time` : `the ${side} does not know the call any more`;
        this.endByServer('session_timer_expired', 408, text);
      },
    };
  }

  #leaveGateway(answered: boolean): void {
    if (this.#gateway !== undefined) this.#host.gatewayLeft(this.#gateway, this.#hasResponded, answered);
    this.#gateway = undefined;
  }

  /** Once: when the first of the two sides has ended it, or the server. */
  #recordEnd(): void {
    if (this.#isRecorded) return;
    this.#isRecorded = true;
    this.#cap?.cancel();
    this.#cap = undefined;
    this.#spent?.cancel();
    this.#spent = undefined;
    this.#caller.stopTimer();
    this.#callee?.stopTimer();
    this.#leaveGateway(this.#settings.record.isAnswered);
    const event = this.#settings.record.event(this.#end);
    this.#settings.grant?.ended(event);
    this.#host.ended(this, event);
  }

  #contactFor({ source }: ServerTransaction): string {
    const local = this.#host.context.sender.localAddress(source);
    return `<sip:${local}${source.transport === 'tcp' ? ';transport=tcp' : ''}>`;
  }
}

/** Why a call ended whose last attempt ended so. */
function endOf(end: AttemptEnd, attempts: number): CallEnd {
  if (end.kind === 'status' && (attempts === 1 || speaksForCallee(end.status))) {
    return { by: 'callee', status: end.status };
  }
  if (attempts > 1) return { by: 'server', reason: 'all_gateways_failed' };
  if (end.kind === 'silent') return { by: 'server', reason: 'no_response' };
  return { by: 'server', reason: end.kind === 'stalled' ? 'ring_timeout' : 'all_gateways_failed' };
}

/** Before the last second that is paid is over: a timer that fires late by less costs nobody anything. */
const HANG_UP_EARLY_MS = 250;
const LOST: CallEnd = { by: 'server', reason: 'lost_at_restart' };
const NO_TERMS = { kind: 'none' } as const;
