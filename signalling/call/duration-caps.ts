import type { SignallingParameters } from '../parameters.ts';

/** The longest a call may last. */
export interface DurationCap {
  readonly seconds: number;
  readonly by: 'SS_SIP_NO_TIMER_REINVITE_INTERVAL' | 'SS_MAX_CALL_DURATION';
}

type CapParameters = Pick<SignallingParameters, DurationCap['by']>;

/**
 * The cap of a call under the parameters of its beginning: `SS_MAX_CALL_DURATION` holds for all, the other one for calls
 * without session timer; the shorter counts, null when there is none.
 */
export function durationCap(hasTimer: boolean, parameters: CapParameters): DurationCap | null {
  const caps = (['SS_MAX_CALL_DURATION', 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'] as const).flatMap((by) => {
    const seconds = parameters[by];
    const applies = seconds !== null && (by === 'SS_MAX_CALL_DURATION' || !hasTimer);
    return applies ? [{ seconds, by }] : [];
  });
  return caps.sort((a, b) => a.seconds - b.seconds)[0] ?? null;
}
