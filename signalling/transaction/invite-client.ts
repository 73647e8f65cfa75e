import { edge, type StateTable } from '../state-table.ts';

export type InviteClientState = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';
export type InviteClientInput =
  /** 1xx, 2xx, 3xx to 6xx. */
  | 'provisional'
  | 'success'
  | 'failure'
  /** The next resend is due (timer A, by our schedule). */
  | 'resend'
  /** No answer came in time (timer B, by our schedule), or none to a CANCEL (9.1). */
  | 'timeout'
  /** Late copies have had their time (timers D and M). */
  | 'expired'
  | 'transportFault';
export type ClientAction =
  | 'send'
  | 'stopResending'
  /** ACK to a final response that is no 2xx, whose ACK is the core's. */
  | 'acknowledge'
  | 'tellResponse'
  | 'tellTimeout'
  | 'tellFault'
  /** Ends all timers but the one for late copies. */
  | 'awaitCopies';

/** INVITE client transaction: RFC 3261, 17.1.1.2, with the Accepted state of RFC 6026, 7.2. */
export const inviteClient: StateTable<InviteClientState, InviteClientInput, ClientAction> = {
  calling: {
    provisional: edge('proceeding', 'stopResending', 'tellResponse'), // 17.1.1.2
    success: edge('accepted', 'tellResponse', 'awaitCopies'), // RFC 6026, 7.2
    failure: edge('completed', 'acknowledge', 'tellResponse', 'awaitCopies'), // 17.1.1.2
    resend: edge('calling', 'send'), // 17.1.1.2, timer A
    timeout: edge('terminated', 'tellTimeout'), // 17.1.1.2, timer B
    expired: edge('calling'),
    transportFault: edge('terminated', 'tellFault'), // 17.1.4
  },
  proceeding: {
    provisional: edge('proceeding', 'tellResponse'),
    success: edge('accepted', 'tellResponse', 'awaitCopies'), // RFC 6026, 7.2
    failure: edge('completed', 'acknowledge', 'tellResponse', 'awaitCopies'),
    resend: edge('proceeding'), // any response ends the resending
    timeout: edge('terminated', 'tellTimeout'), // 9.1: a CANCEL was sent, and nothing came of it
    expired: edge('proceeding'),
    transportFault: edge('proceeding'), // the INVITE has arrived
  },
  completed: {
    provisional: edge('completed'),
    success: edge('completed'),
    failure: edge('completed', 'acknowledge'), // 17.1.1.2: a copy
    resend: edge('completed'),
    timeout: edge('completed'),
    expired: edge('terminated'), // timer D
    transportFault: edge('completed'), // of the ACK: the copy of the response will ask for it again
  },
  accepted: {
    provisional: edge('accepted'), // RFC 6026, 7.2: not passed on
    success: edge('accepted', 'tellResponse'), // each 2xx is acknowledged by the core (13.2.2.4)
    failure: edge('accepted'),
    resend: edge('accepted'),
    timeout: edge('accepted'),
    expired: edge('terminated'), // timer M
    transportFault: edge('accepted'),
  },
  terminated: {
    provisional: edge('terminated'),
    success: edge('terminated'),
    failure: edge('terminated'),
    resend: edge('terminated'),
    timeout: edge('terminated'),
    expired: edge('terminated'),
    transportFault: edge('terminated'),
  },
};
