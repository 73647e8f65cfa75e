import type { Clock } from '../clock.ts';
import { answerTo } from '../message/answer.ts';
import { cseq } from '../message/cseq.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { randomToken } from '../message/random-token.ts';
import { type Via, via } from '../message/via.ts';
import { writeMessage } from '../message/write-message.ts';
import { answerPeer, DEFAULT_PORT } from '../transport/answer-peer.ts';
import type { MessageSender, Peer } from '../transport/transport.ts';
import { type ClientContext, ClientTransaction, type Patience, type ResponseListener } from './client-transaction.ts';
import type { ResendSchedule } from './resend.ts';
import { type ServerContext, ServerTransaction } from './server-transaction.ts';

/** Who works on what is no copy of something known ("the core", RFC 3261, 5). */
export interface TransactionUser {
  /** A request that is to be answered without being remembered (RFC 3261, 8.2.7); undefined for one that gets a transaction. */
  turnAway(request: SipRequest, source: Peer): TurnedAway | undefined;
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK to a 2xx. */
  onAck(request: SipRequest, source: Peer): void;
  /** A 2xx to an INVITE that no transaction waits for any more: it is to be acknowledged, and the call hung up (13.2.2.4). */
  onStrayAnswer(response: SipResponse, source: Peer): void;
}

export interface TurnedAway {
  /** Undefined for silence. */
  readonly response: SipResponse | undefined;
  /** Called when the answer is sent: how long this takes must not show in it. */
  readonly afterwards: () => void;
}

export interface TransactionSettings {
  readonly clock: Clock;
  readonly sender: MessageSender;
  /** Of final responses to INVITE, and of requests that have none of their own. */
  readonly schedule: ResendSchedule;
  /** Server transactions at a time; a request beyond is answered 503. What ends calls may take a quarter more. */
  readonly limit: number;
}

/** All transactions of a server (RFC 3261, 17). */
export class TransactionLayer {
  readonly #settings: TransactionSettings;
  readonly #user: TransactionUser;
  readonly #clientContext: ClientContext;
  readonly #serverContext: ServerContext;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  /** Requests outside of dialogs by what they have in common when they come over several ways (8.2.2.2). */
  readonly #merged = new Set<string>();

