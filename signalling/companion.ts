import { Call, type CallHost } from './call/call.ts';
import { type CallBeginning, type CallEnd, CallRecord } from './call/call-record.ts';
import { type CallContext, tagOf } from './call/leg.ts';
import { refusalOf, withCapabilities } from './call/request-checks.ts';
import { MIN_SE_SECONDS, termsOfRequest } from './call/session-timer.ts';
import type { Clock } from './clock.ts';
import type { MappingGateway, RoutingGateway, SignallingConfiguration } from './configuration.ts';
import type { CallEvent } from './events/call-event.ts';
import type { EventLog } from './events/event-log.ts';
import { answerTo } from './message/answer.ts';
import type { SipMessage, SipRequest } from './message/message.ts';
import { nameAddress } from './message/name-address.ts';
import { parseUri, unescapeUri } from './message/uri.ts';
import type { CallBudget, CallRefusal } from './prepaid/call-budget.ts';
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
  /** Without it nobody looks at what accounts can pay. */
  readonly budget?: CallBudget;
}

/** Where events go. */
export type CallLog = Pick<EventLog, 'problem' | 'nextFlowNo' | 'note' | 'end'>;

/** What configuration decides for calls that begin now. */
interface Rules {
  readonly configuration: SignallingConfiguration;
  readonly mappings: MappingGateways;
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
      readonly mapping: MappingGateway;
      readonly route: readonly RoutingGateway[];
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
  readonly counts: CallCounts = { seen: 0, answered: 0, refused: 0 };
  readonly #clock: Clock;
  readonly #log: CallLog;
  readonly #budget: CallBudget | undefined;
  readonly #transactions: TransactionLayer;
  /** Calls by `Call-ID tag`, the tag being ours. */
  readonly #dialogs = new Map<string, Call>();
  /** Calls that are not over. */
  readonly #calls = new Set<Call>();
  #rules: Rules;
  #isDraining = false;
  #whenEmpty: (() => void) | undefined;

  constructor({ configuration, clock, log, sender, budget }: CompanionSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#budget = budget;
    this.#rules = rulesOf(configuration);
    const { schedule } = this.#rules;
    this.#transactions = new TransactionLayer({ clock, sender, schedule, limit: MOST_TRANSACTIONS }, this);
    this.context = { clock, transactions: this.#transactions, sender };
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
    this.#rules = rulesOf(configuration);
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
    const isOther = message.kind === 'request' && message.method !== 'INVITE';
    if (isOther && this.#isSilentTo(message, source)) return;
    this.#transactions.receive(message, source);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    if (this.#isSilentTo(request, transaction.source)) {
      this.#refuse(request, transaction, UNAUTHORISED);
      transaction.ignore();
      return;
    }
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      if (request.method === 'INVITE') this.#refuse(request, transaction, { by: 'server', status: refusal.status });
      transaction.respond(refusal);
      return;
    }
    const { method, headers } = request;
    const toTag = tagOf(headers.first('To'));
    if (toTag !== '') {
      const call = this.#callOf(request);
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
    this.#callOf(ack)?.receiveAck(ack, tagOf(ack.headers.first('To')));
  }

  /** A gateway whose answer nobody waits for any more gives up by itself when no ACK comes (RFC 3261, 13.3.1.4). */
  onStrayAnswer(): void {}

  register(callId: string, localTag: string, call: Call): void {
    const key = `${callId} ${localTag}`;
    call.keys.push(key);
    this.#dialogs.set(key, call);
  }

  gatewayTaken(gateway: RoutingGateway): void {
    this.gateways.taken(gateway);
  }

  gatewayLeft(gateway: RoutingGateway, responded: boolean, answered: boolean): void {
    this.gateways.left(gateway, responded, answered);
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

  /** The call in whose dialog a request is. */
  #callOf({ headers }: SipRequest): Call | undefined {
    return this.#dialogs.get(`${headers.first('Call-ID')} ${tagOf(headers.first('To'))}`);
  }

  /** Whether a request is not answered at all, for where it comes from: those of a call there is always are. */
  #isSilentTo(request: SipRequest, { address }: Peer): boolean {
    const { parameters, routingGateways } = this.#rules.configuration;
    if (parameters.SS_REPLY_UNAUTHORIZED === 'On' || this.#rules.mappings.find(address) !== undefined) return false;
    // Routing gateways ask by OPTIONS whether we are there, and may begin no calls.
    if (request.method !== 'INVITE' && routingGateways.some(({ host }) => host === address)) return false;
    return this.#callOf(request) === undefined;
  }

  #invite(request: SipRequest, transaction: ServerTransaction): void {
    const admission = this.#admit(request, transaction);
    if ('status' in admission) {
      this.#turnDown(request, transaction, admission);
      return;
    }
    const { parameters } = this.#rules.configuration;
    const { schedule } = this.#rules;
    const { mapping, route, caller, callee } = admission;
    const record = this.#record(request, transaction, mapping);
    const grant = this.#budget?.admit(record.event(UNPAID));
    if (grant !== undefined && 'refused' in grant) {
      this.#refuseUnpaid(request, transaction, record, grant);
      return;
    }
    const numbers = { caller, callee };
    const settings = { request, transaction, mapping, route, ...numbers, parameters, schedule, record };
    const call = new Call(this, { ...settings, ...(grant && { grant }) });
    this.#calls.add(call);
    call.start();
  }

