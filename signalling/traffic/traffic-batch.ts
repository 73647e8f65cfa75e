import { type CallEventBatch, callEventBatch } from '../events/events.ts';
import { callOutcomes } from './traffic-outcomes.ts';
import type { TrafficPlan } from './traffic-plan.ts';

/**
 * A batch of simulated events and what its steps tell each other. Columns are filled one after the other, each in a loop
 * of its own; no object is made for a row.
 */
export interface TrafficBatch {
  readonly events: CallEventBatch;
  /** Number of the event a row shows: rows which repeat an event have the same one. */
  readonly serial: Float64Array;
  /** 1 when the row has the key of an earlier event, but another end. */
  readonly conflict: Uint8Array;
  /** Position of the paying account, -1 for an illegal call. */
  readonly payer: Int32Array;
  /** Position in callOutcomes, or ILLEGAL. */
  readonly outcome: Uint8Array;
}

/** Outcome of calls of unauthorised sources. */
export const ILLEGAL = callOutcomes.length;

/** Room for `capacity` events of a plan. */
export function trafficBatch({ textBytes }: TrafficPlan, capacity: number): TrafficBatch {
  return {
    events: callEventBatch(capacity, textBytes),
    serial: new Float64Array(capacity),
    conflict: new Uint8Array(capacity),
    payer: new Int32Array(capacity),
    outcome: new Uint8Array(capacity),
  };
}

/** Events of a softswitch that are not repeats: its rows less those evenly spread over them which repeat one. */
export function freshEvents({ options }: TrafficPlan, rows: number): number {
  return rows - Math.floor(rows * (options.repeatShare + options.conflictShare));
}
