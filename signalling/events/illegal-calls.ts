import { crc32 } from 'node:zlib';
import type { Clock, Timer } from '../clock.ts';
import type { CallEvent } from './call-event.ts';
import { serverReasonCode } from './server-reasons.ts';

/** Where the events go. */
export interface IllegalCallLog {
  nextFlowNo(): bigint;
  end(event: CallEvent): void;
}

export interface IllegalCallLimits {
  readonly intervalMs: number;
  /** Calls that have an event of their own in an interval, of one source and of all; the others are counted. */
  readonly ownEvents: number;
  readonly allOwnEvents: number;
  /** Sources at a time; calls of further ones are counted together. */
  readonly sources: number;
}

/** Calls of sources that may not call, since the start. */
export interface IllegalCallCounts {
  seen: number;
  /** Those that were counted into the event of an interval. */
  counted: number;
}

/** What is known of the calls of a source, or of all that found no place. */
interface Source {
  own: number;
  counted: number;
  /** When the first and the last of these came, and the event of the first. */
  fromMs: number;
  untilMs: number;
  first: CallEvent | undefined;
  /** Checksums of the Call-IDs of the last ones: a request that comes again is not another call. */
  readonly callIds: number[];
}

/**
 * Illegal calls as events. The first of a source have one each; under a flood the further ones are counted, and each
 * interval makes one event a source, with the numbers of the first of them, the times of the first and the last in `start_at` and
 * `ended_at`, and how many they were in `sip_call_id` (`1234 calls`). So neither memory nor disk grows with the flood.
 */
export class IllegalCalls {
  readonly counts: IllegalCallCounts = { seen: 0, counted: 0 };
  readonly #clock: Clock;
  readonly #log: IllegalCallLog;
  readonly #limits: IllegalCallLimits;
  #sources = new Map<string, Source>();
  /** Those of the interval before. */
  #before = new Map<string, Source>();
  #own = 0;
  #others = newSource();
  #timer: Timer | undefined;

  constructor(clock: Clock, log: IllegalCallLog, limits: IllegalCallLimits = LIMITS) {
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
  }

  /** Sources of the interval at hand. */
  get sources(): number {
    return this.#sources.size;
  }

  /**
   * A call of a source, unless it was noted before.
   *
   * @param event the event of the call but for its number, which is made when one is written
   * @returns whether it is another call
   */
  note(address: string, callId: string, event: () => CallEvent): boolean {
    const source = this.#sourceOf(address);
    const id = crc32(Buffer.from(callId, 'latin1'));
    if (source.callIds.includes(id) || this.#before.get(address)?.callIds.includes(id)) return false;
    source.callIds.push(id);
    if (source.callIds.length > MOST_IDS) source.callIds.shift();
    this.counts.seen++;
    this.#timer ??= this.#clock.after(this.#limits.intervalMs, () => this.flush());
    const { ownEvents, allOwnEvents } = this.#limits;
    if (source !== this.#others && source.own < ownEvents && this.#own < allOwnEvents) {
      source.own++;
      this.#own++;
      this.#log.end({ ...shortened(event()), flow_no: this.#log.nextFlowNo() });
      return true;
    }
    this.counts.counted++;
    const now = Math.round(this.#clock.now());
    if (source.counted++ === 0) source.fromMs = now;
    // The clock may have been set meanwhile.
    source.untilMs = Math.max(now, source.fromMs);
    source.first ??= shortened(event());
    return true;
  }

  /** Ends the interval: writes what was counted. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const source of this.#sources.values()) this.#write(source, {});
    // Of several sources, so that what differs between them is not known.
    this.#write(this.#others, { caller_ip: null });
    this.#before = this.#sources;
    this.#sources = new Map();
    this.#others = newSource();
    this.#own = 0;
  }

  #sourceOf(address: string): Source {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    if (this.#sources.size >= this.#limits.sources) return this.#others;
    const source = newSource();
    this.#sources.set(address, source);
    return source;
  }

  #write({ counted, fromMs, untilMs, first }: Source, what: Partial<CallEvent>): void {
    if (first === undefined) return;
    this.#log.end({
      ...first,
      ...what,
      flow_no: this.#log.nextFlowNo(),
      sip_call_id: `${counted} calls`,
      start_at: fromMs,
      ended_at: untilMs,
      end_reason: serverReasonCode.unauthorised_flood,
    });
  }
}

function newSource(): Source {
  return { own: 0, counted: 0, fromMs: 0, untilMs: 0, first: undefined, callIds: [] };
}

/** Texts as an attacker wrote them, cut; and copied, since a part of a text keeps all of the message it was cut from. */
function shortened(event: CallEvent): CallEvent {
  const entries = Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? copy(value) : value]);
  return Object.fromEntries(entries) as CallEvent;
}

function copy(text: string): string {
  return Buffer.from(text.slice(0, LONGEST_TEXT), 'utf8').toString('utf8');
}

const LONGEST_TEXT = 128;
/** Scanners have several calls under way. */
const MOST_IDS = 16;
/** At most 2,001 events a minute. */
const LIMITS: IllegalCallLimits = { intervalMs: 60_000, ownEvents: 10, allOwnEvents: 1000, sources: 1000 };
