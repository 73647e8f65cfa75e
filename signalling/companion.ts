import type { Authenticator } from './authentication/authenticator.ts';
import { Call, type CallHost } from './call/call.ts';
import { type CallBeginning, type CallEnd, CallRecord } from './call/call-record.ts';
import type { Destination } from './call/destination.ts';
import { type CallContext, tagOf } from './call/leg.ts';
import { refusalOf, withCapabilities } from './call/request-checks.ts';
import { MIN_SE_SECONDS, termsOfRequest } from './call/session-timer.ts';
import type { Clock } from './clock.ts';
import type { MappingGateway, SignallingConfiguration, Terminal } from './configuration.ts';
import type { CallEvent } from './events/call-event.ts';
import type { EventLog } from './events/event-log.ts';
import { answerTo } from './message/answer.ts';
import type { SipMessage, SipRequest } from './message/message.ts';
import { nameAddress } from './message/name-address.ts';
import { parseUri, unescapeUri } from './message/uri.ts';
import { keepAlivePlan, keepAliveWarnings, NatKeepAlive } from './nat/keep-alive.ts';
import type { BindingStore } from './registrar/binding.ts';
import { Bindings } from './registrar/bindings.ts';
import { callingPhone, onlyWayTo, phonesOf } from './registrar/phones.ts';
import { Registrar } from './registrar/registrar.ts';
import { Registrations } from './registration/registrations.ts';
import { GatewayStates } from './routing/gateway-states.ts';
import { MappingGateways } from './routing/mapping-gateways.ts';
import { rewriteNumber } from './routing/rewrite-number.ts';
import { RouteTable } from './routing/route-table.ts';
import { parseResendIntervals, type ResendSchedule, resendSchedule } from './transaction/resend.ts';
import type { ServerTransaction } from './transaction/server-transaction.ts';
import { TransactionLayer, type TransactionUser } from './transaction/transaction-layer.ts';
import type { MessageSender, Peer } from './transport/transport.ts';

export interface CompanionSettings {
  readonly configuration: SignallingConfiguration;
  readonly clock: Clock;
  readonly log: CallLog;
  readonly sender: MessageSender;
  /** Where bindings survive a restart. */
  readonly bindings: BindingStore;
  readonly authenticator: TerminalAuthenticator;
  /** A line for the operator. */
  readonly warn: (line: string) => void;
}

/** What is asked of the authenticator. */
export type TerminalAuthenticator = Pick<Authenticator, 'configure' | 'hasTerminals' | 'authenticate' | 'answer'>;

/** Where events go. */
export type CallLog = Pick<EventLog, 'problem' | 'nextFlowNo' | 'note' | 'end'>;

/** What configuration decides for calls that begin now. */
interface Rules {
  readonly configuration: SignallingConfiguration;
  readonly mappings: MappingGateways;
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly routes: RouteTable;
  readonly schedule: ResendSchedule;
}

/** An INVITE that becomes no call; without `end` there is no event, either. */
interface TurnedDown {
  readonly status: number;
  readonly end?: CallEnd;
}

type Admission =
  | TurnedDown
  | {
      readonly from: Caller;
      readonly route: readonly Destination[];
      readonly caller: string;
      readonly callee: string;
    };

/** Who calls, and pays: a mapping gateway, or a phone. */
type Caller = MappingGateway | Terminal;

/** Calls since the start. */
export interface CallCounts {
  seen: number;
  answered: number;
  refused: number;
}

/**
 * The back-to-back user agent: what comes from the network becomes calls, and calls become events. Between two calls of the
 * same number nothing is shared but configuration and counters.
 */
export class Companion implements TransactionUser, CallHost {
  readonly context: CallContext;
  readonly gateways = new GatewayStates();
  readonly counts: CallCounts = { seen: 0, answered: 0, refused: 0 };
  readonly bindings: Bindings;
  readonly keepAlive: NatKeepAlive;
  readonly registrations: Registrations;
  readonly #registrar: Registrar;
  readonly #clock: Clock;
  readonly #log: CallLog;
  readonly #authenticator: TerminalAuthenticator;
  readonly #warn: (line: string) => void;
  readonly #transactions: TransactionLayer;
  /** Calls by `Call-ID tag`, the tag being ours. */
  readonly #dialogs = new Map<string, Call>();
  /** Calls that are not over. */
  readonly #calls = new Set<Call>();
  #rules: Rules;
  #isDraining = false;
  #whenEmpty: (() => void) | undefined;

