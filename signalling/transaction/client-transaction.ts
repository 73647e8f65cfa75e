import type { Clock, Timer } from '../clock.ts';
import { SipHeaders } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { writeMessage } from '../message/write-message.ts';
import type { StateTable } from '../state-table.ts';
import type { MessageSender, Peer } from '../transport/transport.ts';
import { type ClientAction, inviteClient } from './invite-client.ts';
import { nonInviteClient } from './non-invite-client.ts';
import type { ResendSchedule } from './resend.ts';

/** Told what comes of a request; nothing within the call that sends it. */
export interface ResponseListener {
  /** Each provisional response, the final one, and each 2xx to an INVITE. */
  onResponse(response: SipResponse): void;
  onTimeout(): void;
  onTransportFault(problem: string): void;
}

/** How long a request is tried. */
export interface Patience {
  readonly schedule: ResendSchedule;
  /** Milliseconds to the first response to an INVITE, to the final one otherwise, if less than the schedule's window. */
  readonly timeoutMs?: number;
}

/** What a transaction needs from its layer. */
export interface ClientContext {
  readonly clock: Clock;
  readonly sender: MessageSender;
  /** Sends the CANCEL of an INVITE as a transaction of its own. */
  cancel(request: SipRequest, peer: Peer): void;
  ended(key: string): void;
}

/** A client transaction (RFC 3261, 17.1), INVITE or not; the request has its Via already. */
export class ClientTransaction {
  readonly #context: ClientContext;
  readonly #key: string;
  readonly #peer: Peer;
  readonly #listener: ResponseListener;
  readonly #isInvite: boolean;
  readonly #table: StateTable<string, string, ClientAction>;
  #state: string;
  /** Let go when the final response is in: thousands of transactions wait for late copies. */
  #request: SipRequest | undefined;
  #bytes: Uint8Array;
  #resend: Timer | undefined;
  #limit: Timer | undefined;
  #isCancelled = false;
  #cancelReason: string | undefined;
  #response: SipResponse | undefined;
  #fault = '';

  constructor(context: ClientContext, key: string, request: SipRequest, peer: Peer, listener: ResponseListener) {
    this.#context = context;
    this.#key = key;
    this.#peer = peer;
    this.#listener = listener;
    this.#request = request;
    this.#isInvite = request.method === 'INVITE';
    this.#table = this.#isInvite ? inviteClient : nonInviteClient;
    this.#state = this.#isInvite ? 'calling' : 'trying';
    this.#bytes = writeMessage(request);
  }

