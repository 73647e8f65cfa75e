import { idleParameters } from './idle-parameters.ts';

/**
 * The parameters of the SIP companion, each declared once. Types, validation, `ratemill parameters` and the table of the
 * README are walks over this list.
 *
 * `readBy` names the file that reads it; null for one that does nothing here (`why-idle.ts`). Source: vectors/parameters.json (VOS3000 2.1.9), whose spelling is kept.
 */
export const signallingParameters = [
  {
    name: 'SS_SIP_RESEND_INTERVAL',
    type: 'intervals',
    default: '0.5,1,2,4,4,4,4,4,4,4',
    unit: 's',
    readBy: 'transaction/resend',
    meaning: 'Waits before the successive resends of a message that got no answer.',
    reading:
      'The k-th resend goes out at the sum of the first k waits, and nothing is waited for after the last. UDP only; starts anew at each gateway.',
  },
  {
    name: 'SS_SIP_SEND_RETRY',
    type: 'limit',
    default: null,
    min: 0,
    max: 10,
    unit: 'resends',
    readBy: 'transaction/resend',
    meaning: 'Largest number of resends; intervals beyond it stay unused.',
    reading: 'The range is ours. Unset means no further limit.',
  },
  {
    name: 'SS_SIP_TIMEOUT_INVITE',
    type: 'int',
    default: 10,
    min: 1,
    max: 600,
    unit: 's',
    readBy: 'call/stage-timers',
    meaning: 'How long an INVITE may stay without any response before the gateway is given up.',
    reading: 'Ends the resending, too. The range is ours.',
  },
  {
    name: 'SS_SIP_TIMEOUT_TRYING',
    type: 'int',
    default: 20,
    min: 1,
    max: 600,
    unit: 's',
    readBy: 'call/stage-timers',
    meaning: 'How long a call may stay after 100 without further progress.',
    reading: 'Its own timer, started by the first 100. The range is ours.',
  },
  {
    name: 'SS_SIP_TIMEOUT_SESSION_PROGRESS',
    type: 'int',
    default: 20,
    min: 1,
    max: 600,
    unit: 's',
    readBy: 'call/stage-timers',
    meaning: 'How long a call may stay after 183 without a session description.',
    reading: 'Its own timer, started by the first one. The range is ours.',
  },
  {
    name: 'SS_SIP_TIMEOUT_SESSION_PROGRESS_SDP',
    type: 'int',
    default: 120,
    min: 1,
    max: 3600,
    unit: 's',
    readBy: 'call/stage-timers',
    meaning: 'How long a call may stay after 183 with a session description.',
    reading: 'Its own timer, started by the first one. The range is ours.',
  },
  {
    name: 'SS_SIP_TIMEOUT_RINGING',
    type: 'int',
    default: 120,
    min: 1,
    max: 3600,
    unit: 's',
    readBy: 'call/stage-timers',
    meaning: 'How long a call may ring after 180.',
    reading: 'Its own timer, started by the first 180. The range is ours.',
  },
  {
    name: 'SS_SIP_STOP_SWITCH_AFTER_SDP',
    type: 'switch',
    default: 'On',
    unit: '',
    readBy: 'call/failover',
    meaning: 'Whether other gateways are no longer tried once a gateway has sent a session description.',
    reading: 'The default is ours: the caller has heard somebody.',
  },
  {
    name: 'SS_GATEWAY_SWITCH_LIMIT',
    type: 'limit',
    default: null,
    min: 0,
    max: 100,
    unit: 'changes',
    readBy: 'call/failover',
    meaning: 'Largest number of gateway changes for one call.',
    reading: 'The range is ours. Unset means no limit.',
  },
  {
    name: 'SS_GATEWAY_SWITCH_UNTIL_CONNECT',
    type: 'switch',
    default: 'Off',
    unit: '',
    readBy: 'call/failover',
    meaning: 'Whether gateways go on being tried until one answers with 200.',
    reading: 'On: also after busy and declined, and after a session description.',
  },
  {
    name: 'SS_SIP_SESSION_TTL',
    type: 'int',
    default: 600,
    min: 90,
    max: 86400,
    unit: 's',
    readBy: 'call/session-timer',
    meaning: 'Time within which a call with session timer must be confirmed; otherwise it is ended.',
    reading: 'Counts from the last confirmation. 90 s is the floor of RFC 4028; the upper limit is ours.',
  },
  {
    name: 'SS_SIP_SESSION_UPDATE_SEGMENT',
    type: 'int',
    default: 2,
    min: 2,
    max: 10,
    unit: 'checks',
    readBy: 'call/session-timer',
    meaning: 'Number of checks within one TTL; one is due every TTL divided by it.',
    reading: 'The last check falls on the end of the TTL.',
  },
  {
    name: 'SS_SIP_SESSION_TIMEOUT_EARLY_HANGUP',
    type: 'int',
    default: 0,
    min: 0,
    max: 600,
    unit: 's',
    readBy: 'call/session-timer',
    meaning: 'Seconds of grace after the TTL before the call is ended.',
    reading: 'Added after the TTL, as the documents say in spite of the name. The upper limit is ours.',
  },
  {
    name: 'SS_SIP_NO_TIMER_REINVITE_INTERVAL',
    type: 'limit',
    default: 7200,
    min: 60,
    max: 604800,
    unit: 's',
    readBy: 'call/duration-caps',
    meaning: 'Longest conversation of a caller without session timer.',
    reading: 'No checks and no grace. Null means unlimited; the range is ours.',
  },
  {
    name: 'SS_MAX_CALL_DURATION',
    type: 'limit',
    default: null,
    min: 60,
    max: 604800,
    unit: 's',
    readBy: 'call/duration-caps',
    meaning: 'Longest duration of any call, with or without session timer.',
    reading: 'The shorter of this and the limit without session timer counts. The range is ours.',
  },
  {
    name: 'SS_SIP_AUTHENTICATION_RETRY',
    type: 'int',
    default: 6,
    min: 1,
    max: 100,
    unit: 'answers',
    readBy: 'authentication/authenticator',
    meaning: 'Bad credentials tolerated in one SIP authentication session before it is refused.',
    reading:
      'A session is the requests of one Call-ID from one address; the last bad answer that is allowed is refused with 403. We answer a gateway that challenges us as often. The range is ours.',
  },
  {
    name: 'SS_SIP_AUTHENTICATION_TIMEOUT',
    type: 'int',
    default: 10,
    min: 1,
    max: 600,
    unit: 's',
    readBy: 'authentication/authenticator',
    meaning: 'Time in which a session must be authenticated, whatever retries remain.',
    reading: 'Counts from the first request; reaching it counts as over. The range is ours.',
  },
  {
    name: 'SS_SIP_AUTHENTICATION_CODE',
    type: 'enum',
    default: 401,
    allowed: [401, 407],
    unit: 'status',
    readBy: 'authentication/authenticator',
    meaning: 'Status with which a request without valid credentials is challenged.',
    reading: '',
  },
  {
    name: 'SS_AUTHENTICATION_MAX_RETRY',
    type: 'int',
    default: 6,
    min: 0,
    max: 999,
    unit: 'answers',
    readBy: 'authentication/authenticator',
    meaning: 'Bad passwords of one terminal, over all its sessions, before it is suspended.',
    reading: 'Counted for each address the terminal is tried from. 0 suspends nobody.',
  },
  {
    name: 'SS_AUTHENTICATION_FAILED_SUSPEND',
    type: 'int',
    default: 180,
    min: 60,
    max: 3600,
    unit: 's',
    readBy: 'authentication/authenticator',
    meaning: 'How long a terminal is shut out after too many bad passwords.',
    reading:
      'At the address they came from only. An address is shut out as a whole after ten times SS_AUTHENTICATION_MAX_RETRY.',
  },
  {
    name: 'SS_REPLY_UNAUTHORIZED',
    type: 'switch',
    default: 'On',
    unit: '',
    readBy: 'authentication/authenticator',
    meaning:
      'Whether requests without valid credentials, or from unknown sources, are answered at all; off drops them silently.',
    reading: '',
  },
  {
    name: 'SS_SIP_NAT_KEEP_ALIVE_MESSAGE',
    type: 'text',
    default: 'HELLO',
    unit: '',
    readBy: 'nat/keep-alive',
    meaning: 'Content of the raw UDP heartbeat sent to devices behind NAT; empty switches it off.',
    reading: 'Raw payload, not SIP.',
  },
  {
    name: 'SS_SIP_NAT_KEEP_ALIVE_PERIOD',
    type: 'int',
    default: 30,
    min: 10,
    max: 86400,
    unit: 's',
    readBy: 'nat/keep-alive',
    meaning: 'Length of one round of heartbeats.',
    reading: '',
  },
  {
    name: 'SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL',
    type: 'int',
    default: 500,
    min: 10,
    max: 60000,
    unit: 'ms',
    readBy: 'nat/keep-alive',
    meaning: 'Pause between two batches of heartbeats.',
    reading: 'The range is ours.',
  },
  {
    name: 'SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME',
    type: 'int',
    default: 3000,
    min: 1,
    max: 1000000,
    unit: 'devices',
    readBy: 'nat/keep-alive',
    meaning: 'Heartbeats sent in one batch, one for each device.',
    reading: 'The range is ours.',
  },
  {
    name: 'SS_ENDPOINT_EXPIRE',
    type: 'int',
    default: 300,
    min: 60,
    max: 86400,
    unit: 's',
    readBy: 'registrar/read-register',
    meaning: 'Validity of the registration of a terminal.',
    reading: 'Counts when the terminal asks for none or for more; less than 60 s gets 423. The range is ours.',
  },
  {
    name: 'SS_ENDPOINT_NAT_EXPIRE',
    type: 'int',
    default: 300,
    min: 60,
    max: 86400,
    unit: 's',
    readBy: 'registrar/read-register',
    meaning: 'Validity of the registration of a terminal behind NAT.',
    reading: 'Counts when the terminal asks for none or for more; less than 60 s gets 423. The range is ours.',
  },
  {
    name: 'SS_SIP_USER_AGENT_STOP_SWITCH_AFTER_INVITE_TIMEOUT',
    type: 'switch',
    default: 'Off',
    unit: '',
    readBy: 'call/failover',
    meaning: 'Whether the search for gateways stops when the INVITE to a registered user agent times out.',
    reading: 'Counts when none of its resends had any response. The default is ours.',
  },
  {
    name: 'SS_SIP_USER_AGENT_EXPIRE',
    type: 'limit',
    default: null,
    min: 20,
    max: 7200,
    unit: 's',
    readBy: 'registration/registration',
    meaning: 'Validity asked for when registering at another server.',
    reading: 'Null stands for Auto: what the other server offers.',
  },
  {
    name: 'SS_SIP_USER_AGENT_RETRY_DELAY',
    type: 'int',
    default: 60,
    min: 30,
    max: 600,
    unit: 's',
    readBy: 'registration/registration',
    meaning: 'Pause before a failed outbound registration is tried again.',
    reading: '',
  },
  {
    name: 'SS_SIP_USER_AGENT_SEND_UNREGISTER',
    type: 'switch',
    default: 'On',
    unit: '',
    readBy: 'registration/registration',
    meaning: 'Whether a registration is taken back when the server stops.',
    reading: '',
  },
  {
    name: 'SS_SIP_USER_AGENT_PRIVACY',
    type: 'enum',
    default: 'Ignore',
    allowed: ['Ignore', 'Id', 'None'],
    unit: '',
    readBy: 'identity/sent-identity',
    meaning: 'Privacy header put on calls of outbound registrations.',
    reading:
      'Unless the gateway says otherwise ("identity": { "privacy": … }). Ignore hands on what the caller asks for.',
  },
  {
    name: 'SS_SIP_ROUTING_GATEWAY_INVITE_USE_CONTACT',
    type: 'switch',
    default: 'Off',
    unit: '',
    readBy: 'call/outgoing-invite',
    meaning:
      'Whether the callee is taken from the request line while the original number stays in To, for calls to routing gateways.',
    reading: 'On: To has the number that was dialled, that of the To of the caller. Off: the one the gateway is sent.',
  },
  {
    name: 'SS_SIP_PUBLISH_EXPIRE',
    type: 'int',
    default: 300,
    min: 30,
    max: 7200,
    unit: 's',
    readBy: 'publication/gateway-publications',
    meaning: 'Default validity of a PUBLISH by which a routing gateway reports its state.',
    reading: 'Where the PUBLISH says nothing of it. What it asks for may be from 30 to 7200 s, too.',
  },
  ...idleParameters,
] as const satisfies readonly SignallingParameter[];

/**
 * A parameter as data; limits are inclusive. `limit` is a whole number or null, which stands for none; `intervals` are waits
 * as `0.5,1,2`.
 */
export interface SignallingParameter {
  readonly name: string;
  readonly type: 'int' | 'limit' | 'switch' | 'enum' | 'intervals' | 'text';
  readonly default: number | string | null;
  readonly min?: number;
  readonly max?: number;
  readonly allowed?: readonly (number | string)[];
  readonly unit: string;
  readonly readBy: string | null;
  readonly meaning: string;
  readonly reading: string;
}

type Declared = (typeof signallingParameters)[number];
type ValueOf<P extends Declared> = P['type'] extends 'int'
  ? number
  : P['type'] extends 'limit'
    ? number | null
    : P['type'] extends 'switch'
      ? 'On' | 'Off'
      : P extends { readonly allowed: readonly (infer A)[] }
        ? A
        : string;

/** Values by name. */
export type SignallingParameters = { readonly [P in Declared as P['name']]: ValueOf<P> };

export const defaultSignallingParameters = Object.fromEntries(
  signallingParameters.map(({ name, default: value }) => [name, value]),
) as SignallingParameters;
