import { edge, type StateTable } from '../state-table.ts';
import type { ServerAction } from './invite-server.ts';

export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteServerInput =
  /** A copy of the request. */
  | 'request'
  | 'provisional'
  | 'final'
  /** Late copies have had their time (timer J). */
  | 'expired';

/** Non-INVITE server transaction: RFC 3261, 17.2.2. */
export const nonInviteServer: StateTable<NonInviteServerState, NonInviteServerInput, ServerAction> = {
  trying: {
    request: edge('trying'), // discarded
    provisional: edge('proceeding', 'send'),
    final: edge('completed', 'send', 'awaitCopies'),
    expired: edge('trying'),
  },
  proceeding: {
    request: edge('proceeding', 'sendAgain'),
    provisional: edge('proceeding', 'send'),
    final: edge('completed', 'send', 'awaitCopies'),
    expired: edge('proceeding'),
  },
  completed: {
    request: edge('completed', 'sendAgain'),
    provisional: edge('completed'),
    final: edge('completed'), // 17.2.2: discarded
    expired: edge('terminated'), // timer J
  },
  terminated: {
    request: edge('terminated'),
    provisional: edge('terminated'),
    final: edge('terminated'),
    expired: edge('terminated'),
  },
};
