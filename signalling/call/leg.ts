import type { Clock } from '../clock.ts';
import type { GatewayRegistration } from '../configuration.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { answerTo } from '../message/answer.ts';
import { cseq } from '../message/cseq.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import type { SignallingParameters } from '../parameters.ts';
import { answerChallenge } from '../registration/answer-challenge.ts';
import type { ResponseListener } from '../transaction/client-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { TransactionLayer } from '../transaction/transaction-layer.ts';
import { resolveUri } from '../transport/resolve-target.ts';
import type { MessageSender, Peer } from '../transport/transport.ts';
import { AnswerResender } from './answer-resender.ts';
import { ALLOW, supportedOptions } from './request-checks.ts';
import { bodyOf, type SessionBody, withBody } from './session-body.ts';
import {
  appendAnswerTerms,
  appendOfferedTerms,
  MIN_SE_SECONDS,
  type SessionTerms,
  SessionTimer,
} from './session-timer.ts';

/** What legs and calls work with. */
export interface CallContext {
  readonly clock: Clock;
  readonly transactions: TransactionLayer;
  readonly sender: MessageSender;
}

export interface LegSettings {
  readonly dialog: Dialog;
  readonly remoteTag: string;
  /** Value of our Contact. */
  readonly contact: string;
  readonly parameters: SignallingParameters;
  /** Where requests go, unless a route was recorded, when Contact is no way to the other side. */
  readonly onlyWay?: Peer | undefined;
  /** Who we are there when a request within the dialog is challenged. */
  readonly account?: GatewayRegistration | null;
  /** Header fields that our INVITE had, and its ACK has to have (RFC 3261, 22.1). */
  readonly credentials?: ReadonlyMap<string, string>;
}

/** Told of what a leg finds out for itself. */
export interface LegListener {
  /** It ends by its session timer, or because the other side does not know the dialog any more. */
  onLost(cause: 'expired' | 'unknownThere'): void;
  /** The other side was heard of. */
  onAlive(): void;
}

/** One side of a call that has a dialog: requests within it, who may send an offer now, and the session timer. */
export class Leg {
  readonly dialog: Dialog;
  readonly remoteTag: string;
  /** Whether a request of ours with an offer is under way, and one of the other side (RFC 3261, 14). */
  offering = false;
  answering = false;
  /** The description of the session that it has from us, and the one we have from it. */
  sent: SessionBody | undefined;
  received: SessionBody | undefined;
  readonly #context: CallContext;
  readonly #parameters: SignallingParameters;
  readonly #listener: LegListener;
  readonly #contact: string;
  readonly #onlyWay: Peer | undefined;
  readonly #account: GatewayRegistration | null;
  #credentials: ReadonlyMap<string, string>;
  /** Where its dialog's requests go, once that is known. */
  #peer: Peer | undefined;
  #allowsUpdate = false;
  #timer: SessionTimer | undefined;
  #leastSeconds = MIN_SE_SECONDS;
  #acks = new Map<number, { readonly resender: AnswerResender; readonly onAck: (ack: SipRequest) => void }>();

  constructor(context: CallContext, settings: LegSettings, listener: LegListener) {
    this.#context = context;
    this.dialog = settings.dialog;
    this.remoteTag = settings.remoteTag;
    this.#contact = settings.contact;
    this.#parameters = settings.parameters;
    this.#onlyWay = settings.onlyWay;
    this.#account = settings.account ?? null;
    this.#credentials = settings.credentials ?? NO_CREDENTIALS;
    this.#listener = listener;
  }

  /** Notes what a message of the other side says of it: what it allows, and its description of the session. */
  learn(message: SipRequest | SipResponse): void {
    this.learnAllowed(message);
    this.received = bodyOf(message) ?? this.received;
  }

  /** Notes what the other side allows, and not its description: an offer that is refused changes nothing (RFC 3261, 14.1). */
  learnAllowed({ headers }: SipRequest | SipResponse): void {
    const allowed = headers.list('Allow');
    if (allowed.length > 0) this.#allowsUpdate = allowed.includes('UPDATE');
  }

  get allowsUpdate(): boolean {
    return this.#allowsUpdate;
  }

  get hasTimer(): boolean {
    return this.#timer !== undefined;
  }

