import type { Clock, Timer } from '../clock.ts';
import { answerTo } from '../message/answer.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { randomToken } from '../message/random-token.ts';
import { writeMessage } from '../message/write-message.ts';
import type { StateTable } from '../state-table.ts';
import type { MessageSender, Peer } from '../transport/transport.ts';
import { inviteServer, type ServerAction } from './invite-server.ts';
import { nonInviteServer } from './non-invite-server.ts';
import type { ResendSchedule } from './resend.ts';

/** What a transaction needs from its layer. */
export interface ServerContext {
  readonly clock: Clock;
  readonly sender: MessageSender;
  readonly schedule: ResendSchedule;
  ended(transaction: ServerTransaction): void;
}

/** A server transaction (RFC 3261, 17.2), INVITE or not. */
export class ServerTransaction {
  /** By what the layer finds it again. */
  readonly key: string;
  readonly mergeKey: string | undefined;
  /** Tag for the To of all its answers, that to a CANCEL too (RFC 3261, 9.2). */
  readonly toTag = randomToken();
  /** Where the request came from. */
  readonly source: Peer;
  /** Told when the caller cancels an INVITE that has no final response. */
  onCancel: ((cancel: SipRequest) => void) | undefined;
  readonly #context: ServerContext;
  readonly #answerPeer: Peer;
  readonly #isInvite: boolean;
  readonly #table: StateTable<string, string, ServerAction>;
  #state: string;
  /** Let go when it is answered: thousands of transactions wait for late copies. */
  #request: SipRequest | undefined;
  /** The last answer, and the one at hand. */
  #bytes: Uint8Array | undefined;
  #resend: Timer | undefined;
  #limit: Timer | undefined;

  constructor(
    context: ServerContext,
    keys: { readonly key: string; readonly mergeKey: string | undefined },
    request: SipRequest,
    source: Peer,
    answerPeer: Peer,
  ) {
    this.#context = context;
    this.key = keys.key;
    this.mergeKey = keys.mergeKey;
    this.source = source;
    this.#answerPeer = answerPeer;
    this.#request = request;
    this.#isInvite = request.method === 'INVITE';
    this.#table = this.#isInvite ? inviteServer : nonInviteServer;
    this.#state = this.#isInvite ? 'proceeding' : 'trying';
    if (this.#isInvite) this.#limit = context.clock.after(TRYING_MS, () => this.#input('trying'));
  }

  /** Whether a CANCEL has an effect: the INVITE has no final response yet. */
  get isPending(): boolean {
    return this.#state === 'proceeding' || this.#state === 'trying';
  }

  /** Sends an answer; a final one is the last, but for further copies of a 2xx to INVITE (RFC 3261, 13.3.1.4). */
  respond(response: SipResponse): void {
    const { status } = response;
    const input = status < 200 ? 'provisional' : !this.#isInvite ? 'final' : status < 300 ? 'success' : 'failure';
    this.#input(input, writeMessage(response));
  }

  /** Never answers: copies of the request are absorbed. */
  ignore(): void {
    this.#state = this.#isInvite ? 'confirmed' : 'completed';
    this.#stopTimers();
    this.#request = undefined;
    this.#bytes = undefined;
    this.#limit = this.#context.clock.after(COPIES_MS, () => this.#input('expired'));
  }

  /** A copy of the request, or an ACK that belongs to it. @returns whether the core has to see it */
  receive(input: 'request' | 'ack'): boolean {
    return this.#input(input);
  }

  #input(input: string, answer?: Uint8Array): boolean {
    const { to, actions } = this.#table[this.#state][input];
    this.#state = to;
    let isForCore = false;
    for (const action of actions) {
      if (action === 'tellAck') isForCore = true;
      else this.#do(action, answer);
    }
    if (to === 'terminated') {
      this.#stopTimers();
      this.#context.ended(this);
    }
    return isForCore;
  }

  #do(action: Exclude<ServerAction, 'tellAck'>, answer: Uint8Array | undefined): void {
    switch (action) {
      case 'send':
        this.#bytes = answer;
        this.#send();
        break;
      case 'sendAgain':
        this.#send();
        break;
      case 'sendTrying':
        // What the core has said since is more than 100.
        if (this.#bytes === undefined) this.#bytes = writeMessage(answerTo(this.#request as SipRequest, 100));
        this.#send();
        break;
      case 'awaitAck':
        this.#awaitAck();
        break;
      case 'awaitCopies':
        this.#awaitCopies();
        break;
    }
  }

  #send(): void {
    // Who does not get an answer asks again, or gives up: there is nothing to do about it (RFC 3261, 17.2.4).
    if (this.#bytes !== undefined) this.#context.sender.send(this.#bytes, this.#answerPeer, () => undefined);
  }

  /** Timers G and H. */
  #awaitAck(): void {
    this.#stopTimers();
    this.onCancel = undefined;
    this.#request = undefined;
    this.#limit = this.#context.clock.after(COPIES_MS, () => this.#input('timeout'));
    if (this.#answerPeer.transport === 'udp') this.#waitForResend(0);
  }

  #waitForResend(nth: number): void {
    const waitMs = this.#context.schedule.waitsMs[nth];
    if (waitMs === undefined) return;
    this.#resend = this.#context.clock.after(waitMs, () => {
      this.#input('resend');
      this.#waitForResend(nth + 1);
    });
  }

  /** Timers I, J and L. */
  #awaitCopies(): void {
    this.#stopTimers();
    this.onCancel = undefined;
    this.#request = undefined;
    const isReliable = this.#answerPeer.transport === 'tcp';
    const ms =
      this.#state === 'accepted' ? COPIES_MS : isReliable ? 0 : this.#state === 'confirmed' ? T4_MS : COPIES_MS;
    this.#limit = this.#context.clock.after(ms, () => this.#input('expired'));
    // A 2xx to INVITE is repeated by the core, and no answer at all when the ACK is here. Of others a copy is kept, since
    // small buffers share memory with many others.
    this.#bytes = this.#state === 'completed' ? new Uint8Array(this.#bytes as Uint8Array) : undefined;
  }

  #stopTimers(): void {
    this.#resend?.cancel();
    this.#limit?.cancel();
    this.#resend = this.#limit = undefined;
  }
}

/** RFC 3261, 17.2.1. */
const TRYING_MS = 200;
/** 64 × T1: timers H, J and L (RFC 3261, 17.2; RFC 6026, 7.1). */
const COPIES_MS = 32_000;
/** Timer I (RFC 3261, 17.2.1). */
const T4_MS = 5000;