  constructor(settings: TransactionSettings, user: TransactionUser) {
    this.#settings = settings;
    this.#user = user;
    const { clock, sender, schedule } = settings;
    this.#clientContext = {
      clock,
      sender,
      cancel: (request, peer) => {
        const branch = via(request.headers.list('Via')[0])?.branch as string;
        this.#start(request, branch, peer, NOBODY, { schedule });
      },
      ended: (key) => this.#clients.delete(key),
    };
    this.#serverContext = { clock, sender, schedule, ended: (transaction) => this.#forget(transaction) };
  }

  /** Transactions that are not forgotten yet. */
  get counts(): { readonly server: number; readonly client: number } {
    return { server: this.#servers.size, client: this.#clients.size };
  }

  /** What came from the network; requests with `received` and `rport` in their top Via. */
  receive(message: SipMessage, source: Peer): void {
    if (message.kind === 'response') this.#receiveResponse(message, source);
    else this.#receiveRequest(message, source);
  }

  /**
   * Sends a request, which gets a Via on top; `CSeq` and all else is the caller's.
   *
   * @returns by what an INVITE can be cancelled
   */
  request(request: SipRequest, peer: Peer, listener: ResponseListener, patience: Partial<Patience> = {}) {
    const branch = newBranch();
    request.headers.prepend('Via', this.#viaTo(peer, branch));
    return this.#start(request, branch, peer, listener, { schedule: this.#settings.schedule, ...patience });
  }

  /** Sends an ACK to a 2xx, which is no transaction (RFC 3261, 13.2.2.4). @returns its bytes, for copies */
  sendAck(ack: SipRequest, peer: Peer): Uint8Array {
    ack.headers.prepend('Via', this.#viaTo(peer, newBranch()));
    const bytes = writeMessage(ack);
    this.sendAgain(bytes, peer);
    // They are kept for as long as the call: small buffers share memory with many others.
    return new Uint8Array(bytes);
  }

  sendAgain(bytes: Uint8Array, peer: Peer): void {
    this.#settings.sender.send(bytes, peer, () => undefined);
  }

  #start(request: SipRequest, branch: string, peer: Peer, listener: ResponseListener, patience: Patience) {
    const key = `${branch} ${request.method}`;
    const transaction = new ClientTransaction(this.#clientContext, key, request, peer, listener);
    this.#clients.set(key, transaction);
    transaction.start(patience);
    return transaction;
  }

  #viaTo(peer: Peer, branch: string): string {
    return `SIP/2.0/${peer.transport.toUpperCase()} ${this.#settings.sender.localAddress(peer)};branch=${branch};rport`;
  }

  #receiveResponse(response: SipResponse, source: Peer): void {
    const vias = response.headers.list('Via');
    // One that went through others on its way back is not for us (RFC 3261, 8.1.3.3).
    if (vias.length !== 1) return;
    const branch = via(vias[0])?.branch ?? '';
    const method = cseq(response.headers.first('CSeq') as string)?.method;
    const transaction = this.#clients.get(`${branch} ${method}`);
    if (transaction !== undefined) transaction.receive(response);
    else if (method === 'INVITE' && response.status >= 200 && response.status < 300) {
      this.#user.onStrayAnswer(response, source);
    }
  }

  #receiveRequest(request: SipRequest, source: Peer): void {
    const { method } = request;
    const top = via(request.headers.list('Via')[0]) as Via;
    const key = serverKey(request, top, method === 'ACK' ? 'INVITE' : method);
    const known = this.#servers.get(key);
    if (method === 'ACK') {
      if (known === undefined || known.receive('ack')) this.#user.onAck(request, source);
      return;
    }
    if (known !== undefined) {
      known.receive('request');
      return;
    }
    const turned = this.#user.turnAway(request, source);
    if (turned !== undefined) {
      if (turned.response !== undefined) this.sendAgain(writeMessage(turned.response), answerPeer(request, source));
      turned.afterwards();
      return;
    }
    // CANCEL has the number of its INVITE.
    const mergeKey = method === 'CANCEL' ? undefined : mergeKeyOf(request);
    const { limit } = this.#settings;
    // When callers come in floods, the calls there are can still be ended: they are billed as long as they are not.
    if (this.#servers.size >= (mergeKey === undefined ? 1.25 * limit : limit)) {
      this.#refuse(request, source, 503);
      return;
    }
    if (mergeKey !== undefined && this.#merged.has(mergeKey)) {
      this.#refuse(request, source, 482);
      return;
    }
    const transaction = new ServerTransaction(
      this.#serverContext,
      { key, mergeKey },
      request,
      source,
      answerPeer(request, source),
    );
    this.#servers.set(key, transaction);
    if (mergeKey !== undefined) this.#merged.add(mergeKey);
    if (method === 'CANCEL') this.#cancel(request, transaction, top);
    else this.#user.onRequest(request, transaction);
  }

  /** RFC 3261, 9.2. */
  #cancel(request: SipRequest, transaction: ServerTransaction, top: Via): void {
    const invite = this.#servers.get(serverKey(request, top, 'INVITE'));
    if (invite === undefined) {
      transaction.respond(answerTo(request, 481, undefined, { toTag: transaction.toTag }));
      return;
    }
    transaction.respond(answerTo(request, 200, undefined, { toTag: invite.toTag }));
    if (invite.isPending) invite.onCancel?.(request);
  }

  #forget({ key, mergeKey }: ServerTransaction): void {
    this.#servers.delete(key);
    if (mergeKey !== undefined) this.#merged.delete(mergeKey);
  }

  /** Answers without remembering it: a copy is answered the same way. */
  #refuse(request: SipRequest, source: Peer, status: number): void {
    const answer = answerTo(request, status, undefined, { toTag: randomToken() });
    if (status === 503) answer.headers.append('Retry-After', RETRY_AFTER_SECONDS);
    this.sendAgain(writeMessage(answer), answerPeer(request, source));
  }
}

/** RFC 3261, 17.2.3: branch, sent-by and method; without the magic cookie what RFC 2543 compared. */
function serverKey(request: SipRequest, top: Via, method: string): string {
  const { headers, uri } = request;
  const sentBy = `${top.host}:${top.port ?? DEFAULT_PORT}`;
  if (top.branch?.startsWith(COOKIE)) return `${top.branch} ${sentBy} ${method}`;
  const number = cseq(headers.first('CSeq') as string)?.number;
  return [headers.first('Call-ID'), tagOf(headers.first('From')), number, sentBy, uri, method].join(' ');
}

/** RFC 3261, 8.2.2.2; undefined for requests within a dialog. */
function mergeKeyOf({ headers }: SipRequest): string | undefined {
  if (tagOf(headers.first('To')) !== undefined) return undefined;
  return `${headers.first('Call-ID')} ${tagOf(headers.first('From'))} ${headers.first('CSeq')}`;
}

function tagOf(address: string | undefined): string | undefined {
  return nameAddress(address ?? '')?.parameters.get('tag');
}

function newBranch(): string {
  return `${COOKIE}${randomToken()}`;
}

/** RFC 3261, 8.1.1.7. */
const COOKIE = 'z9hG4bK';
const RETRY_AFTER_SECONDS = '5';
const NOBODY: ResponseListener = {
  onResponse: () => undefined,
  onTimeout: () => undefined,
  onTransportFault: () => undefined,
};
