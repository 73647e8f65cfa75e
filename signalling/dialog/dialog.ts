import { cseq } from '../message/cseq.ts';
import { SipHeaders } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { nameAddress } from '../message/name-address.ts';
import { parseUri } from '../message/uri.ts';

/** What a dialog begins with (RFC 3261, 12.1). */
interface DialogState {
  readonly callId: string;
  /** Values of From of our requests, and of To, with their tags. */
  readonly local: string;
  readonly remote: string;
  readonly routes: readonly string[];
  readonly target: string;
  readonly localSequence: number;
  /** Undefined as long as the other side has sent no request. */
  readonly remoteSequence: number | undefined;
}

/** A dialog (RFC 3261, 12): what the two sides of a leg know of each other, and the requests we send within it. */
export class Dialog {
  readonly callId: string;
  readonly #local: string;
  readonly #remote: string;
  readonly #routes: readonly string[];
  #target: string;
  #localSequence: number;
  #remoteSequence: number | undefined;

  private constructor(state: DialogState) {
    this.callId = state.callId;
    this.#local = state.local;
    this.#remote = state.remote;
    this.#routes = state.routes;
    this.#target = state.target;
    this.#localSequence = state.localSequence;
    this.#remoteSequence = state.remoteSequence;
  }

  /** The dialog of an INVITE that came to us and is answered with that tag (12.1.1). */
  static ofServer({ headers }: SipRequest, toTag: string): Dialog {
    return new Dialog({
      callId: headers.first('Call-ID') as string,
      local: `${headers.first('To')};tag=${toTag}`,
      remote: headers.first('From') as string,
      routes: headers.list('Record-Route'),
      target: contactOf(headers) ?? addressOf(headers.first('From') as string),
      localSequence: 0,
      remoteSequence: cseq(headers.first('CSeq') as string)?.number,
    });
  }

  /** The dialog which a response with a tag makes of an INVITE we sent (12.1.2). */
  static ofClient(request: SipRequest, { headers }: SipResponse): Dialog {
    return new Dialog({
      callId: request.headers.first('Call-ID') as string,
      local: request.headers.first('From') as string,
      remote: headers.first('To') as string,
      routes: [...headers.list('Record-Route')].reverse(),
      target: contactOf(headers) ?? request.uri,
      localSequence: cseq(request.headers.first('CSeq') as string)?.number as number,
      remoteSequence: undefined,
    });
  }

  /** URI of the next hop: the first route, or else the remote target. */
  get nextHop(): string {
    return this.#routes.length > 0 ? addressOf(this.#routes[0]) : this.#target;
  }

  /** Nobody has had itself recorded in the route. */
  get isDirect(): boolean {
    return this.#routes.length === 0;
  }

  /** A request within the dialog (12.2.1.1), without Via. */
  request(method: string): SipRequest {
    this.#localSequence++;
    return this.#make(method, this.#localSequence);
  }

  /** A request of ours once more, as one of its own (22.2). */
  again({ headers: before, ...request }: SipRequest): SipRequest {
    this.#localSequence++;
    const headers = new SipHeaders(before.lines());
    headers.remove('Via');
    headers.set('CSeq', `${this.#localSequence} ${request.method}`);
    return { ...request, headers };
  }

  /** The ACK to a 2xx to the INVITE with that sequence number (13.2.2.4). */
  ack(sequence: number): SipRequest {
    return this.#make('ACK', sequence);
  }

  /**
   * Takes notice of a request of the other side (12.2.2).
   *
   * @returns whether its sequence number is higher than that of the one before; if not, it is answered 500
   */
  receive({ headers }: SipRequest): boolean {
    const number = cseq(headers.first('CSeq') as string)?.number as number;
    if (this.#remoteSequence !== undefined && number <= this.#remoteSequence) return false;
    this.#remoteSequence = number;
    return true;
  }

  /** Takes the target from a target refresh, request or 2xx (12.2.1.2 and 12.2.2). */
  refreshTarget({ headers }: SipRequest | SipResponse): void {
    this.#target = contactOf(headers) ?? this.#target;
  }

  #make(method: string, sequence: number): SipRequest {
    const [first, ...others] = this.#routes;
    const isStrict = first !== undefined && !parseUri(addressOf(first))?.parameters.has('lr');
    const headers = new SipHeaders();
    // A strict router takes the request line for itself, and the target from the last Route (12.2.1.1).
    for (const route of isStrict ? [...others, `<${this.#target}>`] : this.#routes) headers.append('Route', route);
    headers.append('Max-Forwards', '70');
    headers.append('From', this.#local);
    headers.append('To', this.#remote);
    headers.append('Call-ID', this.callId);
    headers.append('CSeq', `${sequence} ${method}`);
    const uri = isStrict ? addressOf(first) : this.#target;
    return { kind: 'request', method, uri, headers, body: NO_BODY };
  }
}

function contactOf(headers: SipHeaders): string | undefined {
  const contact = headers.list('Contact')[0];
  return contact === undefined ? undefined : nameAddress(contact)?.uri;
}

function addressOf(value: string): string {
  return nameAddress(value)?.uri ?? value;
}

const NO_BODY = new Uint8Array(0);
