import { Authenticator } from './authentication/authenticator.ts';
import type { SuspensionStore, Suspensions } from './authentication/suspensions.ts';
import { Call, type CallHost } from './call/call.ts';
import { type CallBeginning, type CallEnd, CallRecord } from './call/call-record.ts';
import type { Destination } from './call/destination.ts';
import { type CallContext, tagOf } from './call/leg.ts';
import { refusalOf, withCapabilities } from './call/request-checks.ts';
import { MIN_SE_SECONDS, termsOfRequest } from './call/session-timer.ts';
import { callBeginning, numbersOf } from './call-beginning.ts';
import { Callers, type Known, type Unauthorised } from './callers.ts';
import type { Clock } from './clock.ts';
import type { RoutingGateway, SignallingConfiguration } from './configuration.ts';
import type { CallEvent } from './events/call-event.ts';
import type { EventLog } from './events/event-log.ts';
import { IllegalCalls } from './events/illegal-calls.ts';
import { answerTo } from './message/answer.ts';
import type { SipMessage, SipRequest } from './message/message.ts';
import { Phones } from './phones.ts';
import type { CallBudget, CallRefusal } from './prepaid/call-budget.ts';
import { GatewayPublications } from './publication/gateway-publications.ts';
import type { BindingStore } from './registrar/binding.ts';
import { onlyWayTo } from './registrar/destinations.ts';
import { Registrations } from './registration/registrations.ts';
import { GatewayStates } from './routing/gateway-states.ts';
import { RouteTable } from './routing/route-table.ts';
import { parseResendIntervals, type ResendSchedule, resendSchedule } from './transaction/resend.ts';
import type { ServerTransaction } from './transaction/server-transaction.ts';
import { TransactionLayer, type TransactionUser, type TurnedAway } from './transaction/transaction-layer.ts';
import type { MessageSender, Peer } from './transport/transport.ts';

export interface CompanionSettings {
  readonly configuration: SignallingConfiguration;
  readonly clock: Clock;
  readonly log: CallLog;
  readonly sender: MessageSender;
  /** Where suspensions of terminals outlive the process. */
  readonly suspensions: SuspensionStore;
  /** Where bindings of phones do. */
  readonly bindings: BindingStore;
  /** A line for the operator. */
  readonly warn: (line: string) => void;
  /** Without it nobody looks at what accounts can pay. */
  readonly budget?: CallBudget;
}

/** Where events go. */
export type CallLog = Pick<EventLog, 'problem' | 'nextFlowNo' | 'note' | 'end'>;

