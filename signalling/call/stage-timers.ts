import type { Clock, Timer } from '../clock.ts';
import type { StageOverrides } from '../configuration.ts';
import type { SignallingParameters } from '../parameters.ts';

/** How far a gateway has come with an INVITE; each stage has its own limit. */
export const stages = ['invite', 'trying', 'session_progress', 'session_progress_sdp', 'ringing'] as const;
export type Stage = (typeof stages)[number];

export type StageTimeouts = Readonly<Record<Stage, number>>;

/** Limits in milliseconds: what a gateway sets counts, and where it has 0 the value of the system. */
export function stageTimeouts(parameters: SignallingParameters, overrides: StageOverrides): StageTimeouts {
  const ms = (override: number, system: number) => 1000 * effectiveSeconds(override, system);
  return {
    invite: ms(overrides.timeoutInvite, parameters.SS_SIP_TIMEOUT_INVITE),
    trying: ms(overrides.timeoutTrying, parameters.SS_SIP_TIMEOUT_TRYING),
    session_progress: ms(overrides.timeoutSessionProgress, parameters.SS_SIP_TIMEOUT_SESSION_PROGRESS),
    session_progress_sdp: ms(overrides.timeoutSessionProgressSdp, parameters.SS_SIP_TIMEOUT_SESSION_PROGRESS_SDP),
    ringing: ms(overrides.timeoutRinging, parameters.SS_SIP_TIMEOUT_RINGING),
  };
}

export function effectiveSeconds(override: number, system: number): number {
  return override === 0 ? system : override;
}

/** The stage a provisional response brings; undefined for one that brings none, as 181 and 199. */
export function stageOf(status: number, hasSdp: boolean): Exclude<Stage, 'invite'> | undefined {
  if (status === 100) return 'trying';
  if (status === 180) return 'ringing';
  return status === 183 ? (hasSdp ? 'session_progress_sdp' : 'session_progress') : undefined;
}

/**
 * The timers of one attempt. A stage's timer is started by its first response, and the call is in the latest stage that
 * it has reached: a later 100 or another 183 does not take it back, nor give it more time.
 */
export class StageTimers {
  readonly #clock: Clock;
  readonly #timeouts: StageTimeouts;
  readonly #expired: (stage: Stage) => void;
  #stage: Stage = 'invite';
  #timer: Timer | undefined;

  /** Begins with the stage `invite`. */
  constructor(clock: Clock, timeouts: StageTimeouts, expired: (stage: Stage) => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#expired = expired;
    this.#start();
  }

  get stage(): Stage {
    return this.#stage;
  }

  progress(status: number, hasSdp: boolean): void {
    const stage = stageOf(status, hasSdp);
    if (stage === undefined || stages.indexOf(stage) <= stages.indexOf(this.#stage)) return;
    this.#stage = stage;
    this.#start();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer?.cancel();
    const stage = this.#stage;
    this.#timer = this.#clock.after(this.#timeouts[stage], () => this.#expired(stage));
  }
}
