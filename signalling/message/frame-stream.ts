import { latin1 } from './byte-string.ts';
import { singleHeaders } from './header-names.ts';
import { SipHeaders } from './headers.ts';
import { type MessageFault, messageFault, parseMessage } from './parse-message.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { MAX_MESSAGE_BYTES, scanHeaders } from './scan-headers.ts';
import { wholeNumber } from './whole-number.ts';

/** What comes out of a stream of bytes. */
export type Frame =
  /** The bytes of one message, for `parseMessage`; a copy, which stays as it is. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** CR LF CR LF between messages: CR LF is to be sent back (RFC 5626, 3.5.1). */
  | { readonly kind: 'ping' }
  /** One CR LF between messages: the answer to a ping of ours. */
  | { readonly kind: 'pong' }
  /** Where the next message begins cannot be told any more: answer the fault if it can be, and close the connection. */
  | { readonly kind: 'lost'; readonly fault: MessageFault };

/**
 * Splits the bytes of one TCP connection into messages by Content-Length, which every message there must have (RFC 3261,
 * 18.3), and tells the keep-alives between them. Holds one message and one piece at most, and looks at each byte once
 * however small the pieces are. A ping that comes in two pieces is a pong and then a ping: an answer too many does no harm,
 * one that is missing costs the connection.
 */
export class FrameStream {
  /** What is not used yet are the bytes from `start` to before `end`. */
  #buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Bytes from `start` that were searched for the end of the header lines. */
  #searched = 0;
  /** Length of the message that is coming, once its header lines are there; 0 before. */
  #awaited = 0;
  #halfPing = false;
  #lost = false;

  /** The frames that these bytes complete, in order. After `lost` there are none. */
  push(piece: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (this.#lost) return frames;
    this.#append(piece);
    while (!this.#lost && this.#next(frames)) {}
    return frames;
  }

  /** One step ahead; false when it needs more bytes. */
  #next(frames: Frame[]): boolean {
    if (this.#awaited === 0) {
      const lineBreak = this.#lineBreak();
      if (lineBreak > 0) {
        this.#use(lineBreak);
        this.#keepAlive(frames);
        return true;
      }
      const head = this.#headLength(frames);
      if (head === 0) return false;
      this.#awaited = this.#messageLength(head, frames);
      return true;
    }
    if (this.#end - this.#start < this.#awaited) return false;
    frames.push({ kind: 'message', bytes: new Uint8Array(this.#unused(this.#awaited)) });
    this.#use(this.#awaited);
    this.#awaited = 0;
    this.#halfPing = false;
    return true;
  }

  /** Bytes of the line break that comes next, 0 when there is none, or not all of it. */
  #lineBreak(): number {
    if (this.#start === this.#end) return 0;
    if (this.#buffer[this.#start] === LF) return 1;
    return this.#buffer[this.#start] === CR && this.#start + 1 < this.#end && this.#buffer[this.#start + 1] === LF
      ? 2
      : 0;
  }

  #keepAlive(frames: Frame[]): void {
    const more = this.#lineBreak() > 0;
    if (this.#halfPing) frames.push({ kind: 'ping' });
    else if (!more) frames.push({ kind: 'pong' });
    this.#halfPing = !this.#halfPing;
  }

  /** Bytes of start line, header lines and the empty line; 0 as long as they are not all there. */
  #headLength(frames: Frame[]): number {
    const bytes = this.#unused();
    for (let at = bytes.indexOf(LF, this.#searched); at >= 0; at = bytes.indexOf(LF, at + 1)) {
      if (bytes[at + 1] === LF) return at + 2;
      if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    }
    // Two bytes again: they may be the line break before the empty line.
    this.#searched = Math.max(0, bytes.length - 2);
    if (bytes.length > MAX_MESSAGE_BYTES) this.#lose(frames, bytes, 513, TOO_LARGE);
    return 0;
  }

  /** Length of the message that begins with `head` bytes up to its body; 0 when it cannot be told. */
  #messageLength(head: number, frames: Frame[]): number {
    const bytes = this.#unused(head);
    const text = latin1(bytes, 0, head);
    const { lines, repeated } = scanHeaders(text, text.indexOf('\n') + 1);
    const value = SipHeaders.received(text, lines).first('Content-Length');
    const length = value === undefined ? undefined : wholeNumber(value, Number.MAX_SAFE_INTEGER);
    if (length === undefined || (repeated & CONTENT_LENGTH) !== 0) {
      return this.#lose(frames, bytes, 400, 'a stream needs one Content-Length a message');
    }
    return head + length > MAX_MESSAGE_BYTES ? this.#lose(frames, bytes, 513, TOO_LARGE) : head + length;
  }

  /** Gives the stream up: what is wrong with the message itself comes before a missing length, but not before its size. */
  #lose(frames: Frame[], bytes: Uint8Array, status: 400 | 513, problem: string): 0 {
    const parsed = parseMessage(new Uint8Array(bytes));
    const own =
      parsed.kind === 'fault' ? parsed : messageFault(status, problem, parsed.headers, parsed.kind === 'response');
    const fault = status === 513 ? { ...own, status, reason: reasonPhrase(status), problem } : own;
    frames.push({ kind: 'lost', fault });
    this.#lost = true;
    this.#buffer = Buffer.alloc(0);
    return 0;
  }

  #append(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#buffer.length) {
      const unused = this.#unused();
      const larger = Buffer.allocUnsafeSlow(2 * (unused.length + piece.length));
      larger.set(unused);
      this.#buffer = larger;
      this.#end = unused.length;
      this.#start = 0;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }

  #use(bytes: number): void {
    this.#start += bytes;
    this.#searched = 0;
  }

  #unused(bytes = this.#end - this.#start): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + bytes);
  }
}

const LF = 10;
const CR = 13;
const CONTENT_LENGTH = 1 << singleHeaders.indexOf('Content-Length');
const TOO_LARGE = `the message has more than ${MAX_MESSAGE_BYTES} bytes`;
