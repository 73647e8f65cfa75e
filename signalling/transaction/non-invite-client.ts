import { edge, type StateTable } from '../state-table.ts';
import type { ClientAction } from './invite-client.ts';

export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteClientInput =
  | 'provisional'
  | 'final'
  /** The next resend is due (timer E, by our schedule). */
  | 'resend'
  /** No final response came in time (timer F, by our schedule). */
  | 'timeout'
  /** Late copies have had their time (timer K). */
  | 'expired'
  | 'transportFault';

/** Non-INVITE client transaction: RFC 3261, 17.1.2.2. */
export const nonInviteClient: StateTable<NonInviteClientState, NonInviteClientInput, ClientAction> = {
  trying: {
    provisional: edge('proceeding', 'tellResponse'),
    final: edge('completed', 'tellResponse', 'awaitCopies'),
    resend: edge('trying', 'send'), // timer E
    timeout: edge('terminated', 'tellTimeout'), // timer F
    expired: edge('trying'),
    transportFault: edge('terminated', 'tellFault'), // 17.1.4
  },
  proceeding: {
    provisional: edge('proceeding', 'tellResponse'),
    final: edge('completed', 'tellResponse', 'awaitCopies'),
    resend: edge('proceeding', 'send'), // the final response may be lost, and only a copy brings it again
    timeout: edge('terminated', 'tellTimeout'),
    expired: edge('proceeding'),
    transportFault: edge('terminated', 'tellFault'),
  },
  completed: {
    provisional: edge('completed'),
    final: edge('completed'), // a copy
    resend: edge('completed'),
    timeout: edge('completed'),
    expired: edge('terminated'), // timer K
    transportFault: edge('completed'),
  },
  terminated: {
    provisional: edge('terminated'),
    final: edge('terminated'),
    resend: edge('terminated'),
    timeout: edge('terminated'),
    expired: edge('terminated'),
    transportFault: edge('terminated'),
  },
};
