import { edge, type StateTable } from '../state-table.ts';

/**
 * What becomes of a call, as a table of state × input which can be held against RFC 3261 (paragraphs beside the edges). The
 * caller's leg is one dialog whatever gateways are tried; the call is over, and its event written, when the first of the
 * two sides has ended it. What still has to be said to the other side follows.
 */
export type CallState =
  /** The INVITE of the caller is in, and no gateway has answered it. */
  | 'routing'
  /** A gateway has answered, the caller has the answer, his ACK is awaited. */
  | 'answered'
  /** Over, but the caller may be told only when he has acknowledged the answer. */
  | 'leaving'
  | 'up'
  | 'over';

export type CallInput =
  /** A provisional response of the gateway above 100. */
  | 'progress'
  /** Its 2xx. */
  | 'answer'
  /** The gateway is given up and there is another. */
  | 'gatewayLeft'
  /** The gateway is given up, or has refused, and that is all. */
  | 'refusal'
  | 'callerCancel'
  | 'callerBye'
  | 'calleeBye'
  /** The ACK of the caller to our 2xx. */
  | 'ack'
  /** It did not come while the 2xx was repeated. */
  | 'noAck'
  /** A timer, an operator or a lack of something ends the call. */
  | 'serverEnd';

export type CallAction =
  | 'relayProgress'
  | 'relayAnswer'
  | 'tryNextGateway'
  | 'relayRefusal'
  /** 487 to the INVITE of the caller. */
  | 'refuseCancelled'
  | 'refuseByServer'
  /** CANCEL, or ACK and BYE when the answer was faster. */
  | 'cancelCallee'
  | 'acknowledgeCallee'
  | 'hangUpCallee'
  | 'hangUpCaller';

/** What cannot come any more, or makes no difference. */
const stay = (state: CallState) => edge<CallState, CallAction>(state);

export const callStates: StateTable<CallState, CallInput, CallAction> = {
  routing: {
    progress: edge('routing', 'relayProgress'), // 13.3.1.1
    answer: edge('answered', 'relayAnswer'), // 13.3.1.4
    gatewayLeft: edge('routing', 'tryNextGateway'),
    refusal: edge('over', 'relayRefusal'), // 13.3.1.3
    callerCancel: edge('over', 'cancelCallee', 'refuseCancelled'), // 9.2
    callerBye: edge('over', 'cancelCallee', 'refuseCancelled'), // 15.1.2: pending requests get 487
    calleeBye: stay('routing'), // 15: not in an early dialog
    ack: stay('routing'),
    noAck: stay('routing'),
    serverEnd: edge('over', 'cancelCallee', 'refuseByServer'),
  },
  answered: {
    progress: stay('answered'),
    answer: stay('answered'), // a copy, which the attempt has acknowledged (13.2.2.4)
    gatewayLeft: stay('answered'),
    refusal: stay('answered'),
    callerCancel: stay('answered'), // 9.2: no effect after a final response
    callerBye: edge('over', 'acknowledgeCallee', 'hangUpCallee'), // 15: the caller may at any time
    calleeBye: edge('leaving'), // 15: a callee waits for the ACK
    ack: edge('up', 'acknowledgeCallee'), // 13.3.1.4
    noAck: edge('over', 'acknowledgeCallee', 'hangUpCallee', 'hangUpCaller'), // 13.3.1.4
    serverEnd: edge('leaving', 'acknowledgeCallee', 'hangUpCallee'),
  },
  leaving: {
    progress: stay('leaving'),
    answer: stay('leaving'),
    gatewayLeft: stay('leaving'),
    refusal: stay('leaving'),
    callerCancel: stay('leaving'),
    callerBye: edge('over'),
    calleeBye: stay('leaving'),
    ack: edge('over', 'hangUpCaller'), // 15
    noAck: edge('over', 'hangUpCaller'), // 13.3.1.4
    serverEnd: stay('leaving'),
  },
  up: {
    progress: stay('up'),
    answer: stay('up'),
    gatewayLeft: stay('up'),
    refusal: stay('up'),
    callerCancel: stay('up'),
    callerBye: edge('over', 'hangUpCallee'), // 15.1.2
    calleeBye: edge('over', 'hangUpCaller'), // 15.1.2
    ack: stay('up'), // a copy
    noAck: stay('up'),
    serverEnd: edge('over', 'hangUpCallee', 'hangUpCaller'), // 15.1.1
  },
  over: {
    progress: stay('over'),
    answer: stay('over'), // the attempt acknowledges it and hangs up
    gatewayLeft: stay('over'),
    refusal: stay('over'),
    callerCancel: stay('over'),
    callerBye: stay('over'), // BYE crossing BYE: each is answered with 200
    calleeBye: stay('over'),
    ack: stay('over'),
    noAck: stay('over'),
    serverEnd: stay('over'),
  },
};