  /** Sends the request and begins to wait. */
  start({ schedule, timeoutMs = Number.POSITIVE_INFINITY }: Patience): void {
    const { clock } = this.#context;
    // Set before the resends, so that one which is due at this very moment is not sent.
    if (timeoutMs < schedule.windowMs) this.#limit = clock.after(timeoutMs, () => this.#input('timeout'));
    const isReliable = this.#peer.transport === 'tcp';
    if (!isReliable) this.#waitForResend(schedule, 0);
    else if (this.#limit === undefined) this.#limit = clock.after(schedule.windowMs, () => this.#input('timeout'));
    this.#send(this.#bytes);
  }

  receive(response: SipResponse): void {
    this.#response = response;
    const { status } = response;
    if (status < 200) this.#input('provisional');
    else if (!this.#isInvite) this.#input('final');
    else this.#input(status < 300 ? 'success' : 'failure');
    this.#response = undefined;
  }

  /**
   * Cancels an INVITE: at once if a provisional response is there, else when there is one (RFC 3261, 9.1). It is not sent
   * again meanwhile. A final response still comes, or a timeout.
   *
   * @param reason value of a Reason header (RFC 3326)
   */
  cancel(reason?: string): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#cancelReason = reason;
    if (this.#state === 'proceeding') this.#sendCancel();
    else if (this.#state === 'calling') this.#limitTo(COPIES_MS);
  }

  #input(input: string): void {
    const { to, actions } = this.#table[this.#state][input];
    const wasCalling = this.#state === 'calling';
    this.#state = to;
    for (const action of actions) this.#do(action);
    if (wasCalling && to === 'proceeding' && this.#isCancelled) this.#sendCancel();
    if (to !== 'terminated') return;
    this.#stopTimers();
    this.#context.ended(this.#key);
  }

  #do(action: ClientAction): void {
    switch (action) {
      case 'send':
        this.#send(this.#bytes);
        break;
      case 'stopResending':
        this.#stopTimers();
        break;
      case 'acknowledge':
        this.#acknowledge();
        break;
      case 'tellResponse':
        this.#listener.onResponse(this.#response as SipResponse);
        break;
      case 'tellTimeout':
        this.#listener.onTimeout();
        break;
      case 'tellFault':
        this.#listener.onTransportFault(this.#fault);
        break;
      case 'awaitCopies':
        this.#awaitCopies();
        break;
    }
  }

  #send(bytes: Uint8Array): void {
    this.#context.sender.send(bytes, this.#peer, (problem) => {
      this.#fault = problem;
      this.#input('transportFault');
    });
  }

  #waitForResend(schedule: ResendSchedule, nth: number): void {
    const isLast = nth >= schedule.waitsMs.length - 1;
    const waitMs = schedule.waitsMs[nth] ?? 0;
    this.#resend = this.#context.clock.after(waitMs, () => {
      if (nth < schedule.waitsMs.length) this.#input('resend');
      // Nothing is waited for after the last one.
      if (isLast) this.#input('timeout');
      else this.#waitForResend(schedule, nth + 1);
    });
  }

  #sendCancel(): void {
    const request = this.#request as SipRequest;
    this.#context.cancel(cancelOf(request, this.#cancelReason), this.#peer);
    this.#limitTo(COPIES_MS);
  }

  /** The ACK is made once, and sent again for each copy of the response. */
  #acknowledge(): void {
    if (this.#request !== undefined) this.#bytes = writeMessage(ackOf(this.#request, this.#response as SipResponse));
    this.#send(this.#bytes);
  }

  /** Timers D, M and K. */
  #awaitCopies(): void {
    this.#stopTimers();
    const isReliable = this.#peer.transport === 'tcp';
    const ms = this.#state === 'accepted' ? COPIES_MS : isReliable ? 0 : this.#isInvite ? COPIES_MS : T4_MS;
    this.#limit = this.#context.clock.after(ms, () => this.#input('expired'));
    this.#request = undefined;
    if (!this.#isInvite || this.#state === 'accepted') this.#bytes = NOTHING;
  }

  #limitTo(ms: number): void {
    this.#stopTimers();
    this.#limit = this.#context.clock.after(ms, () => this.#input('timeout'));
  }

  #stopTimers(): void {
    this.#resend?.cancel();
    this.#limit?.cancel();
    this.#resend = this.#limit = undefined;
  }
}

/** CANCEL of an INVITE (RFC 3261, 9.1): the same target, dialog, sequence number and Via. */
function cancelOf(request: SipRequest, reason: string | undefined): SipRequest {
  const headers = sameWay(request, 'CANCEL', request.headers.first('To') as string);
  if (reason !== undefined) headers.append('Reason', reason);
  return { kind: 'request', method: 'CANCEL', uri: request.uri, headers, body: NOTHING };
}

/** ACK to a final response that is no 2xx (RFC 3261, 17.1.1.3). */
function ackOf(request: SipRequest, response: SipResponse): SipRequest {
  const headers = sameWay(request, 'ACK', response.headers.first('To') as string);
  return { kind: 'request', method: 'ACK', uri: request.uri, headers, body: NOTHING };
}

function sameWay({ headers: of }: SipRequest, method: string, to: string): SipHeaders {
  const headers = new SipHeaders([{ name: 'Via', value: of.list('Via')[0] }]);
  for (const route of of.all('Route')) headers.append('Route', route);
  headers.append('Max-Forwards', '70');
  headers.append('From', of.first('From') as string);
  headers.append('To', to);
  headers.append('Call-ID', of.first('Call-ID') as string);
  headers.append('CSeq', `${(of.first('CSeq') as string).split(' ')[0]} ${method}`);
  return headers;
}

/** 64 × T1: timers D and M (RFC 3261, 17.1.1.2; RFC 6026, 7.2), and the patience with a CANCEL (9.1). */
const COPIES_MS = 32_000;
/** Timer K (RFC 3261, 17.1.2.2). */
const T4_MS = 5000;
const NOTHING = new Uint8Array(0);