  /** Whether a call may begin, and whose it is and where it may go. */
  #admit(request: SipRequest, { source }: ServerTransaction): Admission {
    const { headers } = request;
    const { configuration, mappings, routes } = this.#rules;
    // Without events there are no calls: what cannot be billed is not carried.
    if (this.#log.problem !== undefined || this.#isDraining) return { status: 503 };
    if (this.#dialogs.has(`${headers.first('Call-ID')} ${tagOf(headers.first('From'))}`)) {
      return { status: 482, end: { by: 'server', reason: 'loop_detected' } };
    }
    const mapping = mappings.find(source.address);
    if (mapping === undefined) return { status: 403, end: UNAUTHORISED };
    if (this.#calls.size >= configuration.maxCalls) return { status: 503, end: { by: 'server', reason: 'resources' } };
    const { SS_SIP_SESSION_TTL: ttlSeconds } = configuration.parameters;
    // Comes again with a longer interval, as one call.
    if (mapping.sipTimer && termsOfRequest(headers, ttlSeconds).kind === 'tooSmall') return { status: 422 };
    const { caller, callee } = numbersOf(request, mapping);
    const route = routes.find(callee).filter((gateway) => this.gateways.hasRoom(gateway));
    if (callee === '' || route.length === 0) return { status: 404, end: { by: 'server', reason: 'no_route' } };
    return { mapping, route, caller, callee };
  }

  #turnDown(request: SipRequest, transaction: ServerTransaction, { status, end }: TurnedDown): void {
    if (end !== undefined) this.#refuse(request, transaction, end);
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
  #refuse(request: SipRequest, transaction: ServerTransaction, end: CallEnd): void {
    const mapping = this.#rules.mappings.find(transaction.source.address);
    this.counts.refused++;
    if (this.#log.problem === undefined) this.#log.end(this.#record(request, transaction, mapping).event(end));
  }

  #record(request: SipRequest, { source }: ServerTransaction, mapping: MappingGateway | undefined): CallRecord {
    this.counts.seen++;
    const { callerAccess, calleeAccess, caller, callee } = numbersOf(request, mapping);
    const beginning: CallBeginning = {
      flow_no: this.#log.nextFlowNo(),
      softswitch: this.#rules.configuration.softswitch,
      sip_call_id: request.headers.first('Call-ID') ?? null,
      caller_access_e164: callerAccess,
      callee_access_e164: calleeAccess,
      caller_e164: caller,
      callee_e164: callee,
      caller_gateway: mapping?.name ?? null,
      caller_ip: source.address,
      account: mapping?.account ?? null,
      billing_mode: mapping === undefined ? ILLEGAL : BY_MAPPING_GATEWAY,
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
  const { mappingGateways, routingGateways, parameters } = configuration;
  const waits = parseResendIntervals(parameters.SS_SIP_RESEND_INTERVAL);
  if (waits === undefined) throw new TypeError('SS_SIP_RESEND_INTERVAL was not checked');
  return {
    configuration,
    mappings: new MappingGateways(mappingGateways),
    routes: new RouteTable(routingGateways),
    schedule: resendSchedule(waits, parameters.SS_SIP_SEND_RETRY),
  };
}

/** Numbers as they came, and as they count here: the user parts of From and of the request line. */
function numbersOf({ headers, uri }: SipRequest, mapping: MappingGateway | undefined) {
  const callerAccess = userOf(nameAddress(headers.first('From') ?? '')?.uri ?? '');
  const calleeAccess = userOf(uri);
  return {
    callerAccess,
    calleeAccess,
    caller: rewriteNumber(mapping?.rewriteCaller ?? [], callerAccess),
    callee: rewriteNumber(mapping?.rewriteCallee ?? [], calleeAccess),
  };
}

function userOf(uri: string): string {
  return unescapeUri(parseUri(uri)?.user ?? '');
}

const UNAUTHORISED: CallEnd = { by: 'server', reason: 'unauthorised_source' };
const UNPAID: CallEnd = { by: 'server', reason: 'insufficient_balance' };
const ILLEGAL = -1;
const BY_MAPPING_GATEWAY = 1;
const MOST_TRANSACTIONS = 400_000;
/** How long a stopping server stays for its last BYEs. */
const BYE_MS = 2000;
