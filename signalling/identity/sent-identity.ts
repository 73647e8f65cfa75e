import type { RoutingGateway } from '../configuration.ts';
import type { SipHeader, SipHeaders } from '../message/headers.ts';
import { type NameAddress, nameAddress } from '../message/name-address.ts';
import { escapeUser, parseUri } from '../message/uri.ts';
import type { SignallingParameters } from '../parameters.ts';
import { type AskedPrivacy, askedPrivacy, hidesIdentity } from './asked-privacy.ts';
import { fewValues } from './few-values.ts';
import type { HeaderPolicy, NumberSources, PrivacyPolicy } from './identity-policy.ts';
import { identityHeaders, isOfCaller } from './received-numbers.ts';

/** A gateway, and whether we register there. */
type Gateway = Pick<RoutingGateway, 'identity'> & { readonly registration?: object | null };

export interface IdentitySettings {
  readonly sources: NumberSources;
  readonly gateway: Gateway;
  /** The caller's number as the gateway gets it; empty when there is none. */
  readonly caller: string;
  /** `host:port` of us, as the gateway sees it. */
  readonly local: string;
  readonly parameters: Pick<SignallingParameters, 'SS_SIP_USER_AGENT_PRIVACY'>;
}

/** What a gateway is told of who calls. */
export interface SentIdentity {
  /** Address of From, without a tag. */
  readonly from: string;
  readonly lines: readonly SipHeader[];
}

/**
 * From and the identity headers of an INVITE to a gateway. Once privacy is asked for, by the caller or for the gateway, From
 * is anonymous (RFC 3323, 4.1.1.3), and identity headers go only to a gateway that is trusted, and that is told so by a
 * Privacy header (RFC 3325, 7). No display name is handed on.
 */
export function sentIdentity({ headers }: { readonly headers: SipHeaders }, settings: IdentitySettings): SentIdentity {
  const { gateway, caller, local } = settings;
  const { trusted } = gateway.identity;
  const policy = privacyPolicy(gateway, settings.parameters);
  const asked = askedPrivacy(headers, settings.sources);
  const privacy = sentPrivacy(policy, asked);
  const isHidden = asked.hidesIdentity || policy === 'id';
  const isTold = !isHidden || (trusted && hidesIdentity(privacy));
  const hasFrom = caller !== '' && !isHidden && !asked.hidesFrom;
  const lines: SipHeader[] = [];
  if (privacy.length > 0) lines.push({ name: 'Privacy', value: privacy.join(';') });
  if (isTold) lines.push(...identityLines(headers, settings, isHidden));
  if (gateway.identity.diversion === 'pass') lines.push(...diversions(headers, trusted));
  return { from: hasFrom ? callerAddress(caller, local) : ANONYMOUS, lines };
}

function callerAddress(caller: string, local: string): string {
  return `<sip:${escapeUser(caller)}@${local}>`;
}

function privacyPolicy({ identity, registration }: Gateway, parameters: IdentitySettings['parameters']): PrivacyPolicy {
  if (identity.privacy !== null) return identity.privacy;
  return registration ? OF_USER_AGENT[parameters.SS_SIP_USER_AGENT_PRIVACY] : 'pass';
}

/** Values of the Privacy header. Nobody is told that a caller who asked for privacy wants none. */
function sentPrivacy(policy: PrivacyPolicy, asked: AskedPrivacy): readonly string[] {
  switch (policy) {
    case 'pass':
      return asked.values;
    case 'remove':
      return [];
    case 'none':
      return asked.hidesFrom ? [] : ['none'];
    case 'id':
      return ['id', ...asked.values.filter((value) => value !== 'id' && value !== 'none')];
  }
}

function identityLines(headers: SipHeaders, settings: IdentitySettings, isHidden: boolean): SipHeader[] {
  const { sources, gateway, caller, local } = settings;
  const { assertedIdentity, preferredIdentity, remotePartyId } = gateway.identity;
  const address = caller === '' ? undefined : callerAddress(caller, local);
  const privacy = isHidden ? 'full' : 'off';
  return [
    ...linesOf('p-asserted-identity', assertedIdentity, address),
    ...linesOf('p-preferred-identity', preferredIdentity, address),
    ...linesOf('remote-party-id', remotePartyId, address && `${address};party=calling;privacy=${privacy};screen=yes`),
  ];

  function linesOf(source: keyof typeof identityHeaders, policy: HeaderPolicy, made: string | undefined): SipHeader[] {
    const name = identityHeaders[source];
    if (policy === 'caller') return made === undefined ? [] : [{ name, value: made }];
    // One that is not believed is not passed on (RFC 3325, 5).
    if (policy === 'remove' || sources.callerFrom !== source) return [];
    return wellFormed(headers, source).map((value) => ({ name, value }));
  }
}

/** Of each scheme the first (RFC 3325, 9.1: one or two values, then a SIP and a tel URI). */
function wellFormed(headers: SipHeaders, source: keyof typeof identityHeaders): string[] {
  const found = new Map<boolean, string>();
  for (const value of fewValues(headers, identityHeaders[source])) {
    const address = nameAddress(value);
    const uri = address && parseUri(address.uri);
    if (uri === undefined || (source === 'remote-party-id' && !isOfCaller(address as NameAddress))) continue;
    const isTelephone = uri.scheme === 'tel';
    if (!found.has(isTelephone)) found.set(isTelephone, value);
  }
  return [...found.values()];
}

/** RFC 5806, 3: those that are private go to gateways that are trusted. */
function diversions(headers: SipHeaders, trusted: boolean): SipHeader[] {
  const lines: SipHeader[] = [];
  for (const value of fewValues(headers, 'Diversion')) {
    const address = nameAddress(value);
    if (address === undefined || parseUri(address.uri) === undefined) continue;
    const privacy = (address.parameters.get('privacy') ?? 'off').toLowerCase();
    if (trusted || privacy === 'off') lines.push({ name: 'Diversion', value });
  }
  return lines;
}

const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';
const OF_USER_AGENT = { Ignore: 'pass', Id: 'id', None: 'none' } as const;
