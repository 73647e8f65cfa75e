import { isIP } from 'node:net';
import type { ValidationRuleObject } from 'fastest-validator';
import { digestAlgorithms } from '../../signalling/authentication/digest.ts';
import type {
  MappingGateway,
  RoutingGateway,
  SignallingConfiguration,
  Terminal,
} from '../../signalling/configuration.ts';
import * as identity from '../../signalling/identity/identity-policy.ts';
import { allowedSignallingValues, parseSignallingParameter } from '../../signalling/parameter-value.ts';
import { type SignallingParameters, signallingParameters } from '../../signalling/parameters.ts';
import { parseNetwork } from '../../signalling/routing/mapping-gateways.ts';
import { rewriteProblem } from '../../signalling/routing/rewrite-number.ts';
import type { ListeningPoint } from '../../signalling/transport/transport-layer.ts';
import { checked, isObject, listOf, object, refusal, shown } from './validation-rules.ts';

/** The section `signalling` as it is written, each value read; what it does not say is missing. */
export interface SignallingSection
  extends Partial<Pick<SignallingConfiguration, 'softswitch' | 'realm' | 'digestAlgorithms' | 'maxCalls'>> {
  readonly listen?: readonly Partial<ListeningPoint>[];
  readonly events?: Partial<SignallingConfiguration['events']>;
  readonly mappingGateways?: readonly Partial<MappingGateway>[];
  readonly routingGateways?: readonly (Partial<Omit<RoutingGateway, 'host' | 'port' | 'registration'>> & {
    address?: HostAndPort;
    registration?: RegistrationSection;
  })[];
  readonly terminals?: readonly (Partial<Omit<Terminal, 'digests'>> & { digests?: Partial<Terminal['digests']> })[];
  readonly prepaid?: { readonly database?: string };
  readonly parameters?: Partial<SignallingParameters>;
}