/** What configuration decides for calls that begin now. */
interface Rules {
  readonly configuration: SignallingConfiguration;
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
      readonly known: Known;
      readonly route: readonly Destination[];
      readonly caller: string;
      readonly callee: string;
    };

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
  readonly publications: GatewayPublications;
  readonly counts: CallCounts = { seen: 0, answered: 0, refused: 0 };
  readonly phones: Phones;
  readonly registrations: Registrations;
  readonly #clock: Clock;
  readonly #log: CallLog;
  readonly #authenticator: Authenticator;
  readonly #callers: Callers;
  readonly #illegal: IllegalCalls;
  readonly #budget: CallBudget | undefined;
  readonly #transactions: TransactionLayer;
  /** Calls by `Call-ID tag`, the tag being ours. */
  readonly #dialogs = new Map<string, Call | typeof OVER>();
  /** Calls that are not over. */
  readonly #calls = new Set<Call>();
  #rules: Rules;
  #isDraining = false;
  #whenEmpty: (() => void) | undefined;

  constructor({ configuration, clock, log, sender, suspensions, bindings, warn, budget }: CompanionSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#budget = budget;
    this.#rules = rulesOf(configuration);
    this.#authenticator = new Authenticator(clock, suspensions);
    this.#callers = new Callers(clock, this.#authenticator);
    this.#callers.configure(configuration);
    this.#illegal = new IllegalCalls(clock, log);
    this.publications = new GatewayPublications(clock, configuration.routingGateways);
    const { schedule } = this.#rules;
    this.#transactions = new TransactionLayer({ clock, sender, schedule, limit: MOST_TRANSACTIONS }, this);
    this.context = { clock, transactions: this.#transactions, sender };
    this.phones = new Phones({ clock, sender, store: bindings, warn }, configuration);
    this.registrations = new Registrations(this.context, warn);
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

  get suspensions(): Suspensions {
    return this.#authenticator.suspensions;
  }

  /** Calls of unauthorised sources since the start, and sources of the last minute. */
  get illegalCalls(): { readonly seen: number; readonly counted: number; readonly sources: number } {
    return { ...this.#illegal.counts, sources: this.#illegal.sources };
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get configuration(): SignallingConfiguration {
    return this.#rules.configuration;
  }

  /** Takes another configuration for calls that begin from now on. */
  reload(configuration: SignallingConfiguration): void {
    this.#rules = rulesOf(configuration);
    this.#callers.configure(configuration);
    this.phones.configure(configuration);
    this.registrations.apply(configuration);
    this.publications.follow(configuration.routingGateways);
  }

  /** Ends what runs by itself: registrations at gateways are taken back, those of phones stay where they are kept. */
  async stop(): Promise<void> {
    this.phones.stop();
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
    this.#illegal.flush();
    if (this.#calls.size === 0) return;
    for (const call of [...this.#calls]) call.endByServer('shutdown', 503, 'the server is stopped');
    await this.#saidWithin(BYE_MS);
  }

  /** What came from the network; requests with `received` and `rport` in their top Via. */
  receive(message: SipMessage, source: Peer): void {
    const isOther = message.kind === 'request' && message.method !== 'INVITE';
    if (isOther && this.#isSilentTo(message, source)) return;
    this.#transactions.receive(message, source);
  }

  turnAway(request: SipRequest, { address }: Peer): TurnedAway | undefined {
    if (tagOf(request.headers.first('To')) !== '' || this.#isLoop(request)) return undefined;
    const turned = this.#callers.screen(request, address);
    return turned && { response: turned.response, afterwards: () => this.#noteIllegal(request, address, turned) };
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const { method, headers } = request;
    const toTag = tagOf(headers.first('To'));
    const { address } = transaction.source;
    const isKnown = toTag !== '' || this.#isLoop(request);
    const known = isKnown ? undefined : this.#callers.identify(request, address, transaction.toTag);
    if (known !== undefined && 'response' in known) {
      if (known.response === undefined) transaction.ignore();
      else transaction.respond(known.response);
      this.#noteIllegal(request, address, known);
      return;
    }
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      if (method === 'INVITE') this.#refuse(request, transaction, known, { by: 'server', status: refusal.status });
      transaction.respond(refusal);
      return;
    }
    if (method === 'PUBLISH') {
      // Belongs to no dialog (RFC 3903, 4).
      const { parameters } = this.#rules.configuration;
      transaction.respond(this.publications.answer(request, transaction, parameters));
    } else if (method === 'REGISTER') {
      this.phones.register(request, transaction, known?.terminal);
    } else if (toTag !== '') {
      const call = this.#callOf(request);
      if (call === undefined) transaction.respond(answerTo(request, 481));
      // BYE crossing BYE: each is answered with 200.
      else if (call === OVER) transaction.respond(answerTo(request, method === 'BYE' ? 200 : 481));
      else call.receive(request, transaction, toTag);
    } else if (method === 'OPTIONS') {
      transaction.respond(withCapabilities(answerTo(request, 200, undefined, { toTag: transaction.toTag })));
    } else if (method === 'INVITE') {
      this.#invite(request, transaction, known);
    } else {
      transaction.respond(answerTo(request, 481, undefined, { toTag: transaction.toTag }));
    }
  }

  onAck(ack: SipRequest): void {
    const call = this.#callOf(ack);
    if (call !== OVER) call?.receiveAck(ack, tagOf(ack.headers.first('To')));
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

  /** Late copies, and a BYE that crossed ours, still find that there was a call. */
  over({ keys, confirmedKeys }: Call): void {
    for (const key of keys) this.#dialogs.delete(key);
    for (const key of confirmedKeys) this.#dialogs.set(key, OVER);
    this.#clock.after(FORGET_MS, () => {
      for (const key of confirmedKeys) this.#dialogs.delete(key);
    });
  }

  /** The call in whose dialog a request is. */
  #callOf({ headers }: SipRequest): Call | typeof OVER | undefined {
    return this.#dialogs.get(`${headers.first('Call-ID')} ${tagOf(headers.first('To'))}`);
  }

  /**
   * Whether a request other than INVITE is not answered at all, for where it comes from: those of a call there is always
   * are, and about registrations the password decides.
   */
  #isSilentTo(request: SipRequest, { address }: Peer): boolean {
    const { parameters, routingGateways, terminals } = this.#rules.configuration;
    if (parameters.SS_REPLY_UNAUTHORIZED === 'On' || this.#callers.isGateway(address)) return false;
    if (request.method === 'REGISTER' && terminals.length > 0) return false;
    // Routing gateways ask by OPTIONS whether we are there, and may begin no calls.
    if (routingGateways.some(({ host }) => host === address)) return false;
    return this.#callOf(request) === undefined;
  }

  #invite(request: SipRequest, transaction: ServerTransaction, known: Known | undefined): void {
    const admission = this.#admit(request, known);
    if ('status' in admission) {
      this.#turnDown(request, transaction, known, admission);
      return;
    }
    const { parameters } = this.#rules.configuration;
    const { schedule } = this.#rules;
    const { route, caller, callee } = admission;
    const { caller: origin, terminal } = admission.known;
    const onlyWay = terminal && onlyWayTo(request, transaction.source);
    const record = this.#record(request, transaction.source.address, known);
    const grant = this.#budget?.admit(record.event(UNPAID));
    if (grant !== undefined && 'refused' in grant) {
      this.#refuseUnpaid(request, transaction, record, grant);
      return;
    }
    const numbers = { caller, callee };
    const settings = { request, transaction, origin, onlyWay, route, ...numbers, parameters, schedule, record };
    const call = new Call(this, { ...settings, ...(grant && { grant }) });
    this.#calls.add(call);
    call.start();
  }

  /** Whether a call may begin, and whose it is and where it may go. */
  #admit(request: SipRequest, known: Known | undefined): Admission {
    const { headers } = request;
    const { configuration, routes } = this.#rules;
    // Without events there are no calls: what cannot be billed is not carried.
    if (this.#log.problem !== undefined || this.#isDraining) return { status: 503 };
    if (known === undefined) return { status: 482, end: { by: 'server', reason: 'loop_detected' } };
    if (this.#calls.size >= configuration.maxCalls) return { status: 503, end: { by: 'server', reason: 'resources' } };
    const { SS_SIP_SESSION_TTL: ttlSeconds } = configuration.parameters;
    // Comes again with a longer interval, as one call.
    if (known.caller.sipTimer && termsOfRequest(headers, ttlSeconds).kind === 'tooSmall') return { status: 422 };
    const { caller, callee } = numbersOf(request, known.caller);
    const phones = this.phones.find(callee);
    const route = [...(phones ?? []), ...routes.find(callee).filter((gateway) => this.#takesCalls(gateway))];
    if (callee !== '' && route.length > 0) return { known, route, caller, callee };
    // A phone that is known, and not there.
    if (phones !== undefined) return { status: 480, end: { by: 'server', status: 480 } };
    return { status: 404, end: { by: 'server', reason: 'no_route' } };
  }

  /** One of our own INVITEs that came back. */
  #isLoop({ method, headers }: SipRequest): boolean {
    return method === 'INVITE' && this.#dialogs.has(`${headers.first('Call-ID')} ${tagOf(headers.first('From'))}`);
  }

  #takesCalls(gateway: RoutingGateway): boolean {
    return this.gateways.hasRoom(gateway) && this.publications.stateOf(gateway) !== 'closed';
  }

  #turnDown(
    request: SipRequest,
    transaction: ServerTransaction,
    known: Known | undefined,
    { status, end }: TurnedDown,
  ): void {
    if (end !== undefined) this.#refuse(request, transaction, known, end);
    const answer = answerTo(request, status, undefined, { toTag: transaction.toTag });
    if (status === 503) answer.headers.append('Retry-After', '5');
    if (status === 422) answer.headers.append('Min-SE', String(MIN_SE_SECONDS));
    transaction.respond(answer);
  }

  #refuseUnpaid(request: SipRequest, transaction: ServerTransaction, record: CallRecord, why: CallRefusal): void {
    this.counts.refused++;
    this.#log.end(record.event(UNPAID));
    const answer = answerTo(request, 402, undefined, { toTag: transaction.toTag });
    answer.headers.append('Reason', `SIP;cause=402;text="${why.refused}"`);
    transaction.respond(answer);
  }

  /** The event of a call that does not come to be one. */
  #refuse(request: SipRequest, { source }: ServerTransaction, known: Known | undefined, end: CallEnd): void {
    this.counts.refused++;
    const record = this.#record(request, source.address, known);
    if (this.#log.problem === undefined) this.#log.end(record.event(end));
  }

  #noteIllegal(request: SipRequest, address: string, { isIllegalCall }: Unauthorised): void {
    if (!isIllegalCall || this.#log.problem !== undefined) return;
    const isNew = this.#illegal.note(address, request.headers.first('Call-ID') ?? '', () =>
      new CallRecord(this.#clock, this.#beginning(request, address, undefined, 0n)).event(UNAUTHORISED),
    );
    if (!isNew) return;
    this.counts.seen++;
    this.counts.refused++;
  }

  #record(request: SipRequest, address: string, known: Known | undefined): CallRecord {
    this.counts.seen++;
    return new CallRecord(this.#clock, this.#beginning(request, address, known, this.#log.nextFlowNo()));
  }

  #beginning(request: SipRequest, address: string, known: Known | undefined, flowNo: bigint): CallBeginning {
    return callBeginning(request, address, known, { flowNo, softswitch: this.#rules.configuration.softswitch });
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
  const { routingGateways, parameters } = configuration;
  const waits = parseResendIntervals(parameters.SS_SIP_RESEND_INTERVAL);
  if (waits === undefined) throw new TypeError('SS_SIP_RESEND_INTERVAL was not checked');
  return {
    configuration,
    routes: new RouteTable(routingGateways),
    schedule: resendSchedule(waits, parameters.SS_SIP_SEND_RETRY),
  };
}

const UNAUTHORISED: CallEnd = { by: 'server', reason: 'unauthorised_source' };
const UNPAID: CallEnd = { by: 'server', reason: 'insufficient_balance' };
/** In the place of a call that is over. */
const OVER = 'over';
/** 64 × T1 of RFC 3261. */
const FORGET_MS = 32_000;
const MOST_TRANSACTIONS = 400_000;
/** How long a stopping server stays for its last BYEs. */
const BYE_MS = 2000;
/** How long it stays for answers to its last REGISTERs. */
const UNREGISTER_MS = 2000;
