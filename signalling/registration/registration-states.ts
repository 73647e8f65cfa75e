import { edge, type StateTable } from '../state-table.ts';

/** What becomes of our registration at one gateway (RFC 3261, 10.2). */
export type RegistrationState =
  | 'off'
  /** A REGISTER is under way, and the gateway does not know us. */
  | 'registering'
  | 'registered'
  /** A REGISTER is under way, and the one before still holds. */
  | 'refreshing'
  /** It was refused, or nobody answered; after a pause it is tried again. */
  | 'waiting'
  /** A REGISTER with expiry 0 is under way. */
  | 'unregistering';

export type RegistrationInput =
  | 'start'
  | 'accepted'
  /** 401 or 407 that we have an answer to, and tries left. */
  | 'challenged'
  /** 423 with a validity that we can ask for. */
  | 'tooBrief'
  /** Any other final response: also a redirection, as whoever answers could send our password anywhere. */
  | 'refused'
  /** No answer in time, no address, a fault of the transport. */
  | 'silent'
  /** The refresh, or the next try after the pause. */
  | 'due'
  /** The server stops, or the gateway leaves the configuration: the registration is taken back. */
  | 'stop'
  /** The same, and it is left to lapse. */
  | 'leave';

export type RegistrationAction =
  /** A REGISTER; its expiry is that of the state. */
  'send' | 'sendCredentials' | 'refreshLater' | 'retryLater' | 'tellTrouble' | 'tellOff';

/** What cannot come, or makes no difference. */
const stay = (state: RegistrationState) => edge<RegistrationState, RegistrationAction>(state);

export const registrationStates: StateTable<RegistrationState, RegistrationInput, RegistrationAction> = {
  off: {
    start: edge('registering', 'send'), // 10.2.1
    accepted: stay('off'),
    challenged: stay('off'),
    tooBrief: stay('off'),
    refused: stay('off'),
    silent: stay('off'),
    due: stay('off'),
    stop: edge('off', 'tellOff'),
    leave: edge('off', 'tellOff'),
  },
  registering: {
    start: stay('registering'),
    accepted: edge('registered', 'refreshLater'), // 10.2.4
    challenged: edge('registering', 'sendCredentials'), // 22.2
    tooBrief: edge('registering', 'send'), // 10.2.8
    refused: edge('waiting', 'tellTrouble', 'retryLater'),
    silent: edge('waiting', 'tellTrouble', 'retryLater'), // 10.2.7
    due: stay('registering'),
    stop: edge('unregistering', 'send'), // it may be on its way
    leave: edge('off', 'tellOff'),
  },
  registered: {
    start: stay('registered'),
    accepted: stay('registered'),
    challenged: stay('registered'),
    tooBrief: stay('registered'),
    refused: stay('registered'),
    silent: stay('registered'),
    due: edge('refreshing', 'send'), // 10.2.4
    stop: edge('unregistering', 'send'), // 10.2.2
    leave: edge('off', 'tellOff'),
  },
  refreshing: {
    start: stay('refreshing'),
    accepted: edge('registered', 'refreshLater'),
    challenged: edge('refreshing', 'sendCredentials'), // 22.2
    tooBrief: edge('refreshing', 'send'), // 10.2.8
    refused: edge('waiting', 'tellTrouble', 'retryLater'),
    silent: edge('waiting', 'tellTrouble', 'retryLater'), // 10.2.7
    due: stay('refreshing'),
    stop: edge('unregistering', 'send'), // 10.2.2
    leave: edge('off', 'tellOff'),
  },
  waiting: {
    start: stay('waiting'),
    accepted: stay('waiting'),
    challenged: stay('waiting'),
    tooBrief: stay('waiting'),
    refused: stay('waiting'),
    silent: stay('waiting'),
    due: edge('registering', 'send'),
    stop: edge('off', 'tellOff'), // there is nothing to take back, or nobody to hear it
    leave: edge('off', 'tellOff'),
  },
  unregistering: {
    start: stay('unregistering'),
    accepted: edge('off', 'tellOff'), // 10.2.2
    challenged: edge('unregistering', 'sendCredentials'), // 22.2
    tooBrief: edge('off', 'tellOff'),
    refused: edge('off', 'tellOff'),
    silent: edge('off', 'tellOff'),
    due: stay('unregistering'),
    stop: stay('unregistering'),
    leave: edge('off', 'tellOff'),
  },
};
