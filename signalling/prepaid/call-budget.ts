import type { CallEvent } from '../events/call-event.ts';

/**
 * Who knows what accounts can pay. Calls are told as the events they would leave if they ended now; what balances, rates
 * and reservations are is nothing to signalling.
 */
export interface CallBudget {
  /**
   * Before the call is offered to a gateway.
   *
   * @returns what the call may spend, why it may not begin, or undefined when nobody has to look at its length
   */
  admit(call: CallEvent): CallGrant | CallRefusal | undefined;
}

export interface CallRefusal {
  /** A sentence for the Reason header. */
  readonly refused: string;
}

/** What one call may spend, piece by piece. Lengths are milliseconds from the answer on. */
export interface CallGrant {
  /** @returns how long it may last with what is set aside for it */
  answered(call: CallEvent): number;
  /** That time is nearly over. @returns how long it may last now; not more than before when there is no more money */
  extend(call: CallEvent): number;
  /** Once, whatever became of it. */
  ended(call: CallEvent): void;
}