  constructor({ configuration, clock, log, sender, bindings, authenticator, warn }: CompanionSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#warn = warn;
    this.#authenticator = authenticator;
    authenticator.configure(configuration);
    this.#rules = rulesOf(configuration);
    const { schedule } = this.#rules;
    this.#transactions = new TransactionLayer({ clock, sender, schedule, limit: MOST_TRANSACTIONS }, this);
    this.context = { clock, transactions: this.#transactions, sender };
    this.bindings = new Bindings(clock, bindings);
    this.#registrar = new Registrar({
      clock,
      bindings: this.bindings,
      authenticate: (request, transaction) => this.#authenticate(request, transaction),
    });
    const { devices } = this.bindings;
    const send = (payload: Uint8Array, peer: Peer) => sender.sendKeepAlive(payload, peer);
    this.keepAlive = new NatKeepAlive({ clock, devices, send, warn }, keepAlivePlan(configuration.parameters));
    for (const line of keepAliveWarnings(configuration.parameters)) warn(line);
    this.registrations = new Registrations(this.context, warn);
    this.bindings.restore((terminal) => this.#rules.terminals.has(terminal));
    this.keepAlive.wake();
    this.registrations.apply(configuration);
  }

  get transactionCounts(): TransactionLayer['counts'] {
    return this.#transactions.counts;
  }

