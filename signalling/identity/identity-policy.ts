/** Where the caller's number of a mapping gateway is read from: a header field, or the display name of From. */
export const callerSources = [
  'from',
  'p-asserted-identity',
  'p-preferred-identity',
  'remote-party-id',
  'display-name',
] as const;
export type CallerSource = (typeof callerSources)[number];

/** Where the called number of a mapping gateway is read from. */
export const calleeSources = ['request-uri', 'to', 'diversion'] as const;
export type CalleeSource = (typeof calleeSources)[number];

/** What is believed of the requests of a mapping gateway. */
export interface NumberSources {
  /** The identity header it names is the only one that is believed, and so the only one that may be passed on. */
  readonly callerFrom: CallerSource;
  readonly calleeFrom: CalleeSource;
  /** Whether it is heeded when a caller asks for privacy. */
  readonly privacySupport: boolean;
}

export const defaultNumberSources: NumberSources = {
  callerFrom: 'from',
  calleeFrom: 'request-uri',
  privacySupport: true,
};

/** The Privacy header a routing gateway gets: what the caller asks for, none, the value id, the value none. */
export const privacyPolicies = ['pass', 'remove', 'id', 'none'] as const;
export type PrivacyPolicy = (typeof privacyPolicies)[number];

/** An identity header a routing gateway gets: none, that of the caller, one made of the caller's number. */
export const headerPolicies = ['remove', 'pass', 'caller'] as const;
export type HeaderPolicy = (typeof headerPolicies)[number];

export const diversionPolicies = ['remove', 'pass'] as const;

/** What a routing gateway is told of the caller. */
export interface IdentityPolicy {
  /** Whether it keeps to itself what a caller wants hidden (the trust domain of RFC 3325, 2.3). */
  readonly trusted: boolean;
  /** Null: `SS_SIP_USER_AGENT_PRIVACY` where we register, and `pass` elsewhere. */
  readonly privacy: PrivacyPolicy | null;
  readonly assertedIdentity: HeaderPolicy;
  readonly preferredIdentity: HeaderPolicy;
  readonly remotePartyId: HeaderPolicy;
  readonly diversion: (typeof diversionPolicies)[number];
}

export const defaultIdentityPolicy: IdentityPolicy = {
  trusted: false,
  privacy: null,
  assertedIdentity: 'remove',
  preferredIdentity: 'remove',
  remotePartyId: 'remove',
  diversion: 'pass',
};