/** Our own account at a gateway, as it is written. */
export interface RegistrationSection {
  readonly user?: string;
  readonly password?: string;
  readonly digests?: Partial<Terminal['digests']>;
  readonly realm?: string;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const name = text('letters, digits and . _ -, up to 64, beginning with a letter or digit', (written) =>
  /^[A-Za-z0-9][\w.-]{0,63}$/.test(written) ? written : undefined,
);
const gatewayName = text('a name without spaces around it, up to 64 characters', (written) =>
  written.trim() === written && written.length > 0 && written.length <= 64 ? written : undefined,
);
/** What the name of a terminal may be. */
export const terminalName = {
  allowed: 'letters, digits and . _ - + * #, up to 64, beginning with a letter, digit or +',
  read: (written: string) => (/^[A-Za-z0-9+][\w.+*#-]{0,63}$/.test(written) ? written : undefined),
};
const userName = text(terminalName.allowed, terminalName.read);
const realm = text('printable ASCII characters without " and \\, up to 64', (written) =>
  /^[\x21\x23-\x5b\x5d-\x7e](?:[\x20\x21\x23-\x5b\x5d-\x7e]{0,62}[\x21\x23-\x5b\x5d-\x7e])?$/.test(written)
    ? written
    : undefined,
);
const transport = text('udp or tcp', (written) => (written === 'udp' || written === 'tcp' ? written : undefined));
const port = whole(0, 65_535, '0 for any that is free');
const prefixes = texts('a list of digits a called number begins with, such as ["49", "43"]; "" stands for all', (one) =>
  /^\+?\d{0,32}$/.test(one),
);
const rewrites = () =>
  listOf(
    'a list of rules, such as [{"from": "00*", "to": "*"}]',
    'a rule such as {"from": "00*", "to": "*"}',
    'a key of a rule',
    {
      from: text('digits and ?, with one * at the end at most', kept),
      to: text('digits and $, with one * at the end at most', kept),
    },
  );

/** The rule of the whole section. */
export const signallingRule: ValidationRuleObject = object(
  'a key of signalling',
  {
    softswitch: name,
    realm,
    digestAlgorithms: texts('a list of algorithms, such as ["SHA-256", "MD5"]', (one) =>
      (digestAlgorithms as readonly string[]).includes(one),
    ),
    listen: listOf(
      'a list of sockets, such as [{"transport": "udp", "address": "192.0.2.1", "port": 5060}]',
      'a socket such as {"transport": "udp", "address": "192.0.2.1", "port": 5060}',
      'a key of a socket',
      {
        transport,
        address: text('an IPv4 or IPv6 address', (written) => (isIP(written) === 0 ? undefined : written)),
        port,
        advertised: text('host:port as others see it', (written) => (hostAndPort(written) ? written : undefined)),
      },
    ),
    events: object('a key of events', {
      folder: text('a folder', (written) => (written === '' ? undefined : written)),
      commitMs: whole(0, 1000, 'ms'),
      durable: flag(),
      segmentBytes: whole(65_536, 1_073_741_824, 'bytes'),
      segmentSeconds: whole(1, 86_400, 's'),
    }),
    mappingGateways: listOf(
      'a list of mapping gateways',
      'an object with name, addresses and account',
      'a key of a mapping gateway',
      {
        name: gatewayName,
        addresses: texts(
          'a list of addresses and networks, such as ["192.0.2.7", "198.51.100.0/24"]',
          (one) => parseNetwork(one) !== undefined,
        ),
        account: gatewayName,
        rewriteCaller: rewrites(),
        rewriteCallee: rewrites(),
        sipTimer: flag(),
        callerFrom: oneOf(identity.callerSources),
        calleeFrom: oneOf(identity.calleeSources),
        privacySupport: flag(),
      },
    ),
    routingGateways: listOf(
      'a list of routing gateways',
      'an object with name, address and prefixes',
      'a key of a routing gateway',
      {
        name: gatewayName,
        address: text('host:port, such as "192.0.2.9:5060"', hostAndPort),
        transport,
        prefixes,
        priority: whole(0, 10_000, 'the lower, the earlier'),
        capacity: whole(1, 1_000_000, 'calls at a time'),
        rewriteCaller: rewrites(),
        rewriteCallee: rewrites(),
        sipTimer: flag(),
        registration: object('a key of a registration', {
          user: userName,
          password: hidden('1 to 128 characters', /^.{1,128}$/su),
          digests: object('a digest of a registration', { MD5: digest(32), 'SHA-256': digest(64) }),
          realm,
        }),
        identity: object('a key of identity', {
          trusted: flag(),
          privacy: oneOf(identity.privacyPolicies),
          assertedIdentity: oneOf(identity.headerPolicies),
          preferredIdentity: oneOf(identity.headerPolicies),
          remotePartyId: oneOf(identity.headerPolicies),
          diversion: oneOf(identity.diversionPolicies),
        }),
        timeouts: object('a timeout of a gateway', {
          timeoutInvite: whole(0, 600, 's, 0 takes the value of the system'),
          timeoutTrying: whole(0, 600, 's, 0 takes the value of the system'),
          timeoutSessionProgress: whole(0, 600, 's, 0 takes the value of the system'),
          timeoutSessionProgressSdp: whole(0, 3600, 's, 0 takes the value of the system'),
          timeoutRinging: whole(0, 3600, 's, 0 takes the value of the system'),
        }),
      },
    ),
    terminals: listOf('a list of terminals', 'an object with name, account and digests', 'a key of a terminal', {
      name: userName,
      account: gatewayName,
      digests: object('a digest of a terminal', { MD5: digest(32), 'SHA-256': digest(64) }),
      rewriteCaller: rewrites(),
      rewriteCallee: rewrites(),
      sipTimer: flag(),
      callerFrom: oneOf(identity.callerSources),
      calleeFrom: oneOf(identity.calleeSources),
      privacySupport: flag(),
    }),
    maxCalls: whole(1, 1_000_000, 'calls at a time'),
    prepaid: object('a key of prepaid', {
      database: text('a file, such as "ratemill.duckdb"', (written) => (written === '' ? undefined : written)),
    }),
    parameters: object(
      'a parameter of the companion',
      Object.fromEntries(
        signallingParameters.map((parameter) => [
          parameter.name,
          checked(
            allowedSignallingValues(parameter),
            (written, refuse) => {
              const read = isPlain(written) ? parseSignallingParameter(parameter, String(written)) : undefined;
              return read === undefined ? refuse() : read.value;
            },
            parameter.type === 'limit',
          ),
        ]),
      ),
      'an object of names and values, such as {"SS_SIP_TIMEOUT_INVITE": 8}',
    ),
  },
  'an object with the keys softswitch, realm, digestAlgorithms, listen, events, mappingGateways, routingGateways, terminals, maxCalls, prepaid and parameters',
);

/** What is wrong between the values of a section; each alone is right. */
export function sectionMistakes(section: SignallingSection): { path: string; problem: string }[] {
  const mistakes: { path: string; problem: string }[] = [];
  const need = (path: string, value: unknown, problem: string) => {
    if (value === undefined) mistakes.push({ path, problem });
  };
  for (const [place, gateway] of (section.mappingGateways ?? []).entries()) {
    const at = `signalling.mappingGateways[${place}]`;
    need(at, gateway.name, 'has no name');
    need(at, gateway.addresses, 'has no addresses');
    need(at, gateway.account, 'has no account: who pays?');
    rules(gateway, at);
  }
  for (const [place, gateway] of (section.routingGateways ?? []).entries()) {
    const at = `signalling.routingGateways[${place}]`;
    need(at, gateway.name, 'has no name');
    need(at, gateway.address, 'has no address');
    rules(gateway, at);
    registration(gateway.registration, `${at}.registration`);
  }
  if (section.listen?.length === 0) {
    const problem = 'has no socket to listen on; leave it out for udp on 127.0.0.1:5060';
    mistakes.push({ path: 'signalling.listen', problem });
  }
  for (const [place, point] of (section.listen ?? []).entries()) {
    const at = `signalling.listen[${place}]`;
    need(at, point.address, 'has no address');
    const isAny = point.address === '0.0.0.0' || point.address === '::';
    const problem = `needs "advertised" beside ${point.address}, which does not say where others reach it`;
    if (isAny) need(at, point.advertised, problem);
  }
  for (const [place, terminal] of (section.terminals ?? []).entries()) {
    const at = `signalling.terminals[${place}]`;
    need(at, terminal.name, 'has no name');
    need(at, terminal.account, 'has no account: who pays?');
    const { MD5, 'SHA-256': sha256 } = terminal.digests ?? {};
    need(at, MD5 && sha256, 'needs both digests, MD5 and SHA-256: "ratemill signal digest NAME" makes them');
    rules(terminal, at);
  }
  for (const key of ['mappingGateways', 'routingGateways', 'terminals'] as const) {
    const names = new Set<string>();
    for (const [place, { name: one }] of (section[key] ?? []).entries()) {
      if (one === undefined) continue;
      if (names.has(one)) {
        const path = `signalling.${key}[${place}].name`;
        mistakes.push({ path, problem: `${shown(one)} is the name of another one, too` });
      }
      names.add(one);
    }
  }
  return mistakes;

  function registration(written: RegistrationSection | undefined, at: string) {
    if (written === undefined) return;
    const { user, password, digests, realm } = written;
    need(at, user, 'has no user');
    if ((password === undefined) === (digests === undefined)) {
      mistakes.push({ path: at, problem: 'needs either "password" or "digests" of it' });
    }
    if (digests === undefined) return;
    need(at, digests.MD5 && digests['SHA-256'], 'needs both digests, MD5 and SHA-256');
    need(at, realm, 'needs "realm": digests hold for one only');
  }

  function rules(gateway: Pick<Partial<MappingGateway>, 'rewriteCaller' | 'rewriteCallee'>, at: string) {
    for (const key of ['rewriteCaller', 'rewriteCallee'] as const) {
      for (const [place, rule] of (gateway[key] ?? []).entries()) {
        const problem = rewriteProblem({ from: rule.from ?? '', to: rule.to ?? '' });
        if (problem === undefined) continue;
        mistakes.push({
          path: `${at}.${key}[${place}]`,
          problem: `${shown(rule.from ?? '')} to ${shown(rule.to ?? '')}: ${problem}`,
        });
      }
    }
  }
}

/** True or false. */
export function flag(): ValidationRuleObject {
  return checked('true or false', (written, refuse) => {
    if (written === true || written === 'true') return true;
    return written === false || written === 'false' ? false : refuse();
  });
}

function text(allowed: string, read: (written: string) => unknown): ValidationRuleObject {
  return checked(allowed, (written, refuse) => {
    const value = typeof written === 'string' ? read(written) : undefined;
    return value ?? refuse();
  });
}

function oneOf(values: readonly string[]): ValidationRuleObject {
  return text(values.join(', '), (written) => (values.includes(written) ? written : undefined));
}

function texts(allowed: string, isAllowed: (one: string) => boolean): ValidationRuleObject {
  return checked(allowed, (written, refuse) => {
    if (!Array.isArray(written)) return refuse();
    if (written.length === 0) return refuse(`an empty list is not allowed; allowed: ${allowed}`);
    const wrong = written.find((one) => typeof one !== 'string' || !isAllowed(one));
    return wrong === undefined ? written : refuse(refusal(wrong, allowed));
  });
}

function digest(digits: number): ValidationRuleObject {
  const allowed = `${digits} hexadecimal digits, as "ratemill signal digest NAME" prints them`;
  return hidden(allowed, new RegExp(`^[0-9A-Fa-f]{${digits}}$`), (written) => written.toLowerCase());
}

/** What is wrong is not shown: it may be a password. */
function hidden(allowed: string, pattern: RegExp, read: (written: string) => string = kept): ValidationRuleObject {
  return checked(allowed, (written, refuse) => {
    if (typeof written === 'string' && pattern.test(written)) return read(written);
    return refuse(`what is written there is not allowed; allowed: ${allowed}`);
  });
}

/** Numbers of the configuration come as they are written. */
function whole(min: number, max: number, unit: string): ValidationRuleObject {
  return text(`a whole number from ${min} to ${max} (${unit})`, (written) => {
    const value = /^\d{1,10}$/.test(written) ? Number(written) : -1;
    return value >= min && value <= max ? value : undefined;
  });
}

function hostAndPort(written: string): HostAndPort | undefined {
  const found = /^(\[[\da-fA-F:.]+\]|[\w.-]+):(\d{1,5})$/.exec(written);
  const value = Number(found?.[2]);
  return found === null || value < 1 || value > 65_535
    ? undefined
    : { host: found[1].replace(/^\[|\]$/g, ''), port: value };
}

function kept(written: string): string {
  return written;
}

function isPlain(written: unknown): boolean {
  return !isObject(written) && !Array.isArray(written);
}