  /** Calls that are not over, and those of them that were answered. */
  get callsNow(): { readonly all: number; readonly up: number } {
    let up = 0;
    for (const call of this.#calls) if (call.isUp) up++;
    return { all: this.#calls.size, up };
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get configuration(): SignallingConfiguration {
    return this.#rules.configuration;
  }

  /** Takes another configuration for calls that begin from now on. */
  reload(configuration: SignallingConfiguration): void {
    const before = this.configuration.parameters;
    this.#rules = rulesOf(configuration);
    this.#authenticator.configure(configuration);
    this.bindings.keepOnly((terminal) => this.#rules.terminals.has(terminal));
    this.registrations.apply(configuration);
    const { parameters } = configuration;
    if (KEEP_ALIVE_PARAMETERS.every((name) => parameters[name] === before[name])) return;
    for (const line of keepAliveWarnings(parameters)) this.#warn(line);
    this.keepAlive.apply(keepAlivePlan(parameters));
  }

  /** Ends what runs by itself: registrations at gateways are taken back, bindings of phones stay where they are kept. */
  async stop(): Promise<void> {
    this.keepAlive.stop();
    this.bindings.stop();
    await this.registrations.stop(UNREGISTER_MS);
  }

  /**
   * Takes no new calls, waits for those there are, and hangs up what is left then.
   *
   * @param graceMs how long calls may go on
   */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    await this.#emptyWithin(graceMs);
    if (this.#calls.size === 0) return;
    for (const call of [...this.#calls]) call.endByServer('shutdown', 503, 'the server is stopped');
    await this.#saidWithin(BYE_MS);
  }

  /** What came from the network; requests with `received` and `rport` in their top Via. */
  receive(message: SipMessage, source: Peer): void {
    this.#transactions.receive(message, source);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      if (request.method === 'INVITE') this.#refuse(request, transaction, { by: 'server', status: refusal.status });
      transaction.respond(refusal);
      return;
    }
    const { method, headers } = request;
    if (method === 'REGISTER') {
      this.#registrar.receive(request, transaction, this.configuration.parameters);
      this.keepAlive.wake();
      return;
    }
    const toTag = tagOf(headers.first('To'));
    if (toTag !== '') {
      const call = this.#dialogs.get(`${headers.first('Call-ID')} ${toTag}`);
      if (call === undefined) transaction.respond(answerTo(request, 481));
      else call.receive(request, transaction, toTag);
    } else if (method === 'OPTIONS') {
      transaction.respond(withCapabilities(answerTo(request, 200, undefined, { toTag: transaction.toTag })));
    } else if (method === 'INVITE') {
      this.#invite(request, transaction);
    } else {
      transaction.respond(answerTo(request, 481, undefined, { toTag: transaction.toTag }));
    }
  }

  onAck(ack: SipRequest): void {
    const toTag = tagOf(ack.headers.first('To'));
    this.#dialogs.get(`${ack.headers.first('Call-ID')} ${toTag}`)?.receiveAck(ack, toTag);
  }

  /** A gateway whose answer nobody waits for any more gives up by itself when no ACK comes (RFC 3261, 13.3.1.4). */
  onStrayAnswer(): void {}

  register(callId: string, localTag: string, call: Call): void {
    const key = `${callId} ${localTag}`;
    call.keys.push(key);
    this.#dialogs.set(key, call);
  }

  gatewayTaken({ name, phone }: Destination): void {
    if (phone === undefined) this.gateways.taken(name);
  }

  gatewayLeft({ name, phone }: Destination, responded: boolean, answered: boolean): void {
    if (phone === undefined) this.gateways.left(name, responded, answered);
  }

  changed(event: CallEvent): void {
    this.#log.note(event);
  }

  /** The journal says once a second that the server is alive, and a call that is not ends by its session timer. */
  alive(): void {}

  ended(call: Call, event: CallEvent): void {
    this.#log.end(event);
    if (event.answered_at !== null) this.counts.answered++;
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#whenEmpty?.();
  }

  forget(call: Call): void {
    for (const key of call.keys) this.#dialogs.delete(key);
  }

  #invite(request: SipRequest, transaction: ServerTransaction): void {
    const admission = this.#admit(request, transaction);
    if ('status' in admission) {
      this.#turnDown(request, transaction, admission);
      return;
    }
    const { parameters } = this.#rules.configuration;
    const { schedule } = this.#rules;
    const { from: mapping, route, caller, callee } = admission;
    const record = this.#record(request, transaction, mapping);
    const call = new Call(this, {
      request,
      transaction,
      mapping,
      onlyWay: isGateway(mapping) ? undefined : onlyWayTo(request, transaction.source),
      route,
      caller,
      callee,
      parameters,
      schedule,
      record,
    });
    this.#calls.add(call);
    call.start();
  }

  /** Whose request it is, by its credentials; one that is not admitted is answered here, or not at all. */
  #authenticate(request: SipRequest, transaction: ServerTransaction): Terminal | undefined {
    const { source, toTag } = transaction;
    const verdict = this.#authenticator.hasTerminals
      ? this.#authenticator.authenticate(request, source.address)
      : NO_TERMINALS;
    if (verdict.kind === 'admitted') return verdict.terminal;
    const answer = this.#authenticator.answer(request, source.address, verdict, toTag);
    if (answer === undefined) transaction.ignore();
    else transaction.respond(answer);
    return undefined;
  }

  /** Whether a call may begin, and whose it is and where it may go. */
  #admit(request: SipRequest, { source }: ServerTransaction): Admission {
    const { headers } = request;
    const { configuration, terminals, routes } = this.#rules;
    // Without events there are no calls: what cannot be billed is not carried.
    if (this.#log.problem !== undefined || this.#isDraining) return { status: 503 };
    if (this.#dialogs.has(`${headers.first('Call-ID')} ${tagOf(headers.first('From'))}`)) {
      return { status: 482, end: { by: 'server', reason: 'loop_detected' } };
    }
    const from = this.#callerOf(request, source);
    if (from === undefined) return { status: 403, end: { by: 'server', reason: 'unauthorised_source' } };
    if (this.#calls.size >= configuration.maxCalls) return { status: 503, end: { by: 'server', reason: 'resources' } };
    const { SS_SIP_SESSION_TTL: ttlSeconds } = configuration.parameters;
    // Comes again with a longer interval, as one call.
    if (from.sipTimer && termsOfRequest(headers, ttlSeconds).kind === 'tooSmall') return { status: 422 };
    const { caller, callee } = numbersOf(request, from);
    const terminal = terminals.get(callee);
    const phones = terminal === undefined ? [] : phonesOf(terminal, this.bindings);
    const route = [...phones, ...routes.find(callee).filter((gateway) => this.gateways.hasRoom(gateway))];
    if (callee !== '' && route.length > 0) return { from, route, caller, callee };
    // A phone that is known, and not there.
    if (terminal !== undefined) return { status: 480, end: { by: 'server', status: 480 } };
    return { status: 404, end: { by: 'server', reason: 'no_route' } };
  }

  /** The phone that registered from that very address and port, or else the gateway whose network it is. */
  #callerOf(request: SipRequest, source: Peer): Caller | undefined {
    const { mappings, terminals } = this.#rules;
    return callingPhone(request, source, this.bindings, terminals) ?? mappings.find(source.address);
  }

  #turnDown(request: SipRequest, transaction: ServerTransaction, { status, end }: TurnedDown): void {
    if (end !== undefined) this.#refuse(request, transaction, end);
    const isSilent = status === 403 && this.#rules.configuration.parameters.SS_REPLY_UNAUTHORIZED === 'Off';
    if (isSilent) {
      transaction.ignore();
      return;
    }
    const answer = answerTo(request, status, undefined, { toTag: transaction.toTag });
    if (status === 503) answer.headers.append('Retry-After', '5');
    if (status === 422) answer.headers.append('Min-SE', String(MIN_SE_SECONDS));
    transaction.respond(answer);
  }

  /** The event of a call that does not come to be one. */
  #refuse(request: SipRequest, transaction: ServerTransaction, end: CallEnd): void {
    const from = this.#callerOf(request, transaction.source);
    this.counts.refused++;
    if (this.#log.problem === undefined) this.#log.end(this.#record(request, transaction, from).event(end));
  }

  #record(request: SipRequest, { source }: ServerTransaction, from: Caller | undefined): CallRecord {
    this.counts.seen++;
    const { callerAccess, calleeAccess, caller, callee } = numbersOf(request, from);
    const beginning: CallBeginning = {
      flow_no: this.#log.nextFlowNo(),
      softswitch: this.#rules.configuration.softswitch,
      sip_call_id: request.headers.first('Call-ID') ?? null,
      caller_access_e164: callerAccess,
      callee_access_e164: calleeAccess,
      caller_e164: caller,
      callee_e164: callee,
      caller_gateway: isGateway(from) ? from.name : null,
      caller_ip: source.address,
      account: from?.account ?? null,
      billing_mode: from === undefined ? ILLEGAL : isGateway(from) ? BY_MAPPING_GATEWAY : BY_PHONE,
    };
    return new CallRecord(this.#clock, beginning);
  }

  #emptyWithin(ms: number): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, resolve);
      this.#whenEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** BYEs that were sent may be sent again once or twice. */
  #saidWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, resolve);
    });
  }
}

