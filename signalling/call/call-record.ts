import type { Clock } from '../clock.ts';
import type { CallEvent } from '../events/call-event.ts';
import { type ServerReasonSymbol, serverReasonCode } from '../events/server-reasons.ts';

/** Who ended a call, and why: a SIP status, or a reason of the server. */
export type CallEnd =
  | { readonly by: 'caller' | 'callee'; readonly status: number }
  | { readonly by: 'server'; readonly reason: ServerReasonSymbol }
  /** Refused for what the request itself is. */
  | { readonly by: 'server'; readonly status: number };

/** What is known of a call when it comes in. */
export type CallBeginning = Pick<
  CallEvent,
  | 'flow_no'
  | 'softswitch'
  | 'sip_call_id'
  | 'caller_access_e164'
  | 'callee_access_e164'
  | 'caller_e164'
  | 'callee_e164'
  | 'caller_gateway'
  | 'caller_ip'
  | 'account'
  | 'billing_mode'
>;

/** What is known of the gateway that has the call now. */
export type CallAttempt = Pick<CallEvent, 'callee_gateway' | 'callee_ip' | 'callee_to_gateway_e164'>;

/**
 * Gathers the event of one call. Its times are the time of day at its beginning plus what has passed since: a clock that is
 * set meanwhile changes no duration.
 */
export class CallRecord {
  readonly #clock: Clock;
  readonly #beginning: CallBeginning;
  readonly #startMs: number;
  readonly #startElapsed: number;
  #attempt: CallAttempt = { callee_gateway: null, callee_ip: null, callee_to_gateway_e164: null };
  #attempts = 0;
  #ringingMs: number | null = null;
  #answeredMs: number | null = null;
  #longestMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, beginning: CallBeginning) {
    this.#clock = clock;
    this.#beginning = beginning;
    this.#startMs = Math.round(clock.now());
    this.#startElapsed = clock.elapsed();
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds since the answer. */
  get talkedMs(): number {
    return this.#nowMs() - (this.#answeredMs ?? this.#nowMs());
  }

  get isAnswered(): boolean {
    return this.#answeredMs !== null;
  }

  tried(attempt: CallAttempt): void {
    this.#attempt = attempt;
    this.#attempts++;
  }

  /** The address of the gateway that is tried is known. */
  located(address: string): void {
    this.#attempt = { ...this.#attempt, callee_ip: address };
  }

  ringing(): void {
    this.#ringingMs ??= this.#nowMs();
  }

  answered(): void {
    this.#answeredMs ??= this.#nowMs();
  }

  /** No more than that is told of its length: the lateness of a busy server is not at the expense of who pays. */
  limitTo(longestMs: number): void {
    this.#longestMs = longestMs;
  }

  /** The event if the call ended now. */
  event(end: CallEnd): CallEvent {
    return {
      ...this.#beginning,
      ...this.#attempt,
      start_at: this.#startMs,
      ringing_at: this.#ringingMs,
      answered_at: this.#answeredMs,
      ended_at: Math.min(this.#nowMs(), (this.#answeredMs ?? 0) + this.#longestMs),
      end_direction: DIRECTION[end.by],
      end_reason: 'reason' in end ? serverReasonCode[end.reason] : end.status,
      attempts: Math.min(this.#attempts, MOST_ATTEMPTS),
    };
  }

  #nowMs(): number {
    return this.#startMs + Math.round(this.#clock.elapsed() - this.#startElapsed);
  }
}

const DIRECTION = { caller: 0, callee: 1, server: 2 } as const;
/** What the column holds. */
const MOST_ATTEMPTS = 255;
