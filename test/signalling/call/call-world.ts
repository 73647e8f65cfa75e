import assert from 'node:assert/strict';
import { type CallLog, Companion, type CompanionSettings } from '../../../signalling/companion.ts';
import type {
  MappingGateway,
  RoutingGateway,
  SignallingConfiguration,
  Terminal,
} from '../../../signalling/configuration.ts';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { defaultIdentityPolicy, defaultNumberSources } from '../../../signalling/identity/identity-policy.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../../signalling/message/message.ts';
import { writeMessage } from '../../../signalling/message/write-message.ts';
import { defaultSignallingParameters, type SignallingParameters } from '../../../signalling/parameters.ts';
import type { CallBudget } from '../../../signalling/prepaid/call-budget.ts';
import type { StoredTerminal } from '../../../signalling/registrar/binding.ts';
import { noteSource } from '../../../signalling/transport/answer-peer.ts';
import type { MessageSender, Peer } from '../../../signalling/transport/transport.ts';
import { KeptSuspensions } from '../authentication/authentication-world.ts';
import { answerTo, PASSWORD } from '../authentication/digest-client.ts';
import { parsed, requestOf } from '../sip-text.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** Something the companion has sent: when, where to, and what. */
export interface Sent {
  readonly atMs: number;
  readonly to: string;
  readonly port: number;
  readonly message: SipMessage;
}

export const callerPeer: Peer = { transport: 'udp', address: '192.0.2.9', port: 5060 };
export const gatewayPeer = (nth: number): Peer => ({ transport: 'udp', address: `198.51.100.${nth}`, port: 5060 });

const START = Date.UTC(2026, 0, 5, 12);

/** A companion whose network is the test: what it sends is kept, with its time on a clock the test moves. */
export class CallWorld implements MessageSender, CallLog {
  readonly clock = new VirtualClock(START);
  readonly sent: Sent[] = [];
  /** Events as they were written, and the last note of each call. */
  readonly events: CallEvent[] = [];
  readonly warnings: string[] = [];
  readonly heartbeats: string[] = [];
  /** What was put into the store of bindings. */
  readonly stored: StoredTerminal[] = [];
  readonly notes = new Map<bigint, CallEvent>();
  readonly companion: Companion;
  /** What the companion was made with. */
  readonly settings: CompanionSettings;
  /** Addresses that refuse what is sent to them. */
  readonly refusing = new Set<string>();
  /** Why events cannot be written. */
  problem: string | undefined;
  #flowNo = 1n;
  #asked = 0;

  constructor(
    settings: {
      gateways?: number;
      parameters?: Partial<SignallingParameters>;
      route?: Partial<RoutingGateway>;
      mapping?: Partial<MappingGateway>;
      terminals?: readonly Terminal[];
      stored?: readonly StoredTerminal[];
      budget?: CallBudget;
    } = {},
  ) {
    this.settings = {
      configuration: configurationOf(settings),
      clock: this.clock,
      sender: this,
      bindings: {
        load: () => settings.stored ?? [],
        changed: (stored) => this.stored.push(stored),
      },
      suspensions: new KeptSuspensions(),
      warn: (line) => this.warnings.push(line),
      log: this,
      ...(settings.budget && { budget: settings.budget }),
    };
    this.companion = new Companion(this.settings);
  }

  send(bytes: Uint8Array, peer: Peer, failed: (problem: string) => void): void {
    this.sent.push({
      atMs: this.clock.elapsed(),
      to: peer.address,
      port: peer.port,
      message: parsed(Buffer.from(bytes)),
    });
    if (this.refusing.has(peer.address)) this.clock.after(0, () => failed('refused'));
  }

  nextFlowNo(): bigint {
    return this.#flowNo++;
  }

  note(event: CallEvent): void {
    this.notes.set(event.flow_no, event);
  }

  end(event: CallEvent): void {
    this.events.push(event);
  }