function rulesOf(configuration: SignallingConfiguration): Rules {
  const { mappingGateways, routingGateways, terminals, parameters } = configuration;
  const waits = parseResendIntervals(parameters.SS_SIP_RESEND_INTERVAL);
  if (waits === undefined) throw new TypeError('SS_SIP_RESEND_INTERVAL was not checked');
  return {
    configuration,
    mappings: new MappingGateways(mappingGateways),
    terminals: new Map(terminals.map((terminal) => [terminal.name, terminal])),
    routes: new RouteTable(routingGateways),
    schedule: resendSchedule(waits, parameters.SS_SIP_SEND_RETRY),
  };
}

/** Numbers as they came, and as they count here: the user parts of From and of the request line. */
function numbersOf({ headers, uri }: SipRequest, from: Caller | undefined) {
  const callerAccess = userOf(nameAddress(headers.first('From') ?? '')?.uri ?? '');
  const calleeAccess = userOf(uri);
  return {
    callerAccess,
    calleeAccess,
    caller: rewriteNumber(from?.rewriteCaller ?? [], callerAccess),
    callee: rewriteNumber(from?.rewriteCallee ?? [], calleeAccess),
  };
}

function isGateway(from: Caller | undefined): from is MappingGateway {
  return from !== undefined && 'addresses' in from;
}

function userOf(uri: string): string {
  return unescapeUri(parseUri(uri)?.user ?? '');
}

const NO_TERMINALS = { kind: 'refused', because: 'retries' } as const;
const ILLEGAL = -1;
const BY_PHONE = 0;
const BY_MAPPING_GATEWAY = 1;
const KEEP_ALIVE_PARAMETERS = [
  'SS_SIP_NAT_KEEP_ALIVE_MESSAGE',
  'SS_SIP_NAT_KEEP_ALIVE_PERIOD',
  'SS_SIP_NAT_KEEP_ALIVE_SEND_INTERVAL',
  'SS_SIP_NAT_KEEP_ALIVE_SEND_ONE_TIME',
] as const;
const MOST_TRANSACTIONS = 400_000;
/** How long a stopping server stays for its last BYEs. */
const BYE_MS = 2000;
/** How long it stays for answers to its last REGISTERs. */
const UNREGISTER_MS = 2000;
