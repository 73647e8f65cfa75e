import { edge, type StateTable } from '../state-table.ts';

export type InviteServerState = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';
export type InviteServerInput =
  /** A copy of the INVITE. */
  | 'request'
  /** 200 ms have passed. */
  | 'trying'
  /** The core answers: 1xx, 2xx, 3xx to 6xx. */
  | 'provisional'
  | 'success'
  | 'failure'
  | 'ack'
  /** The next resend of the final response is due (timer G). */
  | 'resend'
  /** No ACK came (timer H). */
  | 'timeout'
  /** Late copies have had their time (timers I and L). */
  | 'expired';
export type ServerAction =
  /** The answer at hand. */
  | 'send'
  /** The last answer once more. */
  | 'sendAgain'
  | 'sendTrying'
  /** Starts timers G and H. */
  | 'awaitAck'
  | 'awaitCopies'
  | 'tellAck';

/** INVITE server transaction: RFC 3261, 17.2.1, with the Accepted state of RFC 6026, 7.1. */
export const inviteServer: StateTable<InviteServerState, InviteServerInput, ServerAction> = {
  proceeding: {
    request: edge('proceeding', 'sendAgain'), // 17.2.1
    trying: edge('proceeding', 'sendTrying'), // 17.2.1: within 200 ms
    provisional: edge('proceeding', 'send'),
    success: edge('accepted', 'send', 'awaitCopies'), // RFC 6026, 7.1
    failure: edge('completed', 'send', 'awaitAck'),
    ack: edge('proceeding'),
    resend: edge('proceeding'),
    timeout: edge('proceeding'),
    expired: edge('proceeding'),
  },
  completed: {
    request: edge('completed', 'sendAgain'),
    trying: edge('completed'),
    provisional: edge('completed'), // 17.2.1: other responses of the core are discarded
    success: edge('completed'),
    failure: edge('completed'),
    ack: edge('confirmed', 'awaitCopies'), // timer I
    resend: edge('completed', 'sendAgain'), // timer G
    timeout: edge('terminated'), // timer H
    expired: edge('completed'),
  },
  confirmed: {
    request: edge('confirmed'),
    trying: edge('confirmed'),
    provisional: edge('confirmed'),
    success: edge('confirmed'),
    failure: edge('confirmed'),
    ack: edge('confirmed'), // absorbed
    resend: edge('confirmed'),
    timeout: edge('confirmed'),
    expired: edge('terminated'), // timer I
  },
  accepted: {
    request: edge('accepted'), // RFC 6026, 7.1: absorbed, the core repeats its 2xx
    trying: edge('accepted'),
    provisional: edge('accepted'),
    success: edge('accepted', 'send'), // 13.3.1.4: the core repeats it
    failure: edge('accepted'),
    ack: edge('accepted', 'tellAck'), // RFC 6026, 7.1: passed to the core
    resend: edge('accepted'),
    timeout: edge('accepted'),
    expired: edge('terminated'), // timer L
  },
  terminated: {
    request: edge('terminated'),
    trying: edge('terminated'),
    provisional: edge('terminated'),
    success: edge('terminated'),
    failure: edge('terminated'),
    ack: edge('terminated'),
    resend: edge('terminated'),
    timeout: edge('terminated'),
    expired: edge('terminated'),
  },
};