  sendKeepAlive(payload: Uint8Array, { address, port }: Peer): void {
    this.heartbeats.push(`${Buffer.from(payload)} to ${address}:${port} at ${this.clock.elapsed() / 1000}`);
  }

  localAddress(): string {
    return '192.0.2.1:5060';
  }

  /** A message that comes in over the wire. */
  receive(message: SipMessage, from: Peer = callerPeer): void {
    const arrived = parsed(writeMessage(message));
    if (arrived.kind === 'request') noteSource(arrived, from);
    this.companion.receive(arrived, from);
  }

  /** Credentials of a terminal for one request from there, by a challenge that is asked for and forgotten. */
  authorization(username: string, method: string, from: Peer, password = PASSWORD): string {
    const via = `SIP/2.0/UDP ${from.address}:${from.port};branch=z9hG4bKask${++this.#asked}`;
    this.receive(requestOf('REGISTER', { via, callId: `ask-${this.#asked}` }), from);
    const challenge = this.sent.pop()?.message.headers.first('WWW-Authenticate') ?? '';
    return `Authorization: ${answerTo(challenge, { username, password, method })}`;
  }

  /** Messages sent to an address since the beginning, as `INVITE` and `180`. */
  to(address: string): string[] {
    return this.sent.filter(({ to }) => to === address).map(({ message }) => nameOf(message));
  }

  /** The last request of that method, or response with that status, sent to an address. */
  lastTo(address: string, name: string): SipMessage {
    const found = this.sent.filter(({ to, message }) => to === address && nameOf(message) === name).at(-1);
    assert.ok(found, `${name} to ${address}; sent: ${this.to(address).join(' ')}`);
    return found.message;
  }

  requestTo(address: string, method: string): SipRequest {
    return this.lastTo(address, method) as SipRequest;
  }

  responseTo(address: string, status: number): SipResponse {
    return this.lastTo(address, String(status)) as SipResponse;
  }

  /** Seconds at which requests of a method went to an address. */
  times(address: string, name: string): number[] {
    return this.sent
      .filter(({ to, message }) => to === address && nameOf(message) === name)
      .map(({ atMs }) => atMs / 1000);
  }

  /** Lets everything run out, after which nothing may be left. */
  settle(): void {
    this.clock.advance(200_000);
    assert.deepEqual(this.companion.transactionCounts, { server: 0, client: 0 });
    assert.equal(this.clock.waiting, 0, 'no timer is left');
    assert.equal(this.companion.callsNow.all, 0);
  }
}

export function nameOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

function configurationOf({
  gateways = 1,
  parameters = {},
  route = {},
  mapping = {},
  terminals = [],
}: ConstructorParameters<typeof CallWorld>[0] & object): SignallingConfiguration {
  const timeouts = {
    timeoutInvite: 0,
    timeoutTrying: 0,
    timeoutSessionProgress: 0,
    timeoutSessionProgressSdp: 0,
    timeoutRinging: 0,
  };
  return {
    softswitch: 'test',
    realm: 'test',
    digestAlgorithms: ['SHA-256', 'MD5'],
    listen: [],
    events: { folder: '', commitMs: 5, durable: true, segmentBytes: 1e6, segmentSeconds: 60 },
    mappingGateways: [
      {
        name: 'in',
        addresses: ['192.0.2.9'],
        account: 'acme',
        rewriteCaller: [],
        rewriteCallee: [],
        sipTimer: true,
        ...defaultNumberSources,
        ...mapping,
      },
    ],
    routingGateways: Array.from({ length: gateways }, (_, nth) => ({
      name: `out-${nth + 1}`,
      host: gatewayPeer(nth + 1).address,
      port: 5060,
      transport: 'udp',
      prefixes: ['49'],
      priority: nth,
      capacity: null,
      rewriteCaller: [],
      rewriteCallee: [],
      timeouts,
      sipTimer: true,
      registration: null,
      identity: defaultIdentityPolicy,
      ...route,
    })),
    terminals,
    maxCalls: 1000,
    prepaid: null,
    parameters: { ...defaultSignallingParameters, ...parameters },
  };
}