  /** Starts the session timer, or goes on under terms that were agreed on anew. */
  supervise(terms: SessionTerms | undefined): void {
    if (terms === undefined) return;
    if (this.#timer !== undefined) this.#timer.confirm(terms);
    else {
      this.#timer = new SessionTimer(this.#context.clock, terms, this.#parameters, {
        onCheck: () => this.#check(),
        onExpired: () => this.#listener.onLost('expired'),
      });
    }
  }

  /** The other side has refreshed, or answered to a check. */
  confirm(terms?: SessionTerms): void {
    this.#timer?.confirm(terms);
    this.#listener.onAlive();
  }

  /** Terms of the session timer, for a 2xx to a request that may change them. */
  appendTerms(answer: SipResponse, request: SipRequest): void {
    if (this.#timer !== undefined) appendAnswerTerms(answer.headers, this.#timer.terms, request.headers);
  }

  /** A 2xx within the dialog, or the one that makes it, with what the other side may use. */
  answer(request: SipRequest, body: SessionBody | undefined, toTag?: string): SipResponse {
    const answer = withBody(answerTo(request, 200, undefined, toTag === undefined ? {} : { toTag }), body);
    answer.headers.append('Contact', this.#contact);
    answer.headers.append('Allow', ALLOW);
    answer.headers.append('Supported', supportedOptions.join(', '));
    return answer;
  }

  /** Answers an INVITE, and repeats that until the ACK is there. */
  answerInvite(
    transaction: ServerTransaction,
    { answer, sequence }: { answer: SipResponse; sequence: number },
    { onAck, onNoAck }: { onAck: (ack: SipRequest) => void; onNoAck: () => void },
  ): void {
    transaction.respond(answer);
    const resender = new AnswerResender(
      this.#context.clock,
      () => transaction.respond(answer),
      () => {
        this.#acks.delete(sequence);
        onNoAck();
      },
    );
    this.#acks.set(sequence, { resender, onAck });
  }

  /** An ACK to a 2xx of ours; copies are of no interest. */
  acknowledge(ack: SipRequest): void {
    const sequence = cseq(ack.headers.first('CSeq') as string)?.number as number;
    const waiting = this.#acks.get(sequence);
    if (waiting === undefined) return;
    waiting.resender.stop();
    this.#acks.delete(sequence);
    waiting.onAck(ack);
  }

  /** A request within the dialog, with Contact where it refreshes the target (RFC 3261, 12.2.1.1). */
  make(method: 'INVITE' | 'UPDATE' | 'INFO' | 'BYE', body?: SessionBody): SipRequest {
    const request = withBody(this.dialog.request(method), body);
    if (method === 'INVITE' || method === 'UPDATE') {
      request.headers.append('Contact', this.#contact);
      request.headers.append('Allow', ALLOW);
      request.headers.append('Supported', supportedOptions.join(', '));
      const terms = this.#timer?.terms;
      if (terms?.weRefresh) appendOfferedTerms(request.headers, terms.seconds, this.#leastSeconds, true);
    }
    return request;
  }

  /**
   * Sends a request within the dialog; one that is challenged by a gateway which has an account for us comes again, with the
   * next sequence number. `started` gets by what it can be cancelled.
   */
  send(request: SipRequest, listener: ResponseListener, started?: (cancel: () => void) => void): void {
    const account = this.#account;
    if (account === null) this.#sendOnce(request, listener, started);
    else this.#sendAnswering(request, account, this.#parameters.SS_SIP_AUTHENTICATION_RETRY, listener, started);
  }

  /** RFC 3261, 22.2. @param tries how often challenges are answered yet */
  #sendAnswering(
    request: SipRequest,
    account: GatewayRegistration,
    tries: number,
    listener: ResponseListener,
    started: ((cancel: () => void) => void) | undefined,
  ): void {
    const onResponse = (response: SipResponse) => {
      const credentials = tries > 0 ? answerChallenge(request, response, account) : undefined;
      if (credentials === undefined) {
        listener.onResponse(response);
        return;
      }
      const again = this.dialog.again(request);
      again.headers.set(credentials.name, credentials.value);
      if (request.method === 'INVITE') this.#credentials = new Map([[credentials.name, credentials.value]]);
      this.#sendAnswering(again, account, tries - 1, listener, started);
    };
    this.#sendOnce(request, { ...listener, onResponse }, started);
  }

  #sendOnce(
    request: SipRequest,
    listener: ResponseListener,
    started: ((cancel: () => void) => void) | undefined,
  ): void {
    this.#withPeer(
      (peer) => {
        const transaction = this.#context.transactions.request(request, peer, listener);
        started?.(() => transaction.cancel());
      },
      (problem) => listener.onTransportFault(problem),
    );
  }

  /** ACK to a 2xx that the other side gave to an INVITE of ours. Copies of the 2xx are acknowledged by `again`. */
  sendAck(sequence: number, body: SessionBody | undefined, done?: (again: () => void) => void): void {
    const ack = withBody(this.dialog.ack(sequence), body);
    for (const [name, value] of this.#credentials) ack.headers.append(name, value);
    this.#withPeer(
      (peer) => {
        const bytes = this.#context.transactions.sendAck(ack, peer);
        done?.(againOf(this.#context.transactions, bytes, peer));
      },
      () => undefined,
    );
  }

  /** Ends the leg. @param reason value of a Reason header (RFC 3326) */
  hangUp(reason: string | undefined): void {
    this.stop();
    const bye = this.make('BYE');
    if (reason !== undefined) bye.headers.append('Reason', reason);
    this.send(bye, NOBODY);
  }

  /** The session is supervised no more; an answer that is not acknowledged is still repeated. */
  stopTimer(): void {
    this.#timer?.stop();
  }

  /** No timer of the leg runs any more. */
  stop(): void {
    this.stopTimer();
    for (const { resender } of this.#acks.values()) resender.stop();
    this.#acks.clear();
    this.sent = this.received = undefined;
  }

  /** Asks whether the other side is there: by UPDATE if it knows that, or by an INVITE with the same description. */
  #check(): void {
    if (this.offering || this.answering) return;
    const byUpdate = this.#allowsUpdate;
    if (!byUpdate) this.offering = true;
    const request = byUpdate ? this.make('UPDATE') : this.make('INVITE', this.sent);
    const done = () => {
      if (!byUpdate) this.offering = false;
    };
    this.send(request, {
      onResponse: (response) => {
        const { status, headers } = response;
        if (status < 200) return;
        done();
        if (status < 300) {
          if (!byUpdate) this.sendAck(sequenceOf(response), undefined);
          this.dialog.refreshTarget(response);
          this.confirm();
        } else if (status === 422) {
          // The next check asks for no less than that (RFC 4028, 7.3).
          this.#leastSeconds = Math.max(this.#leastSeconds, Number(headers.first('Min-SE') ?? 0) || 0);
        } else if (status === 481) {
          this.#listener.onLost('unknownThere');
        }
      },
      onTimeout: done,
      onTransportFault: done,
    });
  }

  #withPeer(found: (peer: Peer) => void, failed: (problem: string) => void): void {
    if (this.#onlyWay !== undefined && this.dialog.isDirect) {
      found(this.#onlyWay);
      return;
    }
    if (this.#peer !== undefined && this.#peerOf === this.dialog.nextHop) {
      found(this.#peer);
      return;
    }
    const hop = this.dialog.nextHop;
    resolveUri(hop, (resolved) => {
      if ('problem' in resolved) {
        failed(resolved.problem);
        return;
      }
      this.#peer = resolved.peer;
      this.#peerOf = hop;
      found(resolved.peer);
    });
  }

  #peerOf = '';
}

/** Sequence number of the request that was answered. */
export function sequenceOf({ headers }: SipResponse): number {
  return cseq(headers.first('CSeq') as string)?.number as number;
}

/** Sends the bytes again; it is kept as long as the call, and holds nothing else. */
function againOf(transactions: TransactionLayer, bytes: Uint8Array, peer: Peer): () => void {
  return () => transactions.sendAgain(bytes, peer);
}

/** Tag of the other side in a From or To. */
export function tagOf(value: string | undefined): string {
  return nameAddress(value ?? '')?.parameters.get('tag') ?? '';
}

const NO_CREDENTIALS: ReadonlyMap<string, string> = new Map();
const NOBODY: ResponseListener = {
  onResponse: () => undefined,
  onTimeout: () => undefined,
  onTransportFault: () => undefined,
};
