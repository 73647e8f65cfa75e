import type { Clock, Timer } from '../clock.ts';
import type { SignallingParameters } from '../parameters.ts';
import type { Peer } from '../transport/transport.ts';

/** What one address behind NAT gets, however many bindings it has: heartbeats are counted by device. */
export interface Device {
  readonly peer: Peer;
}

export interface KeepAliveSettings {
  readonly clock: Clock;
  /** Those there are at the moment; a round goes over them in their order, and over those that are added meanwhile. */
  readonly devices: ReadonlySet<Device>;
  readonly send: (payload: Uint8Array, peer: Peer) => void;
  /** A line for the operator. */
  readonly warn: (line: string) => void;
}

/** What is known of heartbeats, for the operator. */
export interface KeepAliveState {
  sent: number;
  rounds: number;
  /** Devices that got none in the last round. */
  missed: number;
}

/** The four parameters as they are meant. */
export interface KeepAlivePlan {
  /** Raw bytes, no SIP; empty when it is switched off. */
  readonly payload: Uint8Array;
  readonly periodMs: number;
  readonly intervalMs: number;
  /** Heartbeats a batch. */
  readonly oneTime: number;
  readonly batches: number;
  /** Devices that a round has time for. */
  readonly capacity: number;
}

export function keepAlivePlan(parameters: KeepAliveParameters): KeepAlivePlan {
  const periodMs = 1000 * parameters.SS_SIP_NAT_KEEP_ALIVE_PERIOD;
  const intervalMs = parameters.SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL;
  const oneTime = parameters.SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME;
  // The batch that begins the round goes out whatever the interval.
  const batches = Math.max(1, Math.floor(periodMs / intervalMs));
  const payload = Buffer.from(parameters.SS_SIP_NAT_KEEP_ALIVE_MESSAGE, 'utf8');
  return { payload, periodMs, intervalMs, oneTime, batches, capacity: batches * oneTime };
}

/** What is doubtful between period and expiry; each alone is right. */
export function keepAliveWarnings(parameters: KeepAliveParameters): string[] {
  const { SS_SIP_NAT_KEEP_ALIVE_PERIOD: period, SS_ENDPOINT_NAT_EXPIRE: expiry } = parameters;
  if (parameters.SS_SIP_NAT_KEEP_ALIVE_MESSAGE === '') return [];
  if (period >= expiry) {
    return [
      `SS_SIP_NAT_KEEP_ALIVE_PERIOD ${period} s is not shorter than SS_ENDPOINT_NAT_EXPIRE ${expiry} s: registrations lapse before their next heartbeat; name ${Math.floor(expiry / 5)} s or less`,
    ];
  }
  if (period * 5 > expiry) {
    return [
      `SS_SIP_NAT_KEEP_ALIVE_PERIOD ${period} s is more than a fifth of SS_ENDPOINT_NAT_EXPIRE ${expiry} s: one heartbeat that is lost is noticed late; name ${Math.floor(expiry / 5)} s or less`,
    ];
  }
  return [];
}

type KeepAliveParameters = Pick<
  SignallingParameters,
  | 'SS_SIP_NAT_KEEP_ALIVE_MESSAGE'
  | 'SS_SIP_NAT_KEEP_ALIVE_PERIOD'
  | 'SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL'
  | 'SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME'
  | 'SS_ENDPOINT_NAT_EXPIRE'
>;

/**
 * Keeps the paths to devices behind NAT open: each period a round over all of them, a batch each interval. A batch is sent
 * in slices between which calls have their turn. A round that the period has no time for starts again from the beginning.
 */
export class NatKeepAlive {
  readonly state: KeepAliveState = { sent: 0, rounds: 0, missed: 0 };
  readonly #settings: KeepAliveSettings;
  #plan: KeepAlivePlan;
  #timer: Timer | undefined;
  #roundAt = 0;
  #round: Iterator<Device> | undefined;
  #sentInRound = 0;
  #hasWarned = false;

  constructor(settings: KeepAliveSettings, plan: KeepAlivePlan) {
    this.#settings = settings;
    this.#plan = plan;
  }

  get plan(): KeepAlivePlan {
    return this.#plan;
  }

  /** There may be devices now: begins a round unless one is under way. Without devices nothing runs. */
  wake(): void {
    if (this.#timer === undefined && this.#settings.devices.size > 0) this.#begin(this.#settings.clock.elapsed());
  }

  /** Begins anew under another plan. */
  apply(plan: KeepAlivePlan): void {
    this.stop();
    this.#plan = plan;
    this.#hasWarned = false;
    this.wake();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#round = undefined;
  }

  #begin(atMs: number): void {
    if (this.#plan.payload.length === 0) return;
    this.#roundAt = atMs;
    this.#sentInRound = 0;
    this.#round = this.#settings.devices.values();
    this.state.rounds++;
    this.#work();
  }

  #work(): void {
    const { clock } = this.#settings;
    const { periodMs, intervalMs, oneTime, batches } = this.#plan;
    const passedMs = clock.elapsed() - this.#roundAt;
    if (passedMs >= periodMs) {
      this.#finish();
      return;
    }
    const begun = Math.min(batches, Math.floor(passedMs / intervalMs) + 1);
    this.#sendSlice(begun * oneTime - this.#sentInRound);
    if (this.#round === undefined || this.#sentInRound === this.#plan.capacity) this.#wait(periodMs - passedMs);
    else if (this.#sentInRound < begun * oneTime) this.#wait(0);
    else this.#wait(begun * intervalMs - passedMs);
  }

  #sendSlice(due: number): void {
    for (let left = Math.min(due, SLICE); left > 0 && this.#round !== undefined; left--) {
      const { value: device, done } = this.#round.next();
      if (done) {
        this.#round = undefined;
        return;
      }
      this.#settings.send(this.#plan.payload, device.peer);
      this.#sentInRound++;
      this.state.sent++;
    }
  }

  /** The period is over; the next one begins where it ends, unless this machine was away for longer. */
  #finish(): void {
    const { clock, devices } = this.#settings;
    const { periodMs } = this.#plan;
    this.state.missed = this.#round === undefined ? 0 : Math.max(0, devices.size - this.#sentInRound);
    if (this.state.missed > 0) this.#warnOnce();
    this.stop();
    const nextAt = this.#roundAt + periodMs;
    if (devices.size > 0) this.#begin(clock.elapsed() - nextAt < periodMs ? nextAt : clock.elapsed());
  }

  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { capacity, batches, oneTime, intervalMs, periodMs } = this.#plan;
    const { size } = this.#settings.devices;
    this.#settings.warn(
      `${size} devices behind NAT do not fit into one round of heartbeats: ${batches} batches of ${oneTime}, one each ${intervalMs} ms, are ${capacity} in ${periodMs / 1000} s, and ${this.state.missed} were left out; raise SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME, or shorten SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL, or lengthen SS_SIP_NAT_KEEP_ALIVE_PERIOD`,
    );
  }

  #wait(ms: number): void {
    this.#timer = this.#settings.clock.after(ms, () => this.#work());
  }
}

/** Heartbeats without a pause: about a millisecond of work. */
const SLICE = 100;
